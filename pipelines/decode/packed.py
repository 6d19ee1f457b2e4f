"""A zip archive of one file: looked at entry by entry, then unpacked within limits."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from pipelines.artefacts import Finding, Workspace
from pipelines.declarations.source import Source
from pipelines.errors import Refused
from pipelines.settings import Settings

_CHUNK = 1 << 20
_ENCRYPTED = 1  # bit of a zip entry's flags
_MOST_ENTRIES = 1000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, struct.error)


def unpacked(path: Path, source: Source, workspace: Workspace, settings: Settings) -> tuple[Path, ...]:
    """Give the files to read: the delivery itself, or what is declared to be inside it. Raises Refused."""
    pattern = source.decode.zip
    if pattern is None:
        return (path,)
    with path.open("rb") as stream:
        if stream.read(2) != b"PK":
            raise Refused([Finding("not-an-archive", expected=f"a zip archive with {pattern}")])
    try:
        with zipfile.ZipFile(path) as archive:
            chosen = _chosen(archive.infolist(), pattern, several=source.decode.format == "fhir-ndjson")
            _check(archive.infolist(), settings)
            return tuple(_taken(archive, entry, workspace, n, settings) for n, entry in enumerate(chosen))
    except _BROKEN as error:
        raise _broken(str(error)) from error
    except OSError as error:  # its directory leads to a place outside the file
        if error.errno is None or error.filename:
            raise
        raise _broken("its parts do not lie where its directory says") from error


def _chosen(entries: list[zipfile.ZipInfo], pattern: str, *, several: bool) -> list[zipfile.ZipInfo]:
    files = sorted((entry for entry in entries if not entry.is_dir()), key=lambda entry: entry.filename)
    names = ", ".join(entry.filename for entry in files[:10]) or "nothing"
    if other := [entry for entry in files if not fnmatch(entry.filename, pattern)]:
        raise Refused([Finding("unexpected-member", value=other[0].filename, expected=pattern)])
    if not files or (len(files) > 1 and not several):
        raise Refused([Finding("several-members", value=names, expected=f"one file {pattern}")])
    return files


def _check(entries: list[zipfile.ZipInfo], settings: Settings) -> None:
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused([Finding("locked-archive", expected="an archive without a password")])
    size = sum(entry.file_size for entry in entries)
    if size > settings.max_unpacked_bytes:
        raise _too_large(size, settings)
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


def _taken(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, workspace: Workspace, number: int, settings: Settings
) -> Path:
    """Unpack under a name of our own; what the directory says of the size is not believed."""
    target, size = workspace.file(f"unpacked-{number}"), 0
    with archive.open(entry) as packed, target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > settings.max_unpacked_bytes:
                raise _too_large(size, settings)
            out.write(chunk)
    with target.open("rb") as stream:
        if stream.read(2) == b"\x1f\x8b":
            raise Refused([Finding("unsafe-archive", value="a packed file inside a packed file", expected="one file")])
    return target


def _broken(why: str) -> Refused:
    return Refused([Finding("broken-archive", value=why, expected="an archive that is whole")])


def _too_large(size: int, settings: Settings) -> Refused:
    return Refused([Finding("too-large", value=f"{size} bytes", expected=f"{settings.max_unpacked_bytes} bytes")])
