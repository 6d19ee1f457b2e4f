"""Türkiye: the Ministry's daily figures, whose columns change their meaning in November and December 2020."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

FIRST_DAY, DAYS = date(2020, 3, 11), 812
# column: indicator, measure, basis, and the first day on which the basis is the laboratory's
MEANT = {
    "patients": ("CASES", "INCIDENT", "SYMPT_CONF_ONLY", None),
    "totalPatients": ("CASES", "CUMULATIVE", "SYMPT_CONF_ONLY", date(2020, 12, 10)),
    "cases": ("CASES", "INCIDENT", "CONF_LAB", None),
    "deaths": ("DEATHS", "INCIDENT", "CONF_LAB", None),
    "totalDeaths": ("DEATHS", "CUMULATIVE", "CONF_LAB", None),
    "recovered": ("RECOVERED", "INCIDENT", "SYMPT_CONF_ONLY", date(2020, 12, 12)),
    "totalRecovered": ("RECOVERED", "CUMULATIVE", "SYMPT_CONF_ONLY", date(2020, 12, 12)),
    "tests": ("TESTS", "INCIDENT", "UNK", None),
    "totalTests": ("TESTS", "CUMULATIVE", "UNK", None),
    "totalIntubated": ("VENT", "PREVALENT", "SYMPT_CONF_ONLY", None),
    "totalIntensiveCare": ("ICU", "PREVALENT", "SYMPT_CONF_ONLY", None),
    "critical": ("SEVERE", "PREVALENT", "SYMPT_CONF_ONLY", None),
}


@pytest.fixture(scope="module")
def tr(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("tr/case_counts")


def test_every_cell_is_published_with_what_its_column_meant_on_its_day(tr: Ran) -> None:
    expected = set()
    for record in tr.records:
        day = datetime.strptime(record["date"], "%d/%m/%Y").date()  # noqa: DTZ007  a day has no zone
        for column, (indicator, measure, basis, changed) in MEANT.items():
            if record[column]:
                meant = "CONF_LAB" if changed and day >= changed else basis
                expected.add((day, indicator, measure, meant, int(record[column])))
    found = tr.rows("SELECT period_start, indicator, measure_type, case_basis, value FROM {t}")
    assert set(found) == expected
    assert len(found) == len(expected) == 6009


def test_rows_and_facts_are_all_accounted_for(tr: Ran) -> None:
    accounts = tr.outcome.verdict.accounts
    assert (accounts.rows, accounts.rows_by_fate) == (DAYS, {"accepted": DAYS})
    assert (accounts.facts, accounts.facts_by_fate) == (DAYS * 12, {"accepted": 6009, "not-reported": 3735})


def test_patients_and_cases_of_one_day_stand_under_two_bases(tr: Ran) -> None:
    found = tr.rows(
        "SELECT case_basis, value, source_column FROM {t}"
        " WHERE indicator = 'CASES' AND measure_type = 'INCIDENT' AND period_start = '2020-11-26'"
    )
    assert sorted(found) == [("CONF_LAB", 29132, "cases"), ("SYMPT_CONF_ONLY", 6876, "patients")]


def test_the_running_total_is_not_one_of_patients_after_9_december_2020(tr: Ran) -> None:
    total = "SELECT period_start, value FROM {t} WHERE source_column = 'totalPatients' AND case_basis ="
    patients, cases = dict(tr.rows(f"{total} 'SYMPT_CONF_ONLY'")), dict(tr.rows(f"{total} 'CONF_LAB'"))
    assert max(patients) == date(2020, 12, 9)
    assert min(cases) == date(2020, 12, 10)
    assert (patients[max(patients)], cases[min(cases)]) == (558_517, 1_748_567)


def test_from_10_december_2020_the_total_grows_by_the_cases_of_the_day(tr: Ran) -> None:
    basis = "FROM {t} WHERE indicator = 'CASES' AND case_basis = 'CONF_LAB' AND measure_type ="
    total = dict(tr.rows(f"SELECT period_start, value {basis} 'CUMULATIVE'"))
    new = dict(tr.rows(f"SELECT period_start, value {basis} 'INCIDENT'"))
    steps = {day: total[day] - total[day - timedelta(days=1)] for day in total if day - timedelta(days=1) in total}
    assert all(abs(steps[day] - new[day]) <= 1 for day in steps if day <= date(2020, 12, 31))


def test_no_day_is_lost(tr: Ran) -> None:
    days = [day for (day,) in tr.rows("SELECT DISTINCT period_start FROM {t} ORDER BY 1")]
    assert days == [FIRST_DAY + timedelta(days=i) for i in range(DAYS)]


def test_a_reported_zero_is_a_zero(tr: Ran) -> None:
    first = tr.rows("SELECT source_column, value FROM {t} WHERE period_start = '2020-03-11' ORDER BY 1")
    zeros = [
        "deaths",
        "recovered",
        "tests",
        "totalDeaths",
        "totalIntensiveCare",
        "totalIntubated",
        "totalRecovered",
        "totalTests",
    ]
    assert first == sorted([("patients", 1), ("totalPatients", 1), *((column, 0) for column in zeros)])


def test_every_figure_is_that_of_the_whole_country(tr: Ran) -> None:
    assert tr.rows("SELECT DISTINCT region, geo_level, period_type, pathogen, date_basis FROM {t}") == [
        ("TR", "country", "D", "SARSCOV2", "PUBLICATION")
    ]
