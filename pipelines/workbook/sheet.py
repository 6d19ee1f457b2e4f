"""The rows of a sheet, one after the other, every cell as text at its place; what is not certain is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from zipfile import ZipFile

from pipelines.artefacts import Finding
from pipelines.errors import Refused
from pipelines.workbook.archive import broken, part
from pipelines.workbook.book import Book
from pipelines.workbook.cells import NotANumber, day_from_iso, number_text, unescaped
from pipelines.workbook.job import Form, Job
from pipelines.workbook.markup import Attributes, Markup, is_true
from pipelines.workbook.merged import Area, Carried, area_of, areas_in, not_agreed
from pipelines.workbook.naming import Naming

Emit = Callable[[int, list[str]], None]
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SHOWN = 1000  # findings listed at most
_LETTERS = re.compile(r"[A-Z]{1,3}")


def sheet(opened: ZipFile, name: str, book: Book, job: Job, emit: Emit) -> Seen:
    """Give each row of a part that holds something, with its number, the names first; say what else was seen.

    Raises Refused.
    """
    known = None
    if job.heading.rows > 1 or "down" in job.merged:
        with part(opened, name) as stream:
            known = areas_in(stream)
    reader = Rows(book, job, emit, known or [])
    try:
        with part(opened, name) as stream:
            reader.read(stream)
        reader.finish()
    except EnoughError:
        return reader.seen()
    if known is not None and set(known) != set(reader.areas):
        raise broken("its merged cells are not written as usual")
    if reader.found:
        raise Refused(reader.found)
    return reader.seen()


@dataclass(frozen=True)
class Seen:
    """How many rows stand above the names, how many hidden cells were taken, and where the values begin.

    `names_end` is the row in which the names end; None where the rows below them were not read.
    """

    above: int
    hidden_cells: int
    names_end: int | None


def letters(column: int) -> str:
    """Name a column, counted from 1, as a spreadsheet does: 28 is AB."""
    named = ""
    while column:
        column, letter = divmod(column - 1, 26)
        named = chr(ord("A") + letter) + named
    return named


class EnoughError(Exception):
    """The rows below need not be read: the names were looked for, and no row has all of them."""


class Rows(Markup):
    """Reads `sheetData`. A cell that cannot be taken as it stands becomes a finding, and the reading goes on.

    A sheet has millions of cells: `c` and `v` are met here before anything else, and looked at when the cell ends.
    """

    def __init__(self, book: Book, job: Job, emit: Emit, known: list[Area]) -> None:
        super().__init__()
        self.book, self.job, self.emit = book, job, emit
        self.naming = Naming(job.heading, known)
        self.carried = Carried(known if "down" in job.merged else [])
        self.areas: list[Area] = []
        self.is_taken, self.is_first = True, True  # of a row: whether its cells are read, and whether it is the first
        self.styles = {str(number): shown for number, shown in enumerate(book.styles)} or {"0": "number"}
        self.found: list[Finding] = []
        self.had_rows, self.is_astray = False, False
        self.header: list[str] = []
        self.forms: list[Form] = []
        self.hidden_columns: list[range] = []
        self.columns: dict[str, int] = {}
        self.serial = set(range(_LAST_COLUMN + 1)) if job.names.serial else set()  # where plain numbers are days
        self.row, self.row_text, self.row_hidden = 0, "", False
        self.cells: list[str] = []
        self.cell: Attributes = {}
        self.raw = ""
        self.column = 0
        self.has_formula, self.has_value = False, False
        self.hidden_cells = 0
        self._name()

    def seen(self) -> Seen:
        """Say what was seen beside the rows."""
        rows = self.naming.rows
        return Seen(rows.start - 1, self.hidden_cells, None if self.naming.partial else rows.stop - 1)

    def finish(self) -> None:
        """Say what is known only when the whole sheet was read."""
        if not self.had_rows:
            raise broken("its sheet has no place for cells")
        if self.naming.names is None and self.naming.seen:
            self.naming.take()
            self._name()
        if self.naming.names is not None:
            for finding in not_agreed(self.areas, self.naming.rows, self.job.merged):
                self._tell(finding)

    def _start(self, tag: str, attributes: Attributes) -> None:
        name, opened = self.names.get(tag), self.open
        if name == "c" and opened[-1] == "row":
            self.cell, self.raw, self.has_formula, self.has_value = attributes, "", False, False
        elif name == "v" and opened[-1] == "c" and not self.raw:
            self.has_value = True
            self.texts.clear()
        else:
            super()._start(tag, attributes)
            return
        opened.append(name)

    def _end(self, tag: str) -> None:
        name = self.open[-1]
        if name == "v":
            texts = self.texts
            self.raw = texts[0] if len(texts) == 1 else "".join(texts)
            self.open.pop()
        elif name == "c":
            self.open.pop()
            self._end_cell()
        else:
            super()._end(tag)

    def start(self, name: str, parent: str, attributes: Attributes) -> None:
        """Take what an element says by its attributes."""
        if name in {"c", "v"} or (name == "is" and self.raw):
            raise broken(f"something stands in the wrong place behind {self._address()}")
        if name == "f" and parent == "c":
            self.has_formula = True
        elif name == "row":
            self._start_row(parent, attributes)
        elif name == "sheetData":
            self._start_rows(parent)
        elif name == "col" and parent == "cols" and is_true(attributes.get("hidden")):
            self.hidden_columns.append(range(_number(attributes, "min"), _number(attributes, "max") + 1))
        elif name == "mergeCell" and parent == "mergeCells":
            self.areas.append(area_of(attributes.get("ref", "")))

    def end(self, name: str, parent: str) -> None:
        """Take a text, or a row that has ended."""
        if name == "t" and parent in {"is", "r"}:
            self.raw += "".join(self.texts)
        elif name == "row":
            self._end_row()
        elif name == "sheetData":
            self._carry_down(_LAST_ROW + 1)

    def _start_rows(self, parent: str) -> None:
        if parent != "worksheet" or self.had_rows:
            raise broken("its rows do not stand where they should")
        self.had_rows = True

    def _start_row(self, parent: str, attributes: Attributes) -> None:
        row = _number(attributes, "r") if "r" in attributes else self.row + 1
        if parent != "sheetData" or not self.row < row <= _LAST_ROW:
            raise broken(f"its row {row} does not stand where it should")
        if self.naming.is_behind(row) and self.naming.seen:
            self.naming.take()
            self._name()
        self._carry_down(row)
        self.row, self.row_text, self.row_hidden = row, str(row), is_true(attributes.get("hidden"))
        self.cells, self.column, self.is_taken = [""] * len(self.header), 0, not self.naming.is_title(row)

    def _end_row(self) -> None:
        if self.naming.names is not None:
            self._end_row_of_values()
        elif self.is_taken and any(self.cells):
            if self.naming.is_behind(self.row):
                self.naming.take()  # which refuses: nothing stands where the names should
            self.naming.look(self.row, self.cells)
            self._name()

    def _end_row_of_values(self) -> None:
        for column in self.carried.fill(self.row, self.cells) if self.carried.starts or self.carried.now else ():
            self.column = column
            self._tell(self._finding("hidden-cells", "cells that are shown"))
        if any(self.cells):
            if self.is_first:
                self.naming.check_first_row(self.row, self.cells)
            if self.is_astray:
                self.naming.refuse_elsewhere(self.row, self.cells)
            self.is_first = False
            if not self.found:
                self.emit(self.row, self.cells)

    def _carry_down(self, row: int) -> None:
        """Fill the rows before this one that the sheet does not have, and that merged cells reach down to."""
        for missing in range(self.row + 1, self.carried.until(row) + 1):
            self.row, self.row_text, self.cells = missing, str(missing), [""] * len(self.header)
            self._end_row_of_values()

    def _name(self) -> None:
        """Take over the names as soon as they are known. What stands above them is for readers, and not looked at."""
        if self.naming.names is None:
            return
        self.header = list(self.naming.names)
        self.forms = [self.job.forms.get(column, self.job.other) for column in self.header]
        self.serial = {number for number, form in enumerate(self.forms, start=1) if form.serial}
        self.found = [f for f in self.found if f.row is None or f.row >= self.naming.rows.start]
        self.is_astray, self.hidden_cells = self.naming.lacks(), 0
        self.emit(self.naming.rows.stop - 1, self.header)
        if self.naming.partial:
            raise EnoughError

    def _end_cell(self) -> None:
        raw, attributes, before = self.raw, self.cell, self.column
        where = attributes.get("r")
        named = "" if where is None else where.removesuffix(self.row_text)
        self.column = column = self.columns.get(named) or self._column(named, where)
        if not before < column <= _LAST_COLUMN:
            raise broken(f"its cell {self._address()} does not stand where it should")
        if not self.is_taken:
            return
        if self.has_formula and not raw and not (attributes.get("t") == "str" and self.has_value):
            self._tell(self._finding("formula-without-value", "the result of the formula"))
        if raw and (text := self._text(raw, attributes.get("t", "n"), attributes.get("s", "0"))):
            if column > len(self.header) or self.row_hidden or self.hidden_columns:
                self._put_with_care(text)
            else:
                self.cells[column - 1] = text

    def _column(self, named: str, where: str | None) -> int:
        """Give the number of a column that is met for the first time, or whose cells do not say where they stand."""
        if where is None:
            return self.column + 1
        if not _LETTERS.fullmatch(named) or named == where:
            raise broken(f"its cell {where[:20]} does not stand in row {self.row_text}")
        known = 0
        for letter in named:
            known = known * 26 + ord(letter) - ord("A") + 1
        self.columns[named] = known
        return known

    def _put_with_care(self, text: str) -> None:
        if self.row_hidden or any(self.column in columns for columns in self.hidden_columns):
            self.hidden_cells += 1
            if not self.job.takes_hidden:
                self._tell(self._finding("hidden-cells", "cells that are shown"))
        if self.naming.names is not None and self.column > len(self.header):
            number = f"number {self.column}"
            self._tell(Finding("unnamed-column", self.row, number, value=self._address(), expected="a name"))
            if not self.is_astray:
                return
        self.cells.extend([""] * (self.column - len(self.cells)))
        self.cells[self.column - 1] = text

    def _text(self, raw: str, kind: str, style: str) -> str:
        """Give what the cell says: numbers and texts are nearly all."""
        if kind == "n":
            plain = raw.isdigit() and raw.isascii() and self.styles.get(style) == "number"
            return raw if plain and self.column not in self.serial else self._number(raw, style)
        if kind == "s":
            return self._shared(raw)
        if kind in {"inlineStr", "str"}:
            return unescaped(raw)
        return self._rare(raw, kind)

    def _rare(self, raw: str, kind: str) -> str:
        if kind == "e":
            self._tell(self._finding("error-cell", "a value or nothing", f": {raw}"))
            return ""
        if kind == "b" and raw in {"0", "1"}:
            return "TRUE" if raw == "1" else "FALSE"
        if kind == "d" and (day := day_from_iso(raw, self._form())):
            return day
        raise broken(f"what the cell {self._address()} holds cannot be read")

    def _number(self, raw: str, style: str) -> str:
        shown = self.styles.get(style)
        if shown is None:
            raise broken(f"the style of the cell {self._address()} is missing")
        try:
            return number_text(raw, shown, self._form(), self.job.decimal, since_1904=self.book.since_1904)
        except NotANumber as error:
            raise broken(f"what the cell {self._address()} holds cannot be read") from error

    def _shared(self, raw: str) -> str:
        if not (raw.isascii() and raw.isdigit() and int(raw) < len(self.book.texts)):
            raise broken(f"the text of the cell {self._address()} is missing")
        return self.book.texts[int(raw)]

    def _form(self) -> Form:
        if self.naming.names is None:
            return self.job.names
        return self.forms[self.column - 1] if self.column <= len(self.forms) else self.job.other

    def _address(self) -> str:
        return f"{letters(self.column)}{self.row_text}"

    def _finding(self, rule: str, expected: str, more: str = "") -> Finding:
        named = self.header[self.column - 1] if self.column <= len(self.header) else ""
        return Finding(rule, self.row, named or letters(self.column), value=self._address() + more, expected=expected)

    def _tell(self, finding: Finding) -> None:
        self.found.append(finding)
        if len(self.found) >= _SHOWN:
            raise Refused(self.found)


def _number(attributes: Attributes, name: str) -> int:
    said = attributes.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 10):  # noqa: PLR2004  far beyond the last row
        raise broken(f"'{said[:20]}' is no number of a row or column")
    return int(said)
