"""The sheet that is the sender's own: its rows and columns in their order, and behind them what became of each row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.errors import IgnoredError, IgnoredErrors

from pipelines.artefacts import Finding, Harmonised, Verdict
from pipelines.numbering import Numbering
from pipelines.report.as_xlsx.marked_rows import MarkedRow, about_header, marked_rows, rows_with_problems
from pipelines.report.as_xlsx.marking import BECAME, WHY, WIDTHS, Marking
from pipelines.report.as_xlsx.pen import Look, Pen, sheet_title
from pipelines.report.speech import Speech

if TYPE_CHECKING:
    import duckdb
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 200_000
MOST_CELLS = 500_000
_MOST_COLUMNS = 16_384 - 3
_TWO = 2  # sheets: then a row is told with its sheet
_PLAIN = 2  # the first row under a header that nothing stands above
_SAMPLE = 200  # rows that the widths of the columns are taken from


@dataclass(frozen=True)
class OwnSheet:
    """Where the places of the file are on the sheet. `order` leads from a row of the file, as it is told, to its own.

    What stands above the file's `first_row` of cells is its header.
    """

    title: str
    columns: Mapping[str, int]
    behind: int
    last_row: int
    order: Mapping[str, int] | None = None
    with_problems: int = 0
    uncommented: int = 0
    as_sent: bool = False
    first_row: int = 2
    is_whole: bool = True

    @property
    def shown(self) -> int:
        """How many rows are shown, where a column says which each of them is."""
        return len(self.order or ())

    def cell(self, found: Finding) -> str | None:
        """Give the name of the cell, such as `C14`; None where the place is not on the sheet."""
        row = found.row or 1
        beneath = self.order is not None and row >= self.first_row
        on_sheet = (
            row if self.order is None else self.order.get(found.row_label or "", self.last_row + 1) if beneath else 1
        )
        if on_sheet > self.last_row or (found.row is None and found.column not in self.columns):
            return None
        return f"{get_column_letter(self.columns.get(found.column or '', self.behind))}{on_sheet}"


def own_sheet(book: Workbook, con: duckdb.DuckDBPyConnection, verdict: Verdict, speech: Speech) -> OwnSheet | None:
    """Write the sheet; None where there are no rows to show. A large file is shown by its rows with problems alone."""
    harmonised = verdict.harmonised
    if harmonised is None or len(harmonised.extract.columns) > _MOST_COLUMNS:
        return None
    return _Copy(book.create_sheet(sheet_title(speech, "sheet.own")), verdict, harmonised, speech).write(con)


class _Copy:
    """The sheet while it is written."""

    def __init__(self, sheet: Worksheet, verdict: Verdict, harmonised: Harmonised, speech: Speech) -> None:
        self.pen, self.speech = Pen(sheet), speech
        self.verdict, self.harmonised = verdict, harmonised
        self.most, self.numbering = _most(harmonised), Numbering(harmonised.extract.sheets)
        as_sent = self.most is None and harmonised.extract.first_row == _PLAIN and len(harmonised.extract.sheets) < _TWO
        self.before = [] if as_sent else [speech.word("sheet.row")]
        self.names = harmonised.extract.columns
        self.columns = {name: at for at, name in enumerate(self.names, len(self.before) + 1)}
        self.behind = len(self.before) + len(self.names) + 1
        self.marking = Marking(verdict, speech, self.columns)
        self.order: dict[str, int] = {}

    def write(self, con: duckdb.DuckDBPyConnection) -> OwnSheet:
        """Write the header, then row after row, as they come."""
        of_header, with_problems = about_header(con, self.harmonised), rows_with_problems(con, self.harmonised)
        rows = marked_rows(con, self.verdict, self.harmonised, self.most)
        sample = list(islice(rows, _SAMPLE))
        self._lay_out(sample)
        self._header(of_header)
        for row in chain(sample, rows):
            self._row(row)
        self._close()
        order, first = self.order if self.before else None, self.harmonised.extract.first_row
        told, title = self.marking.uncommented, self.pen.sheet.title
        place = (title, self.columns, self.behind, self.pen.row, order)
        return OwnSheet(*place, with_problems, told, first_row=first, is_whole=self.most is None)

    def _lay_out(self, sample: Sequence[MarkedRow]) -> None:
        self.pen.lay_out([*(12 for _ in self.before), *_widths(self.names, sample), *WIDTHS], table=True)
        for letter in map(get_column_letter, range(1, self.behind)):
            self.pen.sheet.column_dimensions[letter].number_format = "@"  # so that an empty cell takes text as well

    def _header(self, found: Sequence[Finding]) -> None:
        at = self.marking.by_column(found)
        named = [self._cell(name, at.get(name, ()), "head") for name in self.names]
        before = [self.pen.text(name, "head") for name in self.before]
        self.pen.append(
            *before,
            *named,
            self._cell(self.speech.word(BECAME), at.get(None, ()), "head"),
            self.pen.text(self.speech.word(WHY), "head"),
        )

    def _row(self, row: MarkedRow) -> None:
        label = self.numbering.label(row.number)
        if self.before:
            self.order[label] = self.pen.row + 1
        at = self.marking.by_column(row.found)
        cells = [self._cell(cell, at.get(name, ())) for name, cell in zip(self.names, row.cells, strict=True)]
        append = self.pen.append_high if row.found else self.pen.append
        shown = self.pen.number(row.number) if label.isdigit() else self.pen.text(self.speech.shown(label))
        append(*(shown for _ in self.before), *cells, *self._told(row, at.get(None, ())))

    def _told(self, row: MarkedRow, of_row: Sequence[Finding]) -> Iterator[Cell]:
        """Say what became of the row; a problem that stands in none of its cells is explained here."""
        if told := self.marking.told(row):
            word, why, shade = told
            yield self.pen.text(word, shade, self.marking.comment(of_row))
            yield self.pen.text(why, "long" if row.found else "soft")

    def _cell(self, value: str | None, found: Sequence[Finding], otherwise: Look = "plain") -> Cell | None:
        if found:
            return self.pen.text(value, self.marking.look(found), self.marking.comment(found))
        return self.pen.text(value, otherwise) if value else None

    def _close(self) -> None:
        """Let the rows be filtered, and figures stay text without a warning in each cell.

        openpyxl has no place for the latter; in the file it follows the breaks between columns, and there are none.
        """
        every = f"A1:{get_column_letter(self.behind + 1)}{self.pen.row}"
        self.pen.sheet.auto_filter.ref = every
        self.pen.sheet.col_breaks = IgnoredErrors([IgnoredError(every, numberStoredAsText=True)])  # type: ignore[assignment]


def _most(harmonised: Harmonised) -> int | None:
    """Give how many rows with problems are shown; None where every row is."""
    wide = max(len(harmonised.extract.columns), 1)
    rows = min(MOST_ROWS, MOST_CELLS // wide)
    return None if harmonised.extract.rows <= rows else max(rows, 1)


def _widths(columns: Sequence[str], sample: Sequence[MarkedRow]) -> Iterator[float]:
    for at, name in enumerate(columns):
        longest = max((len(row.cells[at] or "") for row in sample), default=0)
        yield min(max(longest + 3, len(name) + 5, 8), 40)
