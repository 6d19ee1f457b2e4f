"""ssh: a session with a host that is known, and nothing but what its line says: no agent, no key of this user."""

from __future__ import annotations

import logging
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from threading import Event, Timer
from typing import TYPE_CHECKING

from pipelines.errors import SalamatError
from pipelines.pull.errand import Errand

if TYPE_CHECKING:
    import paramiko

__all__ = ["connected", "patience"]

_PORT = 22
_LOG = "pipelines.pull.ssh"

logging.getLogger(_LOG).addHandler(logging.NullHandler())  # what matters is in our errors; the rest for who asks for it


@contextmanager
def connected(errand: Errand) -> Iterator[tuple[paramiko.SSHClient, paramiko.SFTPClient]]:
    """Connect as the line says and in no other way: no agent, no key of this user, no host that is not known."""
    import paramiko  # noqa: PLC0415  heavy, and an extra of the package

    line = errand.line
    if not line.user:
        raise errand.refused("", "the connection says no user", "add it to the connection")
    key = _key(errand)
    if key is None and line.password is None:
        raise errand.refused("", "the connection says neither password nor key", "add one to the connection")
    client = paramiko.SSHClient()  # refuses a host that it does not know
    client.set_log_channel(_LOG)
    name = line.host if (line.port or _PORT) == _PORT else f"[{line.host}]:{line.port}"
    known = _host_key(errand)
    client.get_host_keys().add(name, known.get_name(), known)
    limit = errand.silence
    try:
        with patience(errand, client, ""):
            client.connect(
                line.host,
                line.port or _PORT,
                line.user,
                line.password,
                pkey=key,
                allow_agent=False,
                look_for_keys=False,
                timeout=limit,
                banner_timeout=limit,
                auth_timeout=limit,
                channel_timeout=limit,
            )
            session = client.open_sftp()
            if channel := session.get_channel():
                channel.settimeout(limit)
        yield client, session
    finally:
        client.close()


def _host_key(errand: Errand) -> paramiko.PKey:
    import paramiko  # noqa: PLC0415
    from paramiko.pkey import UnknownKeyType  # noqa: PLC0415

    mend = "put the host's line of known_hosts, without its name, into the connection's extra host_key"
    written = next((part for part in (errand.line.host_key or "").split() if part.startswith("AAAA")), None)
    if written is None:
        raise errand.refused("", "it is not known which key the host has", mend)
    try:
        blob = b64decode(written, validate=True)
        return paramiko.PKey.from_type_string(paramiko.Message(blob).get_text(), blob)
    except (ValueError, paramiko.SSHException, UnknownKeyType) as error:
        raise errand.refused("", "the connection's host_key is not a public key", mend) from error


def _key(errand: Errand) -> paramiko.PKey | None:
    line, text = errand.line, errand.line.private_key
    if line.key_file and not text:
        try:
            text = line.key_file.read_text(encoding="utf-8")
        except OSError as error:
            raise errand.refused("", f"the key file cannot be read: {error}", "mend extra key_file") from error
    if not text:
        return None
    try:
        return _read_key(text.encode(), line.passphrase.encode() if line.passphrase else None)
    except (ValueError, TypeError) as error:
        what = "the private key is none that can be read, or its passphrase is another"
        raise errand.refused("", what, "mend private_key or key_file, and passphrase") from error


def _read_key(text: bytes, passphrase: bytes | None) -> paramiko.PKey:
    """Read a key with cryptography: paramiko's own reader fails on keys whose comment is empty, and on PKCS 8."""
    import paramiko  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415

    read = form.load_ssh_private_key if b"BEGIN OPENSSH" in text else form.load_pem_private_key
    key = read(text, passphrase)
    if isinstance(key, rsa.RSAPrivateKey):
        return paramiko.RSAKey(key=key)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return paramiko.ECDSAKey(vals=(key, key.public_key()))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        written = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.OpenSSH, form.NoEncryption())
        return paramiko.Ed25519Key(file_obj=StringIO(written.decode("ascii")))
    raise ValueError(f"{type(key).__name__} is no kind of key that is used here")


@contextmanager
def patience(errand: Errand, client: paramiko.SSHClient, path: str) -> Iterator[None]:
    """End whatever is done within when patience ends, by closing the line under it; word its errors in ours."""
    import paramiko  # noqa: PLC0415

    over = Event()

    def end() -> None:
        over.set()
        if transport := client.get_transport():
            transport.close()

    timer = Timer(errand.patience, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (paramiko.SSHException, paramiko.SFTPError, EOFError, OSError, UnicodeError) as error:
        if over.is_set():
            raise errand.broken(path, errand.impatient) from error
        raise _translated(errand, client, path, error) from error
    finally:
        timer.cancel()


def _translated(errand: Errand, client: paramiko.SSHClient, path: str, error: Exception) -> SalamatError:
    import paramiko  # noqa: PLC0415

    if isinstance(error, paramiko.BadHostKeyException):
        what = f"the host shows another key than the known one: {error.key.get_base64()}"
        return errand.refused(path, what, "ask its operator by another way whether it was changed, and never guess")
    transport = client.get_transport()
    if isinstance(error, paramiko.AuthenticationException) and transport and transport.is_active():
        return errand.refused(
            path, "the host does not let this user in", "mend user, password or key of the connection"
        )
    if isinstance(error, FileNotFoundError | PermissionError | UnicodeError | paramiko.ssh_exception.IncompatiblePeer):
        return errand.refused(path, f"the host says: {error}", "mend arrives.path, or ask the host's operator")
    what = f"the line broke: {str(error) or type(error).__name__}; try again, or look whether the host is up"
    return errand.broken(path, what)
