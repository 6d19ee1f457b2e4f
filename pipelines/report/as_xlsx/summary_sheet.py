"""The sheet that says the decision, where everything went, and which rules are broken, with the first cell of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pipelines.artefacts import Verdict
from pipelines.declarations.source import Source
from pipelines.numbering import Numbering
from pipelines.report.as_xlsx.explained import follows, look
from pipelines.report.as_xlsx.marked_rows import first_places
from pipelines.report.as_xlsx.marking import BECAME, MOST_COMMENTS, WHY
from pipelines.report.as_xlsx.mistakes_sheet import Listed
from pipelines.report.as_xlsx.own_sheet import OwnSheet
from pipelines.report.as_xlsx.pen import Look, Pen
from pipelines.report.mistakes import broken_rules
from pipelines.report.not_made import reasons
from pipelines.report.speech import Speech
from pipelines.report.words import decision, fate_lines

if TYPE_CHECKING:
    import duckdb
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from pipelines.artefacts import Finding
    from pipelines.report.mistakes import BrokenRule

_WIDTHS = (30, 92, 17, 12, 12, 14)
_LEGEND: tuple[Look, ...] = ("rejected", "flagged", "note")
_WORD: dict[Look, str] = {"rejected": "follows.reject", "flagged": "follows.flag", "note": "follows.note"}
_COUNTS = {"head.rows", "head.mistakes", "head.facts"}


@dataclass(frozen=True)
class Told:
    """What the sheet is about: the verdict on which file, in which language, and when it was given."""

    verdict: Verdict
    source: Source
    speech: Speech
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
    _checks(pen, told)
    _file(pen, told)


def _decision(pen: Pen, told: Told) -> None:
    said, speech = decision(told.verdict, told.speech), told.speech
    pen.append_high(pen.text(said.word, "title"))
    _pair(pen, speech.word("name.file"), speech.shown(told.file_name))
    _pair(pen, speech.word("name.what-it-means"), " ".join(map(str, said.means)))
    _pair(pen, speech.word("to-do"), str(said.to_do))
    if not speech.all_checked:
        _pair(pen, "", speech.word("remark.unchecked"))


def _guide(pen: Pen, told: Told, own: OwnSheet | None, listed: Listed) -> None:
    speech = told.speech
    _heading(pen, speech.word("heading.how-to-use"))
    for name, text in _advice(told, own, listed):
        _pair(pen, speech.word(name), text)
    for look_ in _LEGEND:
        pen.append_high(pen.text(speech.word(_WORD[look_]), look_), pen.text(speech.word(f"legend.{look_}"), "long"))


def _advice(told: Told, own: OwnSheet | None, listed: Listed) -> Iterator[tuple[str, str]]:
    speech, number = told.speech, told.speech.number
    if own is None:
        unread = told.verdict.harmonised is None
        yield "advice.your-file", speech.word("advice.not-read" if unread else "advice.too-wide")
    else:
        yield "advice.your-file", _copied(told, own)
        yield "advice.see", speech.word("advice.see-how", column=speech.word(BECAME))
        yield "advice.send", speech.word("advice.send-how", form=_form(told))
    if listed.every > listed.shown:
        command, more = "`salamat check --json`", number(listed.every - listed.shown)
        yield "advice.all", speech.word("advice.all-how", shown=number(listed.shown), command=command, more=more)
    if own and own.uncommented:
        why = speech.word(WHY)
        yield "advice.comments", speech.word("advice.comments-how", count=number(MOST_COMMENTS), column=why)


def _form(told: Told) -> str:
    decode, speech = told.source.decode, told.speech
    if decode.format == "xlsx":
        return speech.word("advice.alone")
    return speech.word("advice.as-text", encoding=decode.encoding[0].upper(), mark=speech.shown(decode.delimiter))


def _copied(told: Told, own: OwnSheet) -> str:
    speech = told.speech
    if own.is_whole:
        kept = told.source.decode.format == "csv" or own.as_sent
        return speech.word("advice.copied") + ("" if kept else f" {speech.word('advice.as-read')}")
    rows = speech.count(told.verdict.accounts.rows, "row")
    if own.shown == own.with_problems:
        return speech.word("advice.too-large-all", rows=rows)
    return speech.word("advice.too-large-first", rows=rows, count=speech.number(own.shown))


def _accounts(pen: Pen, told: Told) -> None:
    accounts, speech = told.verdict.accounts, told.speech
    _heading(pen, speech.word("heading.accounts"))
    if told.verdict.harmonised is None:
        _pair(pen, speech.word("read"), f"{speech.word('heading.nothing-read')}: {speech.word('remark.nothing-read')}.")
        return
    pen.append_high(*_heads(pen, speech, "head.became", "head.means", "head.rows", "head.facts"))
    for line in fate_lines(accounts, told.verdict.decision, speech):
        pen.append_high(
            pen.text(line.name, "strong"),
            pen.text(str(line.says), "long"),
            pen.number(line.rows),
            pen.number(line.facts),
        )
    fact = speech.word("remark.fact-is-a-cell" if told.source.unpivot else "remark.fact-is-a-row")
    read, total = speech.word("read"), f"{speech.word('read.sum')}; {fact}"
    pen.append_high(
        pen.text(read, "strong"), pen.text(total, "long"), pen.number(accounts.rows), pen.number(accounts.facts)
    )


def _rules(pen: Pen, con: duckdb.DuckDBPyConnection, told: Told, own: OwnSheet | None) -> None:
    speech = told.speech
    _heading(pen, speech.word("heading.rules"))
    broken, first = broken_rules(told.verdict, speech.declared, 1), first_places(con, Numbering.of(told.verdict))
    if not broken:
        _pair(pen, speech.word("none"), speech.word("no-rule-broken"))
        return
    heads = ("head.rule", "head.what-and-mend", "head.follows", "head.mistakes", "head.facts", "head.first-cell")
    pen.append_high(*_heads(pen, speech, *heads))
    for rule in broken:
        pen.append_high(*_rule(pen, rule, first[rule.rule.id], speech, own))


def _rule(pen: Pen, broken: BrokenRule, first: Finding, speech: Speech, own: OwnSheet | None) -> Iterator[Cell]:
    rule = broken.rule
    example = f"{speech.word('for-example')}: " if broken.mistake_count > 1 else ""
    mend = speech.mend(rule, first)
    mended = f"\n{speech.word('head.to-mend')}: {mend}" if mend else ""
    cell = own.cell(first) if own else None
    yield pen.text(rule.id, "strong")
    yield pen.text(f"{example}{speech.sentence(rule, first)}{mended}", "long")
    yield pen.text(follows(first, speech), look([first], speech))
    yield pen.number(broken.mistake_count)
    yield pen.number(broken.facts)
    yield pen.link(cell, own.title, cell) if own and cell else pen.text(_place(first, speech), "long")


def _place(found: Finding, speech: Speech) -> str:
    row = f"{speech.word('head.row')}: {found.row_label}" if found.row_label else ""
    column = f"{speech.word('head.column')}: {speech.column(found)}" if found.column else ""
    return ", ".join(filter(None, (row, column)))


def _checks(pen: Pen, told: Told) -> None:
    speech, checks = told.speech, told.verdict.checks
    if not checks:
        return
    made, passed = sum(check.failed is not None for check in checks), sum(check.passed for check in checks)
    _heading(pen, speech.word("heading.checks"))
    told_made = speech.word("checks-passed", made=speech.count(made, "check"), passed=speech.number(passed))
    _pair(pen, speech.word("name.made"), told_made)
    if left := len(checks) - made:
        why = "\n".join(f"{speech.number(count)}: {said}" for count, said in reasons(checks, speech))
        _pair(pen, speech.word("name.not-made"), f"{speech.count(left, 'check')}:\n{why}")


def _file(pen: Pen, told: Told) -> None:
    speech, source = told.speech, told.source
    _heading(pen, speech.word("heading.file"))
    title = speech.table(source.table) if speech.foreign else source.title
    _pair(pen, speech.word("head.read-as"), f"{source.source}: {title}")
    _pair(pen, "SHA-256", told.sha256)
    _pair(pen, speech.word("name.checked"), speech.moment(told.moment))
    _pair(pen, speech.word("advice.whom"), speech.word("advice.whom-how"))


def _heading(pen: Pen, title: str) -> None:
    pen.append()
    pen.append_high(pen.text(title, "heading"))


def _heads(pen: Pen, speech: Speech, *heads: str) -> list[Cell]:
    return [pen.text(speech.word(head), "counts" if head in _COUNTS else "head") for head in heads]


def _pair(pen: Pen, name: str, text: str) -> None:
    pen.append_high(pen.text(name, "strong"), pen.text(text, "long"))
