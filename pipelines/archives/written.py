"""What is unpacked is counted while it is written: what an archive says of its size is not believed."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pipelines.artefacts import Finding
from pipelines.errors import Refused

_CHUNK = 1 << 20


class Readable(Protocol):
    """Bytes that are unpacked while they are read."""

    def read(self, size: int, /) -> bytes:
        """Give the next bytes; none at the end."""


def written(packed: Readable, target: Path, most_bytes: int, before: int = 0) -> int:
    """Write it out; give how many bytes were written in all, `before` among them. Raises Refused over the limit."""
    size = before
    with target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            within(size, most_bytes)
            out.write(chunk)
    return size


def within(size: int, most_bytes: int) -> None:
    """Raise Refused where this is more than may be."""
    if size > most_bytes:
        raise Refused([Finding("too-large", value=f"{size} bytes", expected=f"{most_bytes} bytes")])
