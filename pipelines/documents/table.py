"""The table that records are written into: a row each, the sender's row first, then the declared columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO

from pipelines.artefacts import ROW, Finding
from pipelines.errors import Refused

_SHOWN = 1000  # findings, and columns that are not declared, listed at most
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_IGNORED, _UNKNOWN = -1, -2


class Table:
    """Writes rows, and remembers which columns were met, and in which row first."""

    def __init__(self, out: IO[str], columns: tuple[str, ...], ignored: tuple[str, ...]) -> None:
        self.out, self.columns, self.ignored = out, columns, ignored
        self.places = {column: at for at, column in enumerate(columns)}
        self.met: dict[str, int] = {}
        self.given = [0] * len(columns)
        self.found: list[Finding] = []
        self.rows = 0
        self.records = 0  # that were met, whether or not they became rows
        self.write([ROW, *columns])

    def put(self, row: int, cells: Iterable[tuple[str, str | None]]) -> None:
        """Write a row."""
        self.rows += 1
        self.write([str(row), *self.taken(row, cells)])

    def taken(self, row: int, cells: Iterable[tuple[str, str | None]]) -> list[str | None]:
        """Give the cells of the declared columns in their order; what is not declared is remembered."""
        line: list[str | None] = [None] * len(self.columns)
        for path, text in cells:
            place = self.places.get(path)
            if place is None:
                place = self.places[path] = _IGNORED if is_within(path, self.ignored) else _UNKNOWN
            if place == _IGNORED:
                continue
            if path not in self.met:
                self._meet(path, row)
            if place >= 0:
                line[place] = text
                self.given[place] += 1
                if text and (odd := _ODD.search(text)):
                    self._tell_odd(odd[0], row, path)
        return line

    def write(self, cells: Iterable[str | None]) -> None:
        """Write a line: null is an unquoted nothing, every text stands in quotes."""
        self.out.write(",".join("" if c is None else '"' + c.replace('"', '""') + '"' for c in cells) + "\n")

    def _meet(self, path: str, row: int) -> None:
        if len(self.met) > len(self.columns) + _SHOWN:
            raise Refused([Finding("unexpected-column", row, path, value=path, expected="the declared columns")])
        self.met[path] = row

    def _tell_odd(self, odd: str, row: int, path: str) -> None:
        rule = "nul-byte" if odd == "\0" else "control-character"
        self.found.append(Finding(rule, row, path, value=f"U+{ord(odd):04X}", expected="text without it"))
        if len(self.found) >= _SHOWN:
            raise Refused(self.found)


def is_within(path: str, ignored: tuple[str, ...]) -> bool:
    """Say whether a path is one of these or stands below one of them."""
    return any(path.startswith(i) and path[len(i) : len(i) + 1] in {"", ".", "["} for i in ignored)
