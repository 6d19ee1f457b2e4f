"""Hungary: running totals of the counties, with 311 days on which nothing was reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

PLACES = {
    "Bács-Kiskun": "HU-BK",
    "Baranya": "HU-BA",
    "Békés": "HU-BE",
    "Borsod-Abaúj-Zemplén": "HU-BZ",
    "Budapest": "HU-BU",
    "Csongrád": "HU-CS",
    "Fejér": "HU-FE",
    "Győr-Moson-Sopron": "HU-GS",
    "Hajdú-Bihar": "HU-HB",
    "Heves": "HU-HE",
    "Jász-Nagykun-Szolnok": "HU-JN",
    "Komárom-Esztergom": "HU-KE",
    "Nógrád": "HU-NO",
    "Pest": "HU-PE",
    "Somogy": "HU-SO",
    "Szabolcs-Szatmár-Bereg": "HU-SZ",
    "Tolna": "HU-TO",
    "Vas": "HU-VA",
    "Veszprém": "HU-VE",
    "Zala": "HU-ZA",
}


@pytest.fixture(scope="module")
def hu(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("hu/case_counts")


def test_every_cell_is_published_as_it_stands(hu: Ran) -> None:
    expected = {
        (date.fromisoformat(record["Dátum"]), PLACES[column]): int(cell)
        for record in hu.records
        for column, cell in record.items()
        if column != "Dátum" and cell
    }
    found = hu.rows("SELECT period_start, region, value FROM {t}")
    assert {(day, region): value for day, region, value in found} == expected
    assert len(found) == len(expected) == 13_835


def test_rows_and_facts_are_all_accounted_for(hu: Ran) -> None:
    accounts = hu.outcome.verdict.accounts
    assert (accounts.rows, accounts.rows_by_fate) == (1003, {"accepted": 692, "not-reported": 311})
    assert (accounts.facts, accounts.facts_by_fate) == (20_060, {"accepted": 13_835, "not-reported": 311 * 20 + 5})


def test_a_bare_date_is_absent_and_not_zero(hu: Ran) -> None:
    bare = [row[0] for row in hu.cells if len(row) == 1]
    assert (len(bare), bare[0]) == (311, "2020-06-16")
    published = {str(day) for (day,) in hu.rows("SELECT DISTINCT period_start FROM {t}")}
    assert not published & set(bare)
    assert hu.one("SELECT count(*) FROM {t} WHERE value = 0") == 0
    assert [f.facts for f in hu.outcome.verdict.findings if f.rule == "short-row-not-reported"] == [311]


def test_the_five_other_blank_cells_are_absent_and_not_zero(hu: Ran) -> None:
    there = {region for (region,) in hu.rows("SELECT region FROM {t} WHERE period_start = '2020-07-07'")}
    assert set(PLACES.values()) - there == {"HU-BZ", "HU-GS", "HU-HB", "HU-HE", "HU-PE"}
    short = hu.rows("SELECT period_start, count(*) FROM {t} GROUP BY 1 HAVING count(*) <> 20")
    assert short == [(date(2020, 7, 7), 15)]


def test_a_former_name_and_a_name_shared_with_a_city_are_the_counties(hu: Ran) -> None:
    found = hu.rows(
        "SELECT DISTINCT source_column, region, geo_level FROM {t}"
        " WHERE source_column IN ('Csongrád', 'Veszprém') ORDER BY 1"
    )
    assert found == [("Csongrád", "HU-CS", "region"), ("Veszprém", "HU-VE", "region")]
    assert hu.one("SELECT value FROM {t} WHERE region = 'HU-CS' AND period_start = '2022-12-28'") == 93_763
    assert hu.one("SELECT value FROM {t} WHERE region = 'HU-VE' AND period_start = '2020-03-31'") == 10


def test_the_counties_add_up_on_the_last_day(hu: Ran) -> None:
    assert hu.one("SELECT sum(value), count(*) FROM {t} WHERE period_start = '2022-12-28'") == (2_185_816, 20)
    assert hu.one("SELECT max(period_start) FROM {t}") == date(2022, 12, 28)


def test_a_fall_of_a_running_total_is_marked_and_kept(hu: Ran) -> None:
    marked = hu.rows(
        "SELECT region, period_start, value FROM {t} WHERE list_contains(dq_flags, 'cumulative-does-not-fall')"
    )
    fell = []
    for column, region in PLACES.items():
        said = [(date.fromisoformat(r["Dátum"]), int(r[column])) for r in hu.records if r.get(column)]
        fell += [(region, day, value) for (_, before), (day, value) in pairwise(said) if value < before]
    assert sorted(marked) == sorted(fell)
    assert len(fell) > 60
