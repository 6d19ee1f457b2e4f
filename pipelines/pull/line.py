"""Line: how a host is reached and who asks. No secret is ever shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipelines.declarations.source import Source
from pipelines.errors import LineRefused

_SHAPE = "scheme://user:password@host:port/?host_key=..., special characters written as %40"
_EXTRAS = ("private_key", "key_file", "passphrase", "host_key", "ca")


@dataclass(frozen=True)
class Line:
    """A host, and what is needed to be let in.

    `private_key` is the key itself, `key_file` where it lies; `host_key` is the line of known_hosts behind the name;
    `ca` is a file of certificates that are trusted instead of the usual ones.
    """

    scheme: str
    host: str
    port: int | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    host_key: str | None = None
    ca: Path | None = None

    @classmethod
    def of(cls, source: Source, environment: Mapping[str, str]) -> Line:
        """Find the line of a pulled source in the environment: SALAMAT_CONNECTION_<NAME>, a URI."""
        name = source.arrives.connection
        if name is None:
            raise LineRefused(f"{source.source}: is not pulled; its sender brings it")
        variable = f"SALAMAT_CONNECTION_{name.upper()}"
        if not environment.get(variable):
            raise LineRefused(
                f"{source.source}: there is no connection '{name}'; set {variable} to an address such as {_SHAPE}"
            )
        return cls.from_uri(environment[variable])

    @classmethod
    def from_uri(cls, uri: str) -> Line:
        """Read `sftp://user:password@host:2022/?host_key=...`; everything may be percent-encoded."""
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise LineRefused(f"a connection's address cannot be read; it is written {_SHAPE}") from None  # secrets
        if not host or parts.path not in {"", "/"} or parts.fragment:
            raise LineRefused(f"a connection's address is written {_SHAPE}; the path stands in the declaration")
        pairs = [pair.partition("=") for pair in parts.query.split("&") if pair]
        extra = {unquote(key): unquote(value) for key, _, value in pairs}
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls.from_connection(parts.scheme, host, port, user, password, extra)

    @classmethod
    def from_connection(
        cls,
        scheme: str,
        host: str,
        port: int | None,
        user: str | None,
        password: str | None,
        extra: Mapping[str, str],
    ) -> Line:
        """Make a line of what an operator keeps under a connection's name; an extra that is not known is refused."""
        if unknown := sorted(set(extra) - set(_EXTRAS)):
            told = f"{', '.join(unknown)} is not known; known are {', '.join(_EXTRAS)}"
            raise LineRefused(f"{scheme}://{host}: the connection's extra: {told}")
        given = {key: value for key, value in extra.items() if value}
        return cls(
            scheme=scheme,
            host=host,
            port=port or None,
            user=user or None,
            password=password or None,
            private_key=given.get("private_key"),
            passphrase=given.get("passphrase"),
            key_file=Path(given["key_file"]) if "key_file" in given else None,
            host_key=given.get("host_key"),
            ca=Path(given["ca"]) if "ca" in given else None,
        )

    @property
    def address(self) -> str:
        """The address without who asks."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{f':{self.port}' if self.port else ''}"
