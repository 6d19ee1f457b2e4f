"""The zip archive that a workbook is: looked at entry by entry before anything of it is unpacked."""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from pipelines.artefacts import Finding, overheard
from pipelines.errors import Refused

_MOST_ENTRIES = 10_000
_OTHERS = {
    "xl/workbook.bin": "a binary workbook (XLSB)",
    "content.xml": "an OpenDocument file (ODS)",
    "word/document.xml": "a text document (DOCX)",
    "ppt/presentation.xml": "a presentation (PPTX)",
}
_ENCRYPTED = 1  # bit of a zip entry's flags


class Archive(zipfile.ZipFile):
    """Remembers which parts were read: the check sum of each is looked at when it has been read to its end."""

    def __init__(self, path: str) -> None:
        self.taken: set[str] = set()
        super().__init__(path)

    def open(self, name: str | zipfile.ZipInfo, *said: Any, **named: Any) -> IO[bytes]:
        """Open a part, and remember that it was asked for."""
        self.taken.add(name if isinstance(name, str) else name.filename)
        return super().open(name, *said, **named)


@contextmanager
def archive(path: str, most_bytes: int) -> Iterator[Archive]:
    """Open the archive. Raises Refused where it is broken, unsafe, too large, or another kind of document."""
    try:
        with Archive(path) as opened:
            _check(opened.infolist(), most_bytes)
            yield opened
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, struct.error) as error:
        raise broken(overheard(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # its directory leads to a place before the file
            raise
        raise broken("its parts do not lie where its directory says") from error


def part(opened: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open one entry. Raises Refused where it is missing."""
    if name not in opened.NameToInfo:
        raise broken(f"its part {name} is missing")
    return opened.open(name)


def broken(why: str) -> Refused:
    """Say that the workbook cannot be read, and why."""
    return Refused([Finding("broken-workbook", value=why, expected="a workbook that is whole")])


def _check(entries: list[zipfile.ZipInfo], most_bytes: int) -> None:
    names = [entry.filename for entry in entries]
    if found := next((what for name, what in _OTHERS.items() if name in names), None):
        raise Refused([Finding("not-a-workbook", value=found, expected="a workbook (XLSX)")])
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused([Finding("locked-workbook", expected="a workbook without a password")])
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most_bytes:
        raise Refused([Finding("too-large", value=f"{unpacked} bytes", expected=f"{most_bytes} bytes")])
    if found := next(_unsafe(entries), None):
        raise Refused([Finding("unsafe-workbook", value=found, expected="cells only")])


def _unsafe(entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    if len(entries) > _MOST_ENTRIES:
        yield f"{len(entries)} parts"
    for name, times in Counter(entry.filename.lower() for entry in entries).items():
        if times > 1:
            yield f"the part {name} {times} times"
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or stat.S_ISLNK(entry.external_attr >> 16):
            yield f"a way out of the archive ({name})"
        if name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or name.lower().startswith("xl/macrosheets/"):
            yield "programs (macros)"
        if name.lower().startswith("xl/externallinks/"):
            yield "links to other workbooks"
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            yield f"a part packed in an unusual way ({name})"
