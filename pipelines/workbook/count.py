"""How many rows of a sheet hold something, counted by its bytes: no cell is read, none of the reader's code is used.

A row is what ends where a row ends, and holds something where a value or a text in it is not empty. A cell may also
lead to a shared text: which of those are empty is found in the same way.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from zipfile import ZipFile

from pipelines.workbook.archive import part

_CHUNK = 1 << 18
_LONGEST, _LONGEST_TAG = 64 << 20, 1 << 8  # bytes; what is longer than any row stands behind the last one
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _tag(name: bytes) -> bytes:
    return rb"<(?:[\w.-]+:)?" + name + rb"(?=[\s/>])([^>]*)>"


def _end(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"</(?:[\w.-]+:)?" + name + rb"\s*>")


_ROW, _ROW_END = re.compile(_tag(b"row")), _end(b"row")
_CELL = re.compile(_tag(b"c") + rb"(?<!/>)(.*?)</(?:[\w.-]+:)?c\s*>", re.DOTALL)
_SAID = re.compile(_tag(b"[vt]") + rb"(?<!/>)((?:[^<]|<!\[CDATA\[)[^<\]]*)")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d{1,9})["']""")
_TEXT_END = re.compile(rb"</(?:[\w.-]+:)?si\s*>|<(?:[\w.-]+:)?si\s*/>")
_SOUND = re.compile(_tag(b"rPh") + rb".*?</(?:[\w.-]+:)?rPh\s*>", re.DOTALL)


def rows(opened: ZipFile, sheet: str, texts: str, behind: int) -> int:
    """Count the rows below the row `behind` in which something stands; `texts` is the part of the shared texts."""
    empty, number, found = frozenset(_empty(opened, texts)) if texts else frozenset(), 0, 0
    for piece in _pieces(opened, sheet, _ROW_END):
        if number <= behind:
            for started in _ROW.finditer(piece):
                said = _NUMBER.search(started[1])
                number = int(said[1]) if said else number + 1
        found += number > behind and _holds(piece, empty)
    return found


def _holds(row: bytes, empty: Collection[int]) -> bool:
    if not empty:
        return _SAID.search(row) is not None
    cells = ((_SHARED.search(cell[1]), _SAID.search(cell[2])) for cell in _CELL.finditer(row))
    return any(said and not (shared and said[2].isdigit() and int(said[2]) in empty) for shared, said in cells)


def _empty(opened: ZipFile, texts: str) -> Iterator[int]:
    """Give the places of the shared texts that say nothing; how a text sounds is not part of it."""
    for place, piece in enumerate(_pieces(opened, texts, _TEXT_END)):
        if not _SAID.search(_SOUND.sub(b"", piece) if b"rPh" in piece else piece):
            yield place


def _pieces(opened: ZipFile, name: str, end: re.Pattern[bytes]) -> Iterator[bytes]:
    """Give what stands before each end, and not what stands behind the last one."""
    rest = b""
    for chunk in _chunks(opened, name):
        looked_at, start = max(len(rest) - _LONGEST_TAG, 0), 0
        rest += chunk
        for found in end.finditer(rest, looked_at):
            yield rest[start : found.start()]
            start = found.end()
        rest = rest[start:] if len(rest) - start < _LONGEST else rest[-_LONGEST_TAG:]


def _chunks(opened: ZipFile, name: str) -> Iterator[bytes]:
    with part(opened, name) as stream:
        first = stream.read(_CHUNK)
        wide = codecs.getincrementaldecoder("utf-16")() if first.startswith(_UTF_16) else None
        chunk = first
        while chunk:
            yield wide.decode(chunk).encode() if wide else chunk
            chunk = stream.read(_CHUNK)
