"""Every rule has a fault that breaks it, in the list of the last run of every source, or a reason why it has none."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from accuracy.kinds import COLUMNS, KINDS
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.source import Source

ROOT = Path(__file__).parents[2]
NOT_BROKEN = KINDS.with_name("not_broken.csv")


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(scope="module")
def kinds() -> list[dict[str, str]]:
    return _read(KINDS)


@pytest.fixture(scope="module")
def reasons() -> dict[str, dict[str, str]]:
    return {row["rule"]: row for row in _read(NOT_BROKEN)}


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_every_rule_has_a_fault_or_a_reason(
    kinds: list[dict[str, str]], reasons: dict[str, dict[str, str]], declared: Declarations
) -> None:
    broken = {row["rule"] for row in kinds}
    told = "run `make accuracy` with --kinds, or give a reason in accuracy/not_broken.csv"
    assert sorted({*declared.rules} - broken - {*reasons}) == [], told


def test_no_rule_has_both_a_fault_and_a_reason_for_having_none(
    kinds: list[dict[str, str]], reasons: dict[str, dict[str, str]]
) -> None:
    assert sorted({row["rule"] for row in kinds} & {*reasons}) == []


def test_fault_and_reasons_are_of_rules_that_there_are(
    kinds: list[dict[str, str]], reasons: dict[str, dict[str, str]], declared: Declarations
) -> None:
    assert sorted({row["rule"] for row in kinds} - {*declared.rules}) == []
    assert sorted({*reasons} - {*declared.rules}) == []
    for row in kinds:
        assert tuple(row) == COLUMNS
        assert declared.rules[row["rule"]].consequence == row["consequence"]


def test_what_no_source_sends_is_sent_by_none(reasons: dict[str, dict[str, str]], declared: Declarations) -> None:
    said = {rule for rule, row in reasons.items() if row["reason"] == "not-sent"}
    assert said == {rule for rule, senders in _senders(declared).items() if not senders} & {*reasons}


def test_what_is_tried_elsewhere_is_named_there(reasons: dict[str, dict[str, str]]) -> None:
    for rule, row in reasons.items():
        if row["reason"] == "tried-in":
            assert re.search(rf"(?<![\w-]){rule}(?![\w-])", (ROOT / row["because"]).read_text("utf-8")), rule


def test_a_reason_is_one_of_three_and_says_why(reasons: dict[str, dict[str, str]]) -> None:
    assert {row["reason"] for row in reasons.values()} <= {"not-sent", "not-said", "tried-in"}
    assert [rule for rule, row in reasons.items() if row["reason"] != "not-sent" and not row["because"]] == []


def _senders(declared: Declarations) -> dict[str, list[str]]:
    """Give, for each rule of a table, the sources that send all its fields."""
    given = {name: _given(source, declared) for name, source in declared.sources.items()}
    tables = {name: source.table for name, source in declared.sources.items()}
    return {
        rule.id: [name for name, table in tables.items() if table == rules_of and not rule.lacks(given[name])]
        for rules_of, rules in declared.table_rules.items()
        for rule in rules
    }


def _given(source: Source, declared: Declarations) -> set[str]:
    fields, unpivot = declared.tables[source.table].fields, source.unpivot
    given = {*source.constants, *source.map, "reporting_country", "source"}
    given |= {f for f, use in fields.items() if use.default is not None or use.level_of}
    if unpivot:
        given |= {unpivot.into, *([unpivot.name_is.field] if unpivot.name_is else [])}
        meanings = unpivot.columns.values() if isinstance(unpivot.columns, dict) else ()
        given |= {field for several in meanings for meaning in several for field in meaning.values()}
    return given
