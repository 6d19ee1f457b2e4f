"""Hong Kong: a line list in whose column of onsets stands `Asymptomatic`, and more words than dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

WORDS = {"Asymptomatic": 4_797, "Pending": 37, "Unknown": 35, "": 20, "Mid-March": 1, "Mid-July": 1, "January": 1}
WORDS |= {"October": 1}
OUTCOME, CLASS = "Hospitalised/Discharged/Deceased", "Classification*"


@pytest.fixture(scope="module")
def hk(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("hk/cases")


def day(cell: str) -> date | None:
    """Read a date; None for the words that stand among the dates."""
    return None if cell in WORDS else datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007  a day has no zone


def test_the_six_deleted_cases_are_out_of_scope_and_all_others_are_published(hk: Ran) -> None:
    accounts = hk.outcome.verdict.accounts
    assert accounts.rows_by_fate == accounts.facts_by_fate == {"accepted": 15_435, "out-of-scope": 6}
    assert Counter(r["Case status*"] for r in hk.records)["Deleted"] == 6


def test_every_case_is_published_as_it_stands(hk: Ran) -> None:
    expected = {
        (
            r["Case no."],
            day(r["Report date"]),
            day(r["Date of onset"]),
            {"Asymptomatic": "Y", "Unknown": "UNK"}.get(r["Date of onset"]),
            {"Pending": "UNK"}.get(r["Gender"], r["Gender"]),
            {"<1": 0, "Pending": None}.get(r["Age"]) if not r["Age"].isdigit() else int(r["Age"]),
            {"Deceased": "D", "Discharged": "A", "Hospitalised": "STILLTREATMENT"}.get(r[OUTCOME], "UNK"),
            {"Discharged": "Y", "Hospitalised": "Y", "No admission": "N"}.get(r[OUTCOME]),
            "Y" if r[CLASS].startswith("Epidemiologically linked") else "UNK",
            "Y" if r[CLASS] == "Imported case" else None,
            "UNK" if r["Case status*"] in {"Pending", "Unknown"} else "CONF",
        )
        for r in hk.records
        if r["Case status*"] != "Deleted"
    }
    found = hk.rows(
        "SELECT case_id, report_date, onset_date, asymptomatic, sex, age_years, outcome, hospitalised,"
        " contact_known_case, travelled_14d, case_classification FROM {t}"
    )
    assert set(found) == expected
    assert len(found) == 15_435


def test_words_among_the_dates_are_no_dates_and_asymptomatic_is_not_lost(hk: Ran) -> None:
    written = Counter(r["Date of onset"] for r in hk.records)
    assert {word: written[word] for word in WORDS} == WORDS
    assert hk.one("SELECT count(*) FILTER (onset_date IS NULL), count(*) FILTER (asymptomatic = 'Y') FROM {t}") == (
        sum(WORDS.values()) - 6,
        4_797,
    )


def test_a_child_under_one_year_has_the_age_0(hk: Ran) -> None:
    assert Counter(r["Age"] for r in hk.records)["<1"] == hk.one("SELECT count(*) FROM {t} WHERE age_years = 0") == 82


def test_an_onset_after_the_report_is_marked_and_kept(hk: Ran) -> None:
    late = {
        r["Case no."]
        for r in hk.records
        if (onset := day(r["Date of onset"])) and onset > (day(r["Report date"]) or onset)
    }
    marked = hk.rows("SELECT case_id FROM {t} WHERE list_contains(dq_flags, 'onset-is-not-after-report')")
    assert {case for (case,) in marked} == late
    assert len(late) == 14
