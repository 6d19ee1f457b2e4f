"""Türkiye: weekly cases per 100 000 of 81 provinces, each week named by its last day and by a text in five forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

MONTHS = ["Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"]
WEEK = re.compile(r"(\d+)\s*(\w+)?\s*-?\s*(\d+)\s+(\w+)\s+(\d{4})")  # 27 Şubat 5 Mart 2021, 24- 30 Nisan 2021


def first_day(text: str) -> date:
    """Read the first day of a week from its text, which is not the column that the source is read from."""
    match = WEEK.fullmatch(text)
    assert match, text
    day, month, _, last_month, year = match.groups()
    return date(int(year), MONTHS.index(month or last_month) + 1, int(day))


@pytest.fixture(scope="module")
def provinces(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("tr/province_rates")


def test_a_week_begins_on_the_day_that_its_text_says(provinces: Ran) -> None:
    said = {row: first_day(r["original_week_period"]) for row, r in enumerate(provinces.records, start=2)}
    assert dict(provinces.rows("SELECT source_row, period_start FROM {t}")) == said
    assert len(said) == 4_617


def test_every_rate_is_published_as_it_stands(provinces: Ran) -> None:
    said = {row: float(r["data_detay"]) for row, r in enumerate(provinces.records, start=2)}
    assert dict(provinces.rows("SELECT source_row, rate FROM {t}")) == said
    assert provinces.rows("SELECT DISTINCT rate_indicator, rate_unit, period_type FROM {t}") == [
        ("CASES_PER_POPULATION", "PER_100K", "W")
    ]


def test_all_81_provinces_are_known_and_afyon_is_afyonkarahisar(provinces: Ran) -> None:
    names = dict.fromkeys(r["data_adi"] for r in provinces.records)
    assert (len(names), provinces.one("SELECT count(DISTINCT region) FROM {t}")) == (81, 81)
    row = next(row for row, r in enumerate(provinces.records, start=2) if r["data_adi"] == "Afyon")
    assert provinces.one(f"SELECT region FROM {{t}} WHERE source_row = {row}") == "TR-03"


def test_one_week_is_missing_and_one_overlaps_with_the_first(provinces: Ran) -> None:
    days = [day for (day,) in provinces.rows("SELECT DISTINCT period_start FROM {t} ORDER BY 1")]
    steps = {b: (b - a) // timedelta(days=1) for a, b in pairwise(days)}
    assert {day: step for day, step in steps.items() if step != 7} == {date(2021, 2, 20): 5, date(2021, 7, 3): 14}


def test_weeks_that_are_not_those_of_iso_are_marked_and_kept(provinces: Ran) -> None:
    marked = provinces.rows(
        "SELECT list_contains(dq_flags, 'week-of-a-rate-starts-on-monday') AS marked, count(*) FROM {t}"
        " GROUP BY 1 ORDER BY 2"
    )
    assert [count for _, count in marked] == [81, 81 * 56]
