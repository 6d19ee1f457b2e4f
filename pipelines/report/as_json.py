"""The report for programs: complete, and of a shape that docs/check-json.md documents and `version` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipelines.artefacts import Check, Decision, Finding, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.model import Consequence
from pipelines.declarations.source import Source
from pipelines.declarations.vocabulary import ENGLISH
from pipelines.report.mistakes import every_place
from pipelines.report.speech import Speech

Severity = Literal["critical", "warning", "info"]


class Shape(BaseModel):
    """A part of the document: no key but those declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class File(Shape):
    """The file that was checked."""

    name: str = Field(description="its name, without folders")
    sha256: str = Field(description="SHA-256 of its bytes, 64 hexadecimal digits")


class Count(Shape):
    """How many were read, and what became of them."""

    read: int = Field(description="how many were read")
    by_fate: dict[str, int] = Field(
        description="how many were `accepted`, `rejected`, or set aside, by reason; the numbers sum to `read`"
    )


class Known(Shape):
    """Somebody knows of it and has explained it."""

    until: date = Field(description="a delivery that comes later asks again")
    because: str = Field(description="why it is right as it is")


class Problem(Shape):
    """One rule, broken at one place of the file."""

    rule: str = Field(description="the id of the rule, a key of `rules`")
    consequence: Consequence = Field(
        description="what follows: `reject` the fact, `hold` or `refuse` the file, `flag`, `note`"
    )
    severity: Severity = Field(description="the consequence in the words of Great Expectations")
    sheet: str | None = Field(description="the sheet, where several sheets of a workbook were read")
    row: int | None = Field(description="as a spreadsheet counts: the header is row 1; null: the file as a whole")
    column: str | None = Field(description="the name of the column in the file")
    field: str | None = Field(description="the field of the shared table that the column is read into")
    value: str | None = Field(description="the value as written in the file")
    expected: str | None = Field(description="what is expected there; after `here:` what the value was compared with")
    nearest: str | None = Field(description="the nearest known word, where there is one")
    acknowledged: Known | None = Field(description="why it asks for no attention, where somebody has explained it")
    facts: int = Field(description="how many facts it concerns: in a wide file one cell can spoil a whole row")
    sentence: str = Field(description="the rule's sentence about this place; what cannot be seen in a value is named")
    mend: str | None = Field(description="what the sender can do")
    sentence_local: str | None = Field(
        description="the sentence in the language `lang`; null where it is not translated"
    )
    mend_local: str | None = Field(description="what the sender can do, in `lang`; null as above")


class CheckTold(Shape):
    """One check of the table: whether it was made, and how many facts failed it."""

    rule: str = Field(description="the id of the rule, a key of `rules`")
    field: str | None = Field(description="the field that it looks at; null: several, or the whole row")
    consequence: Consequence = Field(description="what follows when it fails")
    severity: Severity = Field(description="the consequence in the words of Great Expectations")
    failed: int | None = Field(description="how many facts failed it; null where it was not made")
    acknowledged: int = Field(description="how many of these are known and explained")
    made: bool = Field(description="whether it was made here")
    why_not: str | None = Field(description="why it was not made")
    why_not_id: str | None = Field(description="the id of that reason, the same whatever fills it; null: it has none")
    why_not_local: str | None = Field(description="the reason in `lang`; null where it is not translated")


class RuleTold(Shape):
    """What a rule says, before it is filled with a place and a value."""

    sentence: str = Field(description="what is wrong, with placeholders such as `{value}`, `{column}`, `{expected}`")
    mend: str | None = Field(description="what the sender can do, with the same placeholders")
    source: str = Field(description="the standard, page or measured fact that the rule comes from")


class Report(Shape):
    """The whole document."""

    version: Literal[4] = Field(description="the version of this shape; it changes when a reader of it would break")
    lang: str = Field(description="the language of the keys in `_local`; everything else is English")
    source: str = Field(description="the source that the file was read as")
    table: str = Field(description="the shared table that it fills")
    file: File = Field(description="the file that was checked")
    decision: Decision = Field(description="what was decided")
    exit_code: Literal[0, 1] = Field(description="the exit code of `salamat check`: 0 when everything is accepted")
    rows: Count = Field(description="the rows of the file")
    facts: Count = Field(description="the facts: rows of a long file, cells of a wide one")
    problems: list[Problem] = Field(description="every problem, by row and column")
    notes: list[Problem] = Field(description="what is worth knowing and changes nothing, by row and column")
    checks: list[CheckTold] = Field(description="every check of the table, by rule and field")
    rules: dict[str, RuleTold] = Field(description="each rule named above, by its id")


def as_json(verdict: Verdict, source: Source, speech: Speech, file_name: str, sha256: str) -> dict[str, Any]:
    """Give the whole verdict, every problem with its place; the same for the same verdict."""
    return _report(verdict, source, speech, file_name, sha256).model_dump(mode="json")


def as_json_text(verdict: Verdict, source: Source, speech: Speech, file_name: str, sha256: str) -> str:
    """Write what `as_json` gives as text, letters as they are."""
    return _report(verdict, source, speech, file_name, sha256).model_dump_json(indent=2)


def report_schema() -> dict[str, Any]:
    """Give the JSON Schema of the document."""
    return Report.model_json_schema()


def _report(verdict: Verdict, source: Source, speech: Speech, file_name: str, sha256: str) -> Report:
    declared, in_english = speech.declared, Speech(speech.declared, ENGLISH)
    told = [_problem(found, in_english, speech) for found in every_place(verdict)]
    checks = sorted(
        (_check(c, speech) for c in verdict.checks), key=lambda c: (c.rule, c.field or "", c.made, c.why_not or "")
    )
    return Report(
        version=4,
        lang=speech.language,
        source=source.source,
        table=source.table,
        file=File(name=_encodable(file_name), sha256=sha256),
        decision=verdict.decision,
        exit_code=0 if verdict.decision == "accepted" else 1,
        rows=_count(verdict.accounts.rows, verdict.accounts.rows_by_fate),
        facts=_count(verdict.accounts.facts, verdict.accounts.facts_by_fate),
        problems=[p for p in told if p.consequence != "note"],
        notes=[p for p in told if p.consequence == "note"],
        checks=checks,
        rules=_rules([p.rule for p in told] + [c.rule for c in checks], declared),
    )


def _count(read: int, by_fate: Mapping[str, int]) -> Count:
    return Count(read=read, by_fate=dict(sorted(by_fate.items())))


def _problem(found: Finding, in_english: Speech, speech: Speech) -> Problem:
    rule = speech.declared.rules[found.rule]
    said, mend, known = in_english.sentence(rule, found), in_english.mend(rule, found), found.acknowledged
    said_local, mend_local = (
        (speech.sentence(rule, found), speech.mend(rule, found)) if speech.foreign else (said, mend)
    )
    return Problem(
        rule=found.rule,
        consequence=rule.consequence,
        severity=rule.severity,
        sheet=found.sheet,
        row=found.row,
        column=found.column,
        field=found.field,
        value=found.value,
        expected=found.expected,
        nearest=found.nearest,
        acknowledged=Known(until=known.until, because=known.because) if known else None,
        facts=found.facts,
        sentence=str(said),
        mend=str(mend) if mend else None,
        sentence_local=said_local.text,
        mend_local=mend_local.text if mend_local else None,
    )


def _check(check: Check, speech: Speech) -> CheckTold:
    identity, said = speech.reason(check.why_not)[0], speech.phrase(check.why_not)
    return CheckTold.model_validate(
        {
            "rule": check.rule,
            "field": check.field,
            "consequence": check.consequence,
            "severity": check.severity,
            "failed": check.failed,
            "acknowledged": check.acknowledged,
            "made": check.failed is not None,
            "why_not": check.why_not,
            "why_not_id": identity,
            "why_not_local": said if identity is None or speech.says("phrase", identity) else None,
        }
    )


def _rules(ids: Iterable[str], declared: Declarations) -> dict[str, RuleTold]:
    rules = [declared.rules[i] for i in sorted(set(ids))]
    return {r.id: RuleTold(sentence=r.sentence.en, mend=r.mend.en if r.mend else None, source=r.source) for r in rules}


def _encodable(file_name: str) -> str:
    """Replace what is not text: a name may hold bytes that no encoding explains."""
    return file_name.encode("utf-8", "replace").decode("utf-8")
