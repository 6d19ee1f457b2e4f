"""A rule that looks at a kind of rows is not made where there are none of them, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.declarations import Declarations
from pipelines.validate import Beyond
from tests.validate.beside.case import day
from tests.validate.breaking.case import Row
from tests.validate.lake_before import Published, publish_rows, settings_of
from tests.validate.trying import Tried, every_field, made, sent

PRESENT: Row = {
    "region": "KZ-71",
    "period_type": "D",
    "pathogen": "SARSCOV2",
    "indicator": "HOSP",
    "measure_type": "PREVALENT",
    "case_basis": "CONF_LAB",
}
CASE: Row = {"pathogen": "SARSCOV2", "case_classification": "CONF", "report_date": day(70)}
THERE = [{**PRESENT, "period_start": day(n), "value": 10 + n % 3} for n in range(70)]
NOW = [{**PRESENT, "period_start": day(70), "value": 11}]
NEW_COUNTS = ("new-count-is-in-line-with-history", "week-is-not-all-zero")
NO_NEW = "needs facts with measure_type INCIDENT/CUMULATIVE, period_type D/W"


def asked(
    rule: str, table: str, rows: Sequence[Row], published: Published, declared: Declarations, home: Path
) -> Tried | str:
    publish_rows(published, declared, settings_of(home), "kz/tried")
    source = sent(table, every_field(table, declared), named="kz/tried")
    facts = replace(made(rows, source, declared, home), beyond=Beyond(lake=True), home=home)
    return facts.tried_beside(rule)


@pytest.mark.parametrize("rule", NEW_COUNTS)
def test_of_patients_who_are_there_no_new_ones_are_compared(rule: str, declared: Declarations, tmp_path: Path) -> None:
    told = asked(rule, "case_counts", NOW, {"case_counts": THERE}, declared, tmp_path)
    assert isinstance(told, str)
    assert told.startswith(NO_NEW)
    assert told.endswith("and the file has none")


def test_the_weeks_are_those_of_the_rows_that_the_rule_looks_at(declared: Declarations, tmp_path: Path) -> None:
    rows = [*NOW, {**NOW[0], "indicator": "CASES", "measure_type": "INCIDENT"}]
    told = asked(NEW_COUNTS[0], "case_counts", rows, {"case_counts": THERE}, declared, tmp_path)
    assert told == "needs 8 weeks of history, there are 0"


def test_a_line_list_beside_patients_who_are_there_is_compared_with_no_counts(
    declared: Declarations, tmp_path: Path
) -> None:
    told = asked("line-list-agrees-with-counts", "cases", [CASE], {"case_counts": THERE}, declared, tmp_path)
    assert isinstance(told, str)
    assert told.startswith("needs case_counts of this state for these periods with indicator CASES, measure_type INC")


def test_what_was_said_before_is_of_the_kind_that_is_compared(declared: Declarations, tmp_path: Path) -> None:
    rows = [{**NOW[0], "indicator": "CASES", "measure_type": "CUMULATIVE"}]
    told = asked(
        "cumulative-does-not-fall-below-history", "case_counts", rows, {"case_counts": THERE}, declared, tmp_path
    )
    assert told == (
        "needs what this source said before with measure_type CUMULATIVE, and nothing is published for these periods"
    )
