"""The sheet that says the decision, where everything went, and which rules are broken, with the first cell of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.report.as_xlsx.explained import FOLLOWS, look
from pipelines.report.as_xlsx.marked_rows import first_places
from pipelines.report.as_xlsx.marking import BECAME, MOST_COMMENTS
from pipelines.report.as_xlsx.mistakes_sheet import Listed
from pipelines.report.as_xlsx.own_sheet import OwnSheet
from pipelines.report.as_xlsx.pen import Pen
from pipelines.report.mistakes import broken_rules
from pipelines.report.words import counted, decision, fate_lines, number, sentence, shown

if TYPE_CHECKING:
    import duckdb
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from pipelines.artefacts import Finding
    from pipelines.report.mistakes import BrokenRule

_WIDTHS = (30, 92, 17, 12, 12, 14)
_LEGEND = {
    "rejected": "left out until corrected, or the reason for which the whole file is refused",
    "flagged": "published with a mark, or the reason for which the file waits for a person",
    "note": "worth knowing; nothing to mend",
}


@dataclass(frozen=True)
class Told:
    """What the sheet is about: the verdict on which file, and when it was given."""

    verdict: Verdict
    source: Source
    declared: Declarations
    file_name: str
    sha256: str
    moment: datetime


def summary_sheet(
    sheet: Worksheet, con: duckdb.DuckDBPyConnection, told: Told, own: OwnSheet | None, listed: Listed
) -> None:
    """Write the sheet."""
    pen = Pen(sheet)
    pen.lay_out(_WIDTHS, table=False)
    _decision(pen, told)
    _guide(pen, told, own, listed)
    _accounts(pen, told)
    _rules(pen, con, told, own)
    _checks(pen, told.verdict)
    _file(pen, told)


def _decision(pen: Pen, told: Told) -> None:
    said = decision(told.verdict, told.declared)
    pen.append_high(pen.text(said.word, "title"))
    _pair(pen, "File", shown(told.file_name))
    _pair(pen, "What it means", said.means)
    _pair(pen, "What to do", said.to_do)


def _guide(pen: Pen, told: Told, own: OwnSheet | None, listed: Listed) -> None:
    _heading(pen, "How to use this workbook")
    for name, text in _advice(told, own, listed):
        _pair(pen, name, text)
    for look_, meaning in _LEGEND.items():
        pen.append_high(pen.text(look_, look_), pen.text(meaning, "long"))  # type: ignore[arg-type]


def _advice(told: Told, own: OwnSheet | None, listed: Listed) -> Iterator[tuple[str, str]]:
    if own is None:
        yield "Your file", _no_copy(told.verdict)
    else:
        yield "Your file", _copied(told, own)
        yield (
            "To see what is wrong",
            f"Filter the column \u201c{BECAME}\u201d. Each coloured cell has a comment that explains it.",
        )
        yield (
            "To send it again",
            f"Mend your own file, or this sheet without the columns of salamat, {_form(told.source)}.",
        )
    if listed.every > listed.shown:
        more = number(listed.every - listed.shown)
        yield (
            "All mistakes",
            f"The first {number(listed.shown)} are listed; `salamat check --json` lists the other {more} too.",
        )
    if own and own.uncommented:
        yield (
            "Comments",
            f"The first {number(MOST_COMMENTS)} cells have one; \u201csalamat: why\u201d says the same of every row.",
        )


def _form(source: Source) -> str:
    decode = source.decode
    if decode.format == "xlsx":
        return "alone in a workbook"
    mark = f"with \u201c{shown(decode.delimiter)}\u201d between the cells"
    return f"saved as delimited text (CSV), in the encoding {decode.encoding[0].upper()}, {mark}"


def _no_copy(verdict: Verdict) -> str:
    if verdict.harmonised is None:
        return "It is not copied here, because it could not be read as its source declares. Mend what is listed below."
    return "It is not copied here, because it has more columns than a sheet of a workbook can have."


def _copied(told: Told, own: OwnSheet) -> str:
    rows = told.verdict.accounts.rows
    if own.order is None:
        kept = told.source.decode.format == "csv" or own.as_sent
        formats = "" if kept else " Its formats could not be kept: each cell is shown as it was read."
        whole = (
            "The first sheet is your file, row for row and column for column, and behind them what became of each row."
        )
        return whole + formats
    few = "all of them" if len(own.order) == own.with_problems else f"the first {number(len(own.order))} of them"
    large = (
        f"It is too large to be shown whole ({counted(rows, 'row')}). The first sheet has only the rows with a problem"
    )
    return f"{large}, {few}; the first column says which row of your file each is."


def _accounts(pen: Pen, told: Told) -> None:
    _heading(pen, "Where everything went")
    accounts = told.verdict.accounts
    if not accounts.rows and not accounts.facts:
        _pair(pen, "read", "Nothing was read: the file could not be read as its source declares.")
        return
    pen.append_high(*_heads(pen, "What became of it", "Which means", "Rows", "Facts"))
    for line in fate_lines(accounts, told.verdict.decision):
        pen.append_high(
            pen.text(line.name, "strong"), pen.text(line.says, "long"), pen.number(line.rows), pen.number(line.facts)
        )
    total = f"The sum of the lines above. A fact is one {'cell' if told.source.unpivot else 'row'} of the file."
    pen.append_high(
        pen.text("read", "strong"), pen.text(total, "long"), pen.number(accounts.rows), pen.number(accounts.facts)
    )


def _rules(pen: Pen, con: duckdb.DuckDBPyConnection, told: Told, own: OwnSheet | None) -> None:
    _heading(pen, "Rules that are broken")
    broken, first = broken_rules(told.verdict, told.declared, 1), first_places(con)
    if not broken:
        _pair(pen, "None", "No rule is broken.")
        return
    pen.append_high(
        *_heads(pen, "Rule", "What is wrong, and how to mend it", "What follows", "Mistakes", "Facts", "First cell")
    )
    for rule in broken:
        pen.append_high(*_rule(pen, rule, first[rule.rule.id], told.declared, own))


def _rule(pen: Pen, broken: BrokenRule, first: Finding, declared: Declarations, own: OwnSheet | None) -> Iterator[Cell]:
    rule = broken.rule
    example = "For example: " if broken.mistake_count > 1 else ""
    mend = f"\nTo mend it: {sentence(rule.mend, first)}" if rule.mend else ""
    cell = own.cell(first) if own else None
    yield pen.text(rule.id, "strong")
    yield pen.text(f"{example}{sentence(rule.sentence, first)}{mend}", "long")
    yield pen.text(FOLLOWS[rule.consequence], look([first], declared))
    yield pen.number(broken.mistake_count)
    yield pen.number(broken.facts)
    yield pen.link(cell, own.title, cell) if own and cell else pen.text(first.place(), "long")


def _checks(pen: Pen, verdict: Verdict) -> None:
    reasons = sorted({check.why_not or "not made" for check in verdict.checks if check.failed is None})
    if not verdict.checks:
        return
    made = sum(check.failed is not None for check in verdict.checks)
    _heading(pen, "Checks")
    _pair(pen, "made", f"{counted(made, 'check')}: {number(sum(c.passed for c in verdict.checks))} passed.")
    if reasons:
        _pair(pen, "not made here", f"{counted(len(verdict.checks) - made, 'check')}: {'; '.join(reasons)}.")


def _file(pen: Pen, told: Told) -> None:
    _heading(pen, "The file")
    _pair(pen, "Read as", f"{told.source.source}: {told.source.title}")
    _pair(pen, "SHA-256", told.sha256)
    _pair(pen, "Checked", f"{told.moment:%d %B %Y, %H:%M:%S} UTC")
    _pair(
        pen,
        "Whom to show it",
        "This workbook holds values of the file. Forward it only to people who may see that file.",
    )


def _heading(pen: Pen, title: str) -> None:
    pen.append()
    pen.append_high(pen.text(title, "heading"))


def _heads(pen: Pen, *titles: str) -> list[Cell]:
    return [pen.text(title, "counts" if title in {"Rows", "Mistakes", "Facts"} else "head") for title in titles]


def _pair(pen: Pen, name: str, text: str) -> None:
    pen.append_high(pen.text(name, "strong"), pen.text(text, "long"))
