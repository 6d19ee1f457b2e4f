"""A zip archive of what is agreed: looked at entry by entry, then unpacked within limits."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatch

from pipelines.archives.job import Job
from pipelines.archives.written import within, written
from pipelines.artefacts import Finding, overheard
from pipelines.errors import Refused

_ENCRYPTED = 1  # bit of a zip entry's flags
_MOST_ENTRIES = 1000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, struct.error)


def members(job: Job) -> int:
    """Unpack what is agreed to be inside, in the order of its names; give how many files were written.

    Raises Refused.
    """
    try:
        with zipfile.ZipFile(job.packed) as archive:
            chosen = _chosen(archive.infolist(), job.pattern or "", several=job.several)
            _check(archive.infolist(), job)
            size = 0
            for number, entry in enumerate(chosen):
                size = _taken(archive, entry, job, number, size)
            return len(chosen)
    except _BROKEN as error:
        raise _broken(overheard(error)) from error
    except OSError as error:  # its directory leads to a place outside the file
        if error.errno is None or error.filename:
            raise
        raise _broken("its parts do not lie where its directory says") from error


def _chosen(entries: list[zipfile.ZipInfo], pattern: str, *, several: bool) -> list[zipfile.ZipInfo]:
    files = sorted((entry for entry in entries if not entry.is_dir()), key=lambda entry: entry.filename)
    names = ", ".join(entry.filename for entry in files[:10]) or "no file"
    if other := [entry for entry in files if not fnmatch(entry.filename, pattern)]:
        raise Refused([Finding("unexpected-member", value=other[0].filename, expected=pattern)])
    if not files or (len(files) > 1 and not several):
        raise Refused([Finding("several-members", value=names, expected=f"one file {pattern}")])
    return files


def _check(entries: list[zipfile.ZipInfo], job: Job) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused([Finding("locked-archive", expected="an archive without a password")])
    within(sum(entry.file_size for entry in entries), job.most_bytes)
    if found := next(_unsafe(entries), None):
        raise Refused([Finding("unsafe-archive", value=found, expected="one plain file")])


def _unsafe(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    if len(entries) > _MOST_ENTRIES:
        yield f"{len(entries)} parts"
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        yield "a name that stands there twice"
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or stat.S_ISLNK(entry.external_attr >> 16):
            yield f"a way out of the archive ({name})"
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            yield f"a part packed in an unusual way ({name})"


def _taken(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, job: Job, number: int, before: int) -> int:
    """Unpack under a name of our own."""
    target = job.target(number)
    with archive.open(entry) as packed:
        size = written(packed, target, job.most_bytes, before)
    with target.open("rb") as start:
        if start.read(2) == b"\x1f\x8b":
            raise Refused([Finding("unsafe-archive", value="a packed file inside a packed file", expected="one file")])
    return size


def _broken(why: str) -> Refused:
    return Refused([Finding("broken-archive", value=why, expected="an archive that is whole")])
