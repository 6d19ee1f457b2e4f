"""The sheet that lists every mistake, one line for each place, each leading to its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.artefacts import Finding
from pipelines.declarations import Declarations
from pipelines.report.as_xlsx.explained import FOLLOWS, look
from pipelines.report.as_xlsx.own_sheet import OwnSheet
from pipelines.report.as_xlsx.pen import Pen
from pipelines.report.mistakes import places
from pipelines.report.words import sentence, shown

if TYPE_CHECKING:
    import duckdb
    from openpyxl import Workbook
    from openpyxl.cell import Cell

TITLE = "All mistakes"
MOST = 20_000  # more is read by a program, from `salamat check --json`
_COLUMNS = {
    "Cell": 10,
    "Row": 10,
    "Column": 22,
    "Value as written": 26,
    "What follows": 16,
    "What is wrong": 60,
    "Expected": 40,
    "Did you mean": 22,
    "To mend it": 50,
    "Facts": 10,
    "Rule": 26,
}


@dataclass(frozen=True)
class Listed:
    """How many places there are, and how many of them are listed."""

    every: int
    shown: int


def mistakes_sheet(
    book: Workbook, con: duckdb.DuckDBPyConnection, declared: Declarations, own: OwnSheet | None
) -> Listed:
    """Write the sheet, in the order of the file."""
    pen, every = Pen(book.create_sheet(TITLE)), 0
    pen.lay_out(_COLUMNS.values(), table=True)
    pen.append_high(*(pen.text(title, "counts" if title in {"Row", "Facts"} else "head") for title in _COLUMNS))
    for every, found in enumerate(places(con), 1):
        if every <= MOST:
            pen.append_high(*_line(pen, found, declared, own))
    pen.sheet.auto_filter.ref = f"A1:K{pen.row}"
    return Listed(every, min(every, MOST))


def _line(pen: Pen, found: Finding, declared: Declarations, own: OwnSheet | None) -> list[Cell]:
    rule = declared.rules[found.rule]
    cell = own.cell(found) if own else None
    return [
        pen.link(cell, own.title, cell) if own and cell else pen.text(""),
        pen.text("") if found.row is None else pen.number(found.row),
        *(pen.text(shown(text, 200) if text is not None else "", "long") for text in (found.column, found.value)),
        pen.text(FOLLOWS[rule.consequence], look([found], declared)),
        pen.text(sentence(rule.sentence, found), "long"),
        *(pen.text(shown(text, 200) if text else "", "long") for text in (found.expected, found.nearest)),
        pen.text(sentence(rule.mend, found), "long"),
        pen.number(found.facts),
        pen.text(rule.id),
    ]
