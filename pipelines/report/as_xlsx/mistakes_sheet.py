"""The sheet that lists every mistake, one line for each place, each leading to its cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.artefacts import Finding
from pipelines.numbering import Numbering
from pipelines.report.as_xlsx.explained import follows, look
from pipelines.report.as_xlsx.own_sheet import OwnSheet
from pipelines.report.as_xlsx.pen import Pen, sheet_title
from pipelines.report.mistakes import places
from pipelines.report.speech import Speech

if TYPE_CHECKING:
    import duckdb
    from openpyxl import Workbook
    from openpyxl.cell import Cell

MOST = 20_000  # more is read by a program, from `salamat check --json`
_COLUMNS = {
    "head.cell": 10,
    "head.row": 10,
    "head.column": 22,
    "head.value": 26,
    "head.follows": 16,
    "head.what-is-wrong": 60,
    "head.expected": 40,
    "head.nearest": 22,
    "head.to-mend": 50,
    "head.facts": 10,
    "head.rule": 26,
}


@dataclass(frozen=True)
class Listed:
    """How many places there are, and how many of them are listed."""

    every: int
    shown: int


def mistakes_sheet(
    book: Workbook, con: duckdb.DuckDBPyConnection, speech: Speech, own: OwnSheet | None, numbering: Numbering
) -> Listed:
    """Write the sheet, in the order of the file."""
    pen, every = Pen(book.create_sheet(sheet_title(speech, "sheet.mistakes"))), 0
    pen.lay_out(_COLUMNS.values(), table=True)
    pen.append_high(
        *(pen.text(speech.word(h), "counts" if h in {"head.row", "head.facts"} else "head") for h in _COLUMNS)
    )
    for every, found in enumerate(places(con, numbering), 1):
        if every <= MOST:
            pen.append_high(*_line(pen, found, speech, own))
    pen.sheet.auto_filter.ref = f"A1:K{pen.row}"
    return Listed(every, min(every, MOST))


def _line(pen: Pen, found: Finding, speech: Speech, own: OwnSheet | None) -> list[Cell]:
    rule, shown = speech.declared.rules[found.rule], speech.shown
    cell = own.cell(found) if own else None
    return [
        pen.link(cell, own.title, cell) if own and cell else pen.text(""),
        pen.number(found.row) if found.row and not found.sheet else pen.text(found.row_label or ""),
        *(
            pen.text(shown(text, 200) if text is not None else "", "long")
            for text in (speech.column(found), speech.value(found))
        ),
        pen.text(follows(found, speech), look([found], speech)),
        pen.text(str(speech.sentence(rule, found)), "long"),
        pen.text(str(speech.expected(found.expected, 200)) if found.expected else "", "long"),
        pen.text(shown(found.nearest, 200) if found.nearest else "", "long"),
        pen.text(str(speech.mend(rule, found) or ""), "long"),
        pen.number(found.facts),
        pen.text(rule.id),
    ]
