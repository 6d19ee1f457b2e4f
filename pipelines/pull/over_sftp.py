"""SFTP: every file that a pattern takes, if it is new, no longer changes, and comes from the host that is known."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import TYPE_CHECKING

from pipelines.errors import LineRefused
from pipelines.pull.errand import Errand
from pipelines.pull.landing import Landing, is_finished, is_name
from pipelines.pull.ssh import connected, patience
from pipelines.watermarks import Watermark

if TYPE_CHECKING:
    import paramiko

__all__ = ["over_sftp"]

# As much as OpenSSH gives at once: a far host is waited for less often. Not paramiko's read-ahead: its thread does not
# end with a line that is cut.
_REQUEST_BYTES = 255 << 10


@dataclass(frozen=True)
class _Seen:
    """A file as its host tells it."""

    path: str
    size: int | None
    mtime: int | None


def over_sftp(errand: Errand) -> tuple[Path, ...]:
    """Fetch each new file, the oldest first. One that is refused does not keep the others from coming."""
    brought: list[Path] = []
    refused: list[LineRefused] = []
    with connected(errand) as (client, session):
        with patience(errand, client, errand.path):
            new = _settled(errand, session, _new(errand, session))
        for seen in sorted(new, key=lambda seen: (seen.mtime or 0, seen.path)):
            try:
                with patience(errand, client, seen.path):
                    brought += _bring(errand, session, seen)
            except LineRefused as error:
                refused.append(error)
    if refused:
        raise LineRefused("\n".join(map(str, refused)))
    return tuple(brought)


def _new(errand: Errand, session: paramiko.SFTPClient) -> list[_Seen]:
    """List what the pattern takes and what is not known to be the same as the last time."""
    folder, slash, pattern = errand.path.rpartition("/")
    new = []
    for entry in session.listdir_attr(folder + slash or "."):
        if not fnmatchcase(entry.filename, pattern) or not is_finished(entry.filename):
            continue
        if not is_name(entry.filename):
            errand.tell(repr(entry.filename), "left: this cannot be the name of a file here")
            continue
        path = f"{folder}{slash}{entry.filename}"
        seen = _look(session, path) if S_ISLNK(entry.st_mode or 0) else _seen(path, entry)
        last = errand.watermarks.last(errand.source.source, path)
        if seen and not (last and None not in {seen.size, seen.mtime} and _same(seen, last)):
            new.append(seen)
    return new


def _settled(errand: Errand, session: paramiko.SFTPClient, new: list[_Seen]) -> list[_Seen]:
    """Keep what two looks, some seconds apart, see alike."""
    if new:
        time.sleep(errand.settings.settle_seconds)
    settled = []
    for seen in new:
        again = _look(session, seen.path)
        if again == seen:
            settled.append(seen)
        else:
            errand.tell(seen.path, "it still changes; left for the next time" if again else "it is gone; left out")
    return settled


def _bring(errand: Errand, session: paramiko.SFTPClient, seen: _Seen) -> tuple[Path, ...]:
    if seen.size is None:
        raise errand.refused(seen.path, "the host does not tell how long it is", "ask the host's operator")
    with Landing(errand, seen.path, seen.path.rpartition("/")[2]) as landing:
        try:
            with session.open(seen.path, "rb") as remote:
                remote.MAX_REQUEST_SIZE = _REQUEST_BYTES
                while landing.size <= seen.size and (part := remote.read(_REQUEST_BYTES)):
                    landing.write(part)
        except FileNotFoundError:
            errand.tell(seen.path, "it vanished before it was fetched; left out")
            return ()
        if _look(session, seen.path) != seen or landing.size != seen.size:
            errand.tell(seen.path, "it changed while it was fetched; left for the next time")
            return ()
        sha256 = landing.sha256
        mark = Watermark(errand.source.source, seen.path, sha256, landing.size, errand.now, mtime=seen.mtime)
        return landing.deliver(mark, _already(errand, seen, sha256))


def _already(errand: Errand, seen: _Seen, sha256: str) -> str | None:
    """Say how these bytes came before: from this path the last time, or from one that was renamed since.

    A file that was written anew under another name has a time of its own: its sender sent the same once more.
    """
    last = errand.watermarks.last(errand.source.source, seen.path)
    if last and last.sha256 == sha256:
        return "touched, and the same bytes as the last time"
    for mark in errand.watermarks.with_bytes(errand.source.source, sha256):
        if mark.remote_path != seen.path and _same(seen, mark):
            return f"renamed; the same file came as {mark.remote_path}"
    return None


def _same(seen: _Seen, mark: Watermark) -> bool:
    return (seen.size, seen.mtime) == (mark.size_bytes, mark.mtime)


def _look(session: paramiko.SFTPClient, path: str) -> _Seen | None:
    with suppress(FileNotFoundError):
        return _seen(path, session.stat(path))
    return None


def _seen(path: str, told: paramiko.SFTPAttributes) -> _Seen | None:
    """Give a file as it is; None for a folder and for what else is no file."""
    is_file = told.st_mode is None or S_ISREG(told.st_mode)
    return _Seen(path, told.st_size, told.st_mtime) if is_file else None
