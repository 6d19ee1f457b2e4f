"""A real SFTP server on a loopback port, over a folder, with places where a test can step in."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "ministry", "s3cr3t"  # a made one, for this very server


@dataclass
class Host:
    """A host, the folder that it shows, and what happens when a file is looked at, opened or read."""

    folder: Path
    key: asyncssh.SSHKey
    client_key: asyncssh.SSHKey
    port: int = 0
    on_stat: Callable[[str], object] = lambda _: None
    on_open: Callable[[str], object] = lambda _: None
    on_read: Callable[[str], object] = lambda _: None
    at_most: int = 1 << 30  # bytes that a read gives
    fetched: list[str] = field(default_factory=list)
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    stalled: threading.Event = field(default_factory=threading.Event)

    @property
    def host_key(self) -> str:
        """The line of known_hosts, without the host's name."""
        return self.key.export_public_key().decode().strip()

    def cut(self) -> None:
        """Break every line, as a host does that dies."""
        for connection in self.connections:
            connection.abort()

    def put(self, name: str, body: bytes, mtime: int = 1_000_000_000) -> Path:
        """Lay down a file with a time of its own."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        os.utime(file, (mtime, mtime))
        return file


class _Door(asyncssh.SSHServer):
    """Lets in one user, by password or key."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._host.connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._host.client_key.public_data


class _Files(asyncssh.SFTPServer):
    """Serves the folder, and tells the host's script what is done to it."""

    def __init__(self, channel: Any, host: Host) -> None:
        super().__init__(channel, chroot=os.fsencode(host.folder))
        self._host = host

    def stat(self, path: bytes) -> Any:
        self._host.on_stat(path.decode())
        return super().stat(path)

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        self._host.on_open(path.decode())
        self._host.fetched.append(path.decode())
        return super().open(path, pflags, attrs)

    def read(self, file_obj: Any, offset: int, size: int) -> Any:
        self._host.on_read(os.fsdecode(file_obj.name))
        return super().read(file_obj, offset, min(size, self._host.at_most))


@contextmanager
def sftp_host(folder: Path, key: asyncssh.SSHKey | None = None) -> Iterator[Host]:
    """Run a host in a thread with a loop of its own."""
    key = key or asyncssh.generate_private_key("ssh-ed25519")
    folder.mkdir(parents=True, exist_ok=True)
    host = Host(folder, key, client_key=asyncssh.generate_private_key("ssh-ed25519"))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Door(host),
            server_host_keys=[host.key],
            sftp_factory=lambda channel: _Files(channel, host),
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    host.port = acceptor.get_port()

    async def close() -> None:
        acceptor.close()
        host.cut()
        await asyncio.gather(*(connection.wait_closed() for connection in host.connections))
        await acceptor.wait_closed()

    try:
        yield host
    finally:
        host.stalled.set()
        asyncio.run_coroutine_threadsafe(close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
