"""Hungary: persons who died, with sex in five spellings and õ, û for ő, ű."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

MENDED = str.maketrans("õûÕÛ\x96", "őűŐŰ–")


@pytest.fixture(scope="module")
def deaths(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("hu/cases")


def test_every_person_is_published(deaths: Ran) -> None:
    accounts = deaths.outcome.verdict.accounts
    assert (accounts.rows, accounts.facts) == (46_264, 46_264)
    assert accounts.rows_by_fate == accounts.facts_by_fate == {"accepted": 46_264}
    assert deaths.one("SELECT count(*), count(DISTINCT case_id) FROM {t}") == (46_264, 46_264)


def test_every_cell_is_published_as_it_stands_but_for_mended_letters_and_outer_spaces(deaths: Ran) -> None:
    sexes = {"Férfi": "M", "férfi": "M", "nõ": "F", "Nõ": "F", "Nő": "F"}
    expected = {
        (r["_id"], sexes[r["gender"]], int(r["age"]), r["conditions"].translate(MENDED).strip()) for r in deaths.records
    }
    assert set(deaths.rows("SELECT case_id, sex, age_years, preconditions_text FROM {t}")) == expected


def test_sex_resolves_for_all_five_spellings(deaths: Ran) -> None:
    written = Counter(r["gender"] for r in deaths.records)
    assert written == {"Férfi": 12_536, "férfi": 10_951, "nõ": 10_536, "Nõ": 10_521, "Nő": 1_720}
    assert dict(deaths.rows("SELECT sex, count(*) FROM {t} GROUP BY 1")) == {"M": 23_487, "F": 22_777}


def test_hungarian_letters_are_right_in_what_is_published(deaths: Ran) -> None:
    lost = "regexp_matches(preconditions_text, '[õûÕÛ]')"
    assert deaths.one(f"SELECT count(*) FROM {{t}} WHERE {lost}") == 0
    wrong = {r["_id"]: r["conditions"] for r in deaths.records if set(r["conditions"]) & set("õûÕÛ")}
    assert len(wrong) == 8_205
    published = dict(deaths.rows("SELECT case_id, preconditions_text FROM {t}"))
    assert {case: published[case] for case in wrong} == {
        case: text.translate(MENDED).strip() for case, text in wrong.items()
    }
    assert published["46264"].startswith("agyi működés zavara")


def test_conditions_in_the_persons_own_words_are_for_the_state_only(deaths: Ran) -> None:
    assert deaths.declared.fields["preconditions_text"].tier == "state"
    assert deaths.one("SELECT count(preconditions_text) FROM {t}") == 46_264


def test_everybody_in_the_list_has_died(deaths: Ran) -> None:
    assert deaths.rows("SELECT DISTINCT outcome, pathogen FROM {t}") == [("D", "SARSCOV2")]


def test_what_the_list_does_not_have_is_absent(deaths: Ran) -> None:
    assert set(deaths.source.not_collected) == {"report_date", "region_notification", "case_classification"}
    assert deaths.one("SELECT count(report_date), count(region_notification), count(death_date) FROM {t}") == (0, 0, 0)
    assert deaths.rows("SELECT DISTINCT case_classification FROM {t}") == [("UNK",)]


def test_the_register_of_columns_leads_to_the_persons_cell(deaths: Ran) -> None:
    columns = dict(deaths.rows("SELECT field, source_column FROM lake.column_mappings"))
    assert columns == {"case_id": "_id", "sex": "gender", "age_years": "age", "preconditions_text": "conditions"}
    row, age = deaths.one("SELECT source_row, age_years FROM {t} WHERE case_id = '46265'")
    assert (row, age) == (3, 86)
    assert deaths.cells[row - 1][deaths.cells[0].index(columns["age_years"])] == "86"
