"""Landing: a file on its way into the folder is `<name>.part` until it is whole; else it is removed."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.pull.errand import Errand
from pipelines.store import sha256_of
from pipelines.watermarks import Watermark

__all__ = ["Landing", "is_finished", "is_name"]

_UNFINISHED = (".*", "~$*", "*.part", "*.tmp", "*.partial", "*.filepart", "*.crdownload", "*.swp")


class Landing:
    """The place of one file in the folder, from its first byte until it is delivered."""

    def __init__(self, errand: Errand, path: str, name: str) -> None:
        """Begin anew: what an earlier courier left half done is removed. Raises StoreError."""
        self.size = 0
        self._errand, self._path, self._final = errand, path, errand.folder / name
        self._part = errand.folder / f"{name}.part"
        self._digest = hashlib.sha256()
        with errand.disk():
            self._part.unlink(missing_ok=True)
            self._stream = self._part.open("xb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # closing flushes, which fails again where the disk is full
            self._stream.close()
        self._part.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """The digest of what was written."""
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Write on. Raises LineRefused for more than a file may have, StoreError where the disk refuses."""
        self.size += len(chunk)
        most = self._errand.settings.max_file_bytes
        if self.size > most:
            raise self._errand.refused(self._path, f"it has more than {most} bytes", "ask the sender for smaller files")
        self._digest.update(chunk)
        with self._errand.disk():
            self._stream.write(chunk)

    def deliver(self, mark: Watermark, already: str | None) -> tuple[Path, ...]:
        """Give the file its name, then write the watermark; bytes that came before, say how, are dropped.

        While another file of that name waits to be taken in, neither happens: it comes with the next pull.
        """
        if already:
            self._errand.tell(self._path, f"not delivered again: {already}")
            self._errand.watermarks.record(mark)
            return ()
        if not self._settled():
            waits = f"{self._final.name} of an earlier pull still waits to be taken in; this one comes next time"
            self._errand.tell(self._path, waits)
            return ()
        self._errand.watermarks.record(mark)
        return (self._final,)

    def _settled(self) -> bool:
        with self._errand.disk():
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            waiting = _digest_of(self._final)
            if waiting is None:
                self._part.rename(self._final)
                _sync(self._final.parent)
            return waiting in {None, self.sha256}


def is_name(name: str) -> bool:
    """Whether this can be a file's name here, and leads nowhere else: a host may say anything."""
    parting = "/\\:" if os.name == "nt" else "/\\"
    return bool(name) and name.isprintable() and name not in {".", ".."} and not any(mark in name for mark in parting)


def is_finished(name: str) -> bool:
    """Whether a name is not one that programs give to files in the making."""
    return not any(fnmatch(name, pattern) for pattern in _UNFINISHED)


def _digest_of(file: Path) -> str | None:
    with suppress(FileNotFoundError):
        return sha256_of(file)
    return None


def _sync(folder: Path) -> None:
    """Make the new name outlast a power cut, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
