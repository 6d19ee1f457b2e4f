"""Global.health: the line list of mpox in the whole world, sent by one sender under a code of its own."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

CLASSES = {"confirmed": "CONF", "suspected": "POSS", "discarded": "DISCARDED"}
COUNTRIES = Path(__file__).parents[2] / "schemas" / "codes" / "country.csv"


@pytest.fixture(scope="module")
def xg(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("xg/cases")


@pytest.fixture(scope="module")
def alpha_2() -> dict[str, str]:
    """Two letters for the three letters of ISO 3166-1, from the list of countries and not from the places."""
    with COUNTRIES.open(encoding="utf-8", newline="") as lines:
        return {row["standard_code"]: row["code"] for row in csv.DictReader(lines)}


def day(cell: str) -> date | None:
    """Read a date that need not have leading zeros."""
    return date(*map(int, cell.split("-"))) if cell else None


def bounds(cell: str) -> tuple[int | None, int | None]:
    """Read an age range."""
    low, _, high = cell.partition("-")
    return (int(low), int(high)) if cell else (None, None)


def test_rows_added_by_mistake_are_out_of_scope_and_all_others_are_published(xg: Ran) -> None:
    accounts = xg.outcome.verdict.accounts
    assert Counter(r["Status"] for r in xg.records) == {
        "confirmed": 15_734,
        "suspected": 1_654,
        "discarded": 349,
        "omit_error": 128,
    }
    assert accounts.rows_by_fate == accounts.facts_by_fate == {"accepted": 17_737, "out-of-scope": 128}
    assert (accounts.rows, accounts.facts) == (17_865, 17_865)


def test_every_case_is_published_as_it_stands(xg: Ran, alpha_2: dict[str, str]) -> None:
    expected = {
        (
            r["ID"],
            CLASSES[r["Status"]],
            alpha_2[r["Country_ISO3"]],
            day(r["Date_entry"]),
            day(r["Date_confirmation"]),
            day(r["Date_onset"]),
            *bounds(r["Age"]),
            {"m": "M", "f": "F", "": "UNK"}[r["Gender"][:1].lower()],
            r["Hospitalised (Y/N/NA)"] or None,
            day(r["Date_hospitalisation"]),
            r["Isolated (Y/N/NA)"] or None,
            day(r["Date_isolation"]),
            r["Travel_history (Y/N/NA)"] or None,
            {"Death": "D", "Recovered": "A", "": "UNK"}[r["Outcome"]],
        )
        for r in xg.records
        if r["Status"] != "omit_error"
    }
    found = xg.rows(
        "SELECT case_id, case_classification, region_notification, report_date, statistics_date, onset_date,"
        " age_from_years, age_to_years, sex, hospitalised, hospitalisation_date, isolated, isolation_date,"
        " travelled_14d, outcome FROM {t}"
    )
    assert set(found) == expected
    assert len(found) == 17_737


def test_sex_resolves_for_all_its_spellings(xg: Ran) -> None:
    written = {r["Gender"] for r in xg.records if r["Status"] != "omit_error"}
    assert written <= {"", "male", "male ", "Male", "female", "female ", "Female"}
    assert {"male ", "Male", "female "} <= written
    assert {sex for (sex,) in xg.rows("SELECT DISTINCT sex FROM {t}")} == {"M", "F", "UNK"}


def test_every_row_has_a_report_date_and_not_every_row_a_confirmation(xg: Ran) -> None:
    reported, confirmed = xg.one("SELECT count(report_date), count(statistics_date) FROM {t}")
    assert (reported, confirmed) == (17_737, 15_735)


def test_a_date_without_leading_zeros_is_a_date(xg: Ran) -> None:
    (case,) = [r["ID"] for r in xg.records if r["Date_confirmation"] == "2022-1-31"]
    assert xg.one(f"SELECT statistics_date FROM {{t}} WHERE case_id = '{case}'") == date(2022, 1, 31)


def test_a_sender_may_report_on_the_states_of_the_network_beside_their_own_sources(xg: Ran) -> None:
    found = dict(
        xg.rows("SELECT region_notification, count(*) FROM {t} WHERE region_notification IN ('HU', 'TR') GROUP BY 1")
    )
    written = Counter(r["Country_ISO3"] for r in xg.records if r["Status"] != "omit_error")
    assert found == {"HU": written["HUN"], "TR": written["TUR"]}
    assert xg.rows("SELECT DISTINCT reporting_country, source FROM {t}") == [("XG", "xg/cases")]


def test_no_text_in_the_senders_own_words_is_published(xg: Ran) -> None:
    assert xg.one("SELECT count(symptoms_text), count(preconditions_text) FROM {t}") == (0, 0)


def test_the_first_case_is_told_in_full(xg: Ran) -> None:
    found = xg.one(
        "SELECT case_classification, region_notification, onset_date, hospitalised, travelled_14d, source_row"
        " FROM {t} WHERE case_id = 'N1'"
    )
    assert found == ("CONF", "GB", date(2022, 4, 29), "Y", "Y", 2)
