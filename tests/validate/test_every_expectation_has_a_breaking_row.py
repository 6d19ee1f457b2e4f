"""Every rule of expectations/ is broken by the rows that break it, and by no others, in Great Expectations itself."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import pipelines
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.relations import relations
from tests.validate.breaking import EVERY, KEYED
from tests.validate.breaking.case import Case, in_order_cases
from tests.validate.trying import Made, Row, Tried, every_field, made, sent

DECLARED = load_declarations()
ALL = (*EVERY, *in_order_cases(DECLARED))
COMPARING = [c for c in ALL if DECLARED.rules[c.rule].fails_for]  # each needs a table of its own
ON_ONE_FACT = [c for c in ALL if c not in COMPARING]
MAKE = Callable[[str, tuple[Row, ...]], Made]


@pytest.fixture(scope="module")
def make(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> MAKE:
    def make(table: str, rows: tuple[Row, ...]) -> Made:
        source = sent(table, every_field(table, declared))
        return made(rows, source, declared, tmp_path_factory.mktemp(table))

    return make


@pytest.fixture(scope="module")
def tried_together(make: MAKE) -> Callable[[str], Tried]:
    """The rows of all cases of a table in one, for the rules that look at one fact: tried once."""
    tried: dict[str, Tried] = {}

    def of(table: str) -> Tried:
        if table not in tried:
            everything = make(table, tuple(row for c in ON_ONE_FACT if c.table == table for row in c.rows))
            alone = {c.rule for c in ON_ONE_FACT}
            tried[table] = everything.tried([e for e in everything.table_rules() if e.rule.id in alone])
        return tried[table]

    return of


def _name(tried: Case) -> str:
    return f"{tried.table}:{tried.rule}"


@pytest.mark.parametrize("case", ON_ONE_FACT, ids=_name)
def test_the_guilty_rows_break_the_rule_and_the_others_do_not(
    case: Case, tried_together: Callable[[str], Tried]
) -> None:
    tried, of_table = tried_together(case.table), [c for c in ON_ONE_FACT if c.table == case.table]
    before = sum(len(c.rows) for c in of_table[: of_table.index(case)])
    own = range(before, before + len(case.rows))
    assert case.rule in tried.failed
    assert [fact - before for fact in tried.guilty(case.rule) if fact in own] == list(case.guilty)


@pytest.mark.parametrize("case", COMPARING, ids=_name)
def test_the_guilty_rows_break_the_rule_among_the_others(case: Case, make: MAKE) -> None:
    facts = make(case.table, case.rows)
    tried = facts.tried([e for e in facts.table_rules() if e.rule.id == case.rule])
    assert tried.failed == ({case.rule} if case.guilty else set())
    assert [(p["rule"], p["fact"]) for p in tried.problems] == [(case.rule, fact) for fact in case.guilty]


@pytest.mark.parametrize("table", DECLARED.tables)
def test_absence_and_unknown_codes_break_no_rule(table: str, make: MAKE) -> None:
    unknown: Row = {f: "UNK" for f in DECLARED.tables[table].fields if "UNK" in _codes(f)}
    key = KEYED[table]
    facts = make(table, ({}, unknown, key, {**unknown, **key}, {**key, **unknown}))
    assert facts.tried(facts.table_rules()).failed == set()


def test_of_two_cells_of_one_row_only_the_guilty_one_is_named(declared: Declarations, tmp_path: Path) -> None:
    source = sent("case_counts", every_field("case_counts", declared), wide=("ill", "dead"))
    ill = {**KEYED["case_counts"], "source_column": "ill"}
    dead = {**ill, "source_column": "dead", "indicator": "DEATHS"}
    cells = ((2, ill, 10), (2, dead, 10), (3, ill, 12), (3, dead, 9))
    rows = [{**said, "source_row": n, "period_start": date(2021, 3, n), "value": value} for n, said, value in cells]
    facts = made(rows, source, declared, tmp_path)
    tried = facts.tried([e for e in facts.table_rules() if e.rule.id == "cumulative-does-not-fall"])
    (problem,) = tried.problems
    assert (problem["fact"], problem["source_row"], problem["source_column"], problem["value"]) == (3, 3, "dead", "9")


def test_of_two_bands_alike_the_one_that_would_be_taken_is_rejected(make: MAKE) -> None:
    band: Row = {**KEYED["case_counts"], "age_from_years": 0, "age_to_years": 14, "value": 1}
    overlapping: Row = {**band, "age_from_years": 10, "age_to_years": 20, "source_row": 3}
    facts = make("case_counts", ({**band, "source_row": 4}, {**band, "source_row": 2}, overlapping))
    taken = facts.tried(facts.suite()).outcome.accounts.facts_by_fate
    assert taken == {"identical-duplicate": 1, "rejected": 2}


@pytest.mark.parametrize("table", DECLARED.tables)
def test_no_rule_is_without_a_breaking_row(table: str) -> None:
    needed = {r.id for r in DECLARED.table_rules[table] if not relations(r)}  # the others have tests of their own
    broken = {c.rule for c in ALL if c.table == table and c.guilty}
    passed = {c.rule for c in ALL if c.table == table and len(c.rows) > len(c.guilty)}
    assert needed == broken == passed


def test_every_rule_of_every_delivery_is_spoken_of_in_code() -> None:
    of_tables = {r.id for rules in DECLARED.table_rules.values() for r in rules}
    said = "\n".join(
        node.value
        for module in Path(pipelines.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert {rule for rule in DECLARED.rules if rule not in of_tables and rule not in said} == set()


def _codes(field: str) -> tuple[str, ...]:
    codes = DECLARED.fields[field].codes
    return DECLARED.codes[codes].known() if codes else ()
