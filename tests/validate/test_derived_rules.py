"""Every field is held to its own entry: by values that break it, and by those that just do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.missing import REASON
from pipelines.declarations.model import FieldEntry
from tests.validate.breaking import KEYED
from tests.validate.trying import RECEIVED, Cell, Row, Tried, Unread, column_of, every_field, made, sent

DECLARED = load_declarations()
FIRST_DAY = date(2021, 1, 4)
TOMORROW = RECEIVED.date() + timedelta(days=1)  # where the sender is, the day may have begun before ours
PROBLEMS = {
    "date": ("not-a-date",),
    "place": ("unknown-place", "ambiguous-place", "not-own-state", "lost-characters"),
    "code": ("unknown-code", "lost-characters"),
    "integer": ("not-a-number", "wrong-number-form", "not-a-whole-number"),
    "decimal": ("not-a-number", "wrong-number-form"),
    "text": ("lost-characters",),
}
WRONG_FORM = "not of this form!"


@dataclass(frozen=True)
class Said:
    """A cell of a field, in an otherwise faultless row; and the rules that it breaks."""

    table: str
    field: str
    cell: Cell
    breaks: tuple[str, ...]

    def __str__(self) -> str:
        said = f"{self.cell.rule} {self.cell.cell}" if isinstance(self.cell, Unread) else str(self.cell)
        return f"{self.table}:{self.field}={said[:20]}"


def _every() -> Iterator[Said]:
    for table, declared in DECLARED.tables.items():
        for field in every_field(table, DECLARED):
            entry, use = DECLARED.fields[field], declared.fields[field]
            for rule in PROBLEMS[entry.type]:
                formless = ("wrong-pattern",) if entry.pattern else ()  # a text that lost letters is still a text
                yield Said(table, field, Unread("12\ufffdx", rule), (rule, *formless))
            required = use.required and use.default is None
            yield Said(table, field, None, ("missing-value",) if required else ())
            yield from (Said(table, field, code, ("unknown-code",)) for code in use.without)
            yield from (Said(table, field, cell, rules) for cell, rules in _cells(table, field))


def _cells(table: str, field: str) -> Iterator[tuple[Cell, tuple[str, ...]]]:
    """Values on both sides of each bound, each with the rules that it breaks."""
    entry = DECLARED.fields[field]
    if entry.codes:
        beside = ("reason-beside-a-figure",) if field == REASON and DECLARED.tables[table].fact != "row" else ()
        yield "NOT-A-CODE", (*beside, "unknown-code")
        yield codes_of(DECLARED, table, field).known()[-1], beside
    step = 1 if entry.type == "integer" else 0.01
    if entry.minimum is not None:
        yield _number(entry, entry.minimum - step), ("out-of-range",)
        yield _number(entry, entry.minimum), ()
    if entry.maximum is not None:
        yield _number(entry, entry.maximum + step), ("out-of-range",)
        yield _number(entry, entry.maximum), ()
    formless = ("wrong-pattern",) if entry.pattern else ()
    if entry.max_length:
        yield "ÿ" * (entry.max_length + 1), ("too-long", *formless)
        yield "ÿ" * entry.max_length, formless
    if entry.prose:
        yield "a patient, 10000000146", ("personal-data",)
        yield "a patient, 10000000145", ()
    if entry.pattern:
        yield WRONG_FORM, ("wrong-pattern",)
    if entry.type == "date":
        yield TOMORROW + timedelta(days=1), () if entry.may_be_future else ("future-date",)
        yield TOMORROW, ()


def _number(entry: FieldEntry, value: float) -> int | float:
    return int(value) if entry.type == "integer" else value


EVERY = tuple(_every())


def _faultless(table: str, n: int = 0) -> Row:
    """A row with a value in each required field, and a key that no row of another number has."""
    row = {f: _good(DECLARED.fields[f]) for f, use in DECLARED.tables[table].fields.items() if use.required}
    return {**row, **{f: v for f, v in KEYED[table].items() if v is not None}, **_own_key(table, n)}


def _own_key(table: str, n: int) -> Row:
    key = {field: DECLARED.fields[field] for field in DECLARED.tables[table].key}
    for field, entry in key.items():
        if entry.type == "date":
            return {field: FIRST_DAY + timedelta(days=n)}
        if entry.type == "text" and not entry.pattern:
            return {field: f"row {n}"}
    field, entry = next(iter(key.items()))
    return {field: DECLARED.codes[entry.codes or ""].known()[n]}


def _good(entry: FieldEntry) -> Cell:
    if entry.codes:
        return DECLARED.codes[entry.codes].known()[0]
    good: dict[str, Cell] = {"integer": 1, "decimal": 50.0, "date": FIRST_DAY, "place": "TR"}
    return good.get(entry.type, "text")


@pytest.fixture(scope="module")
def tried(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tried]:
    """All rows of a table, tried together and once; row n says what the n-th `Said` of the table says."""
    done: dict[str, Tried] = {}

    def of(table: str) -> Tried:
        if table not in done:
            own = [said for said in EVERY if said.table == table]
            rows: list[Row] = [{**_faultless(table), said.field: said.cell} for said in own]
            source = sent(table, every_field(table, declared))
            facts = made(rows, source, declared, tmp_path_factory.mktemp(table))
            done[table] = facts.tried([e for e in facts.field_rules() if e.field])  # not that they have one key
        return done[table]

    return of


@pytest.mark.parametrize("said", EVERY, ids=str)
def test_a_value_breaks_the_rules_of_its_field_and_no_others(said: Said, tried: Callable[[str], Tried]) -> None:
    row = [other for other in EVERY if other.table == said.table].index(said)
    found = [p for p in tried(said.table).problems if p["fact"] == row]
    assert sorted((p["rule"], p["field"]) for p in found) == [(rule, said.field) for rule in said.breaks]
    fate = tried(said.table).fates.get(row, ("accepted", ()))
    rejected = any(DECLARED.rules[rule].consequence == "reject" for rule in said.breaks)
    flags = tuple(rule for rule in said.breaks if DECLARED.rules[rule].consequence == "flag")
    assert fate == ("rejected" if rejected else "accepted", flags)
    # the place and the cell are those of the sender
    written = said.cell.cell if isinstance(said.cell, Unread) else None if said.cell is None else str(said.cell)
    assert {p["source_row"] for p in found} <= {row + 2}
    assert {p["source_column"] for p in found} <= {column_of(said.field)}
    assert {p["value"] for p in found if DECLARED.rules[p["rule"]].tells_value} <= {written}
    assert {p["value"] for p in found if not DECLARED.rules[p["rule"]].tells_value} <= {None}


def test_the_wrong_form_is_that_of_no_field() -> None:
    assert not [f for f, e in DECLARED.fields.items() if e.pattern and re.fullmatch(e.pattern, WRONG_FORM)]


def test_every_rule_of_a_field_is_broken_by_some_row() -> None:
    of_tables = {r.id for rules in DECLARED.table_rules.values() for r in rules}
    of_fields = {r.id for r in DECLARED.rules.values() if r.step in {"harmonise", "validate"}} - of_tables
    corrections = {rule for rule in of_fields if rule.startswith("correction-")}
    delivery = {
        "too-many-rejected",
        "nothing-accepted",
        "unlisted-value",
        "mass-drop",
        "outside-its-period",
        "no-such-record",
        "zero-reported",
        "zero-report-too-early",
    }
    places = {"place-of-another-time"}  # of states whose places changed, test_places_in_time
    persons = {"pseudonyms-are-not-personal-numbers"}  # of states whose numbers are known, test_pseudonyms
    events = {"conflicting-event", "uncounted-event", "unnamed-event"}  # of sources that count, tests/harmonise
    duplicates = {"identical-duplicate", "conflicting-duplicate"}
    assert {
        rule for said in EVERY for rule in said.breaks
    } == of_fields - corrections - delivery - places - persons - events - duplicates


# One fact per key


def _duplicates(table: str) -> list[Row]:
    """Pairs of rows that differ in one field, or of which one lacks it; at the end three that are alike."""
    key, rows = DECLARED.tables[table].key, []
    others = [f for f in every_field(table, DECLARED) if f not in key and not DECLARED.tables[table].fields[f].required]
    for n, field in enumerate(others):
        one, other = _two(DECLARED.fields[field])
        row = _faultless(table, n)
        rows += [{**row, field: one}, {**row, field: other}]
        row = _faultless(table, len(others) + n)
        rows += [{**row, field: one}, {**row, field: None}]
    return [*rows, *[_faultless(table, 2 * len(others))] * 3]


def _two(entry: FieldEntry) -> tuple[Cell, Cell]:
    if entry.codes:
        first, second, *_ = DECLARED.codes[entry.codes].known()
        return first, second
    numbers, days = (_number(entry, 40), _number(entry, 41)), (FIRST_DAY, TOMORROW)
    return {"integer": numbers, "decimal": numbers, "date": days}.get(entry.type, ("one", "other"))


@pytest.fixture(scope="module")
def tried_twice(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Tried]:
    def of(table: str) -> Tried:
        source = sent(table, every_field(table, declared))
        facts = made(_duplicates(table), source, declared, tmp_path_factory.mktemp(table))
        return facts.tried([e for e in facts.field_rules() if e.rule.id == "conflicting-duplicate"])

    return of


@pytest.mark.parametrize("table", DECLARED.tables)
def test_facts_of_one_key_that_differ_in_any_field_are_all_rejected_and_alike_ones_taken_once(
    table: str, tried_twice: Callable[[str], Tried]
) -> None:
    tried, rows = tried_twice(table), len(_duplicates(table))
    assert tried.guilty("conflicting-duplicate") == list(range(rows - 3))
    assert tried.guilty("identical-duplicate") == [rows - 2, rows - 1]
    assert tried.outcome.accounts.facts_by_fate == {
        "accepted": 1,
        "identical-duplicate": 2,
        "rejected": rows - 3,
    }
