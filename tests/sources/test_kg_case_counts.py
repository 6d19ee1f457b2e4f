"""Kyrgyzstan: oblasts as rows and days as columns, with a change of definition on 18 and 19 July 2020."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran


@pytest.fixture(scope="module")
def kg(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("kg/case_counts")


def test_every_cell_is_published_as_it_stands(kg: Ran) -> None:
    places = {"region_schema", "region_parent", "region_child", "agerange"}
    expected = {
        (record["region_child"].upper(), date.fromisoformat(column)): int(cell)
        for record in kg.records
        for column, cell in record.items()
        if column not in places and cell
    }
    found = kg.rows("SELECT region, period_start, value FROM {t}")
    assert {(region, day): value for region, day, value in found} == expected
    assert len(found) == len(expected) == 1_447


def test_rows_and_facts_are_all_accounted_for(kg: Ran) -> None:
    accounts = kg.outcome.verdict.accounts
    assert (accounts.rows, accounts.rows_by_fate) == (9, {"accepted": 9})
    assert (accounts.facts, accounts.facts_by_fate) == (9 * 161, {"accepted": 1_447, "not-reported": 2})


def test_the_change_of_definition_stands_and_is_not_smoothed(kg: Ran) -> None:
    total = dict(kg.rows("SELECT period_start, sum(value) FROM {t} GROUP BY 1"))
    days = [date(2020, 7, day) for day in (17, 18, 19)]
    assert [total[day] for day in days] == [13_101, 18_582, 26_532]
    assert [total[b] - total[a] for a, b in pairwise(days)] == [5_481, 7_950]


def test_the_day_that_the_file_leaves_out_is_missing(kg: Ran) -> None:
    days = {day for (day,) in kg.rows("SELECT DISTINCT period_start FROM {t}")}
    span = {date(2020, 3, 18) + timedelta(days=i) for i in range(162)}
    assert span - days == {date(2020, 8, 19)}
    assert days <= span


def test_the_two_blank_cells_are_absent_and_not_zero(kg: Ran) -> None:
    blank = kg.rows("SELECT region, count(*) FROM {t} GROUP BY 1 HAVING count(*) <> 161")
    assert blank == [("KG-C", 159)]
    around = dict(
        kg.rows(
            "SELECT period_start, value FROM {t}"
            " WHERE region = 'KG-C' AND period_start BETWEEN '2020-03-26' AND '2020-03-29'"
        )
    )
    assert around == {date(2020, 3, 26): 1, date(2020, 3, 29): 3}


def test_a_reported_zero_is_a_zero(kg: Ran) -> None:
    written = sum(cell == "0" for row in kg.cells for cell in row)
    assert kg.one("SELECT count(*) FROM {t} WHERE value = 0") == written > 0


def test_the_file_does_not_say_who_counts_as_a_case(kg: Ran) -> None:
    assert kg.rows("SELECT DISTINCT case_basis, measure_type, geo_level FROM {t}") == [("UNK", "CUMULATIVE", "region")]
