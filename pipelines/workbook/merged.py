"""Merged cells: where they are, which of them may stay, and what a cell merged over rows says in each of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO

from pipelines.artefacts import Finding
from pipelines.headings import Spans
from pipelines.workbook.archive import broken

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_MERGED = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Z0-9:]{2,21})[\"']")
_CHUNK, _LONGEST = 1 << 20, 200


@dataclass(frozen=True)
class Area:
    """Cells that are merged into one, by their rows and columns, counted from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    where: str

    @property
    def is_high(self) -> bool:
        """Whether it covers several rows."""
        return self.last_row > self.first_row

    @property
    def is_wide(self) -> bool:
        """Whether it covers several columns."""
        return self.last_column > self.first_column


def area_of(where: str) -> Area:
    """Read a reference such as B3:B5."""
    said = _REFERENCE.fullmatch(where)
    if said is None:
        raise broken(f"'{where[:20]}' is no place of merged cells")
    letters, row, last_letters, last_row = said.groups()
    first, last = _number(letters), _number(last_letters or letters)
    return Area(int(row), first, int(last_row or row), last, where)


def areas_in(stream: IO[bytes]) -> list[Area]:
    """Look for merged cells before the rows are read: a sheet tells of them behind its rows.

    Only their own elements are looked for, which takes a fraction of reading the sheet. Whoever reads it meets them
    again, and compares.
    """
    found, rest = list[Area](), b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        end = 0
        for merged in _MERGED.finditer(rest):
            found.append(area_of(merged[1].decode("ascii")))
            end = merged.end()
        rest = rest[max(end, len(rest) - _LONGEST) :]
    return found


def spans_of(areas: Collection[Area], row: int) -> Spans:
    """Give how far merged cells that begin in this row reach to the right."""
    return {area.first_column - 1: area.last_column - 1 for area in areas if area.first_row == row}


def not_agreed(areas: Collection[Area], names: range, allowed: Collection[str]) -> Iterator[Finding]:
    """Tell of merged cells that leave it open what a cell says.

    `names` are the rows of the names: there a cell may cover several names beneath it. What stands above is for
    readers. Below, `down` allows cells merged over rows, and `across` those over columns.
    """
    last = names.stop - 1
    for area in areas:
        if area.last_row < names.start:
            continue
        if area.last_row <= last:
            is_clear = not (area.last_row == last and area.is_wide)
        else:
            agreed = ("down" in allowed or not area.is_high) and ("across" in allowed or not area.is_wide)
            is_clear = area.first_row > last and agreed
        if not is_clear:
            yield Finding("merged-cells", area.first_row, value=area.where, expected="one value per cell")


class Carried:
    """What cells merged over rows say in the rows below their first one."""

    def __init__(self, areas: Collection[Area]) -> None:
        self.starts: dict[int, list[Area]] = {}
        for area in areas:
            if area.is_high:
                self.starts.setdefault(area.first_row, []).append(area)
        self.now: dict[int, tuple[int, str]] = {}  # by column: the last row, and the text

    def fill(self, row: int, cells: list[str]) -> list[int]:
        """Write into a row what is carried down to it; give the columns where something else stands beneath."""
        covered = []
        for column, (last, text) in list(self.now.items()):
            if row > last:
                del self.now[column]
                continue
            if cells[column - 1] not in {"", text}:
                covered.append(column)
            cells[column - 1] = text
        for area in self.starts.pop(row, ()):
            if area.first_column <= len(cells):
                self.now[area.first_column] = (area.last_row, cells[area.first_column - 1])
        return covered

    def until(self, row: int) -> int:
        """Give the last row that something is carried down to, of those before this one."""
        return min(row - 1, max((last for last, text in self.now.values() if text), default=0))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
