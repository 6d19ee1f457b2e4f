"""WHO's weekly figures of all states: every cell against Python's own reading of the file, and what is odd in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran


@pytest.fixture(scope="module")
def who(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("xw/case_counts")


WHO_COLUMNS = {
    "New_cases": ("CASES", "INCIDENT"),
    "Cumulative_cases": ("CASES", "CUMULATIVE"),
    "New_deaths": ("DEATHS", "INCIDENT"),
    "Cumulative_deaths": ("DEATHS", "CUMULATIVE"),
}


def test_every_figure_is_published_in_the_week_that_ends_on_its_sunday(who: Ran) -> None:
    expected = {
        (r["Country_code"], date.fromisoformat(r["Date_reported"]) - timedelta(days=6), *meant): int(r[column])
        for r in who.records
        if len(r["Country_code"]) == 2
        for column, meant in WHO_COLUMNS.items()
        if r[column] and not r[column].startswith("-")
    }
    found = who.rows("SELECT region, period_start, indicator, measure_type, value FROM {t}")
    assert {(*key, measure): value for *key, measure, value in found} == expected
    assert len(found) == len(expected) == 214_762


def test_namibia_is_a_state_and_not_an_absence(who: Ran) -> None:
    written = [r for r in who.records if r["Country_code"] == "NA"]
    assert {r["Country"] for r in written} == {"Namibia"}
    cells = sum(bool(r[column]) for r in written for column in WHO_COLUMNS)
    assert who.one("SELECT count(*) FROM {t} WHERE region = 'NA'") == cells > 500


def test_the_names_that_lost_their_letters_cost_no_state(who: Ran) -> None:
    broken = {r["Country_code"] for r in who.records if "\ufffd" in r["Country"]}
    assert broken == {"BL", "CI", "CW", "RE", "TR"}
    assert {region for (region,) in who.rows("SELECT DISTINCT region FROM {t}")} >= broken


def test_negative_weeks_are_rejected_with_their_reason_and_nothing_else_is(who: Ran) -> None:
    columns = [c for r in who.records if len(r["Country_code"]) == 2 for c in WHO_COLUMNS if r[c].startswith("-")]
    assert Counter(columns) == {"New_cases": 20, "New_deaths": 12}
    rejected = who.rows("SELECT source_column, rule, count(*) FROM lake.rejected_facts GROUP BY ALL ORDER BY 1")
    assert rejected == [("New_cases", "out-of-range", 20), ("New_deaths", "out-of-range", 12)]


def test_the_last_totals_of_the_seven_states_are_the_known_ones(who: Ran) -> None:
    found = dict(
        who.rows(
            "SELECT region, arg_max(value, period_start) FROM {t} WHERE indicator = 'CASES' AND measure_type ="
            " 'CUMULATIVE' AND region IN ('AZ', 'HU', 'KZ', 'KG', 'TM', 'TR', 'UZ') GROUP BY 1"
        )
    )
    assert found == {
        "AZ": 836_510,
        "HU": 2_238_019,
        "KG": 88_953,
        "KZ": 1_504_370,
        "TM": 0,
        "TR": 17_004_713,
        "UZ": 175_082,
    }


def test_turkmenistan_reported_zeros_or_nothing(who: Ran) -> None:
    told = {r[column] for r in who.records if r["Country_code"] == "TM" for column in WHO_COLUMNS}
    assert told == {"", "0"}
    assert who.rows("SELECT DISTINCT value FROM {t} WHERE region = 'TM'") == [(0,)]
