"""Kazakhstan: an hourly scrape of running totals, the country among its regions, frozen for fifteen months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

ALMATY, LAST_DAY = ZoneInfo("Asia/Almaty"), date(2020, 7, 1)
PLACES = {
    "Казахстан": "KZ",
    "Нур-Султан": "KZ-71",
    "Алматы": "KZ-75",
    "Шымкент": "KZ-79",
    "Акмолинская область": "KZ-11",
    "Актюбинская область": "KZ-15",
    "Алматинская область": "KZ-19",
    "Атырауская область": "KZ-23",
    "Западно-Казахстанская область": "KZ-27",
    "Жамбылская область": "KZ-31",
    "Карагандинская область": "KZ-35",
    "Костанайская область": "KZ-39",
    "Кызылординская область": "KZ-43",
    "Мангистауская область": "KZ-47",
    "Павлодарская область": "KZ-55",
    "Северо-Казахстанская область": "KZ-59",
    "Туркестанская область": "KZ-61",
    "Восточно-Казахстанская область": "KZ-63",
}
COLUMNS = {"Confirmed": "CASES", "Recovered": "RECOVERED", "Deaths": "DEATHS"}
Key = tuple[str, date, str]


@pytest.fixture(scope="module")
def kz(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("kz/case_counts")


@pytest.fixture(scope="module")
def said(kz: Ran) -> dict[Key, list[tuple[str, int, int]]]:
    """Every figure of the file under its place, local day and indicator, as (when, row, figure) in order of scrapes."""
    found: dict[Key, list[tuple[str, int, int]]] = {}
    for row, record in enumerate(kz.records, start=2):
        day = datetime.fromisoformat(record["Date"]).astimezone(ALMATY).date()
        for column, indicator in COLUMNS.items():
            if record[column] != "NaN":
                found.setdefault((PLACES[record["Region"]], day, indicator), []).append(
                    (record["Date"], row, int(record[column]))
                )
    return {key: sorted(scrapes) for key, scrapes in found.items()}


def test_the_last_scrape_of_each_local_day_is_published_and_no_other(
    kz: Ran, said: dict[Key, list[tuple[str, int, int]]]
) -> None:
    expected = {key: scrapes[-1][1:] for key, scrapes in said.items() if key[1] <= LAST_DAY}
    found = kz.rows("SELECT region, period_start, indicator, source_row, value FROM {t}")
    assert {(region, day, indicator): (row, value) for region, day, indicator, row, value in found} == expected
    assert len(found) == len(expected) == 5_190


def test_every_figure_has_its_fate(kz: Ran, said: dict[Key, list[tuple[str, int, int]]]) -> None:
    blank = Counter(record[column] for record in kz.records for column in COLUMNS)["NaN"]
    stale = sum(day > LAST_DAY for _, day, _ in said)
    overtaken = sum(len(scrapes) - 1 for scrapes in said.values())
    accounts = kz.outcome.verdict.accounts
    assert accounts.facts_by_fate == {"accepted": 5_190, "not-reported": 21_255, "overtaken": 127_864, "stale": 611}
    assert (blank, overtaken, stale) == (21_255, 127_864, 611)
    assert (accounts.rows, accounts.facts) == (51_640, 51_640 * 3)


def test_the_country_and_its_regions_are_told_apart(kz: Ran) -> None:
    levels = dict(
        kz.rows("SELECT region, any_value(geo_level) FROM {t} GROUP BY 1 HAVING count(DISTINCT geo_level) = 1")
    )
    assert {region for region, level in levels.items() if level == "country"} == {"KZ"}
    assert {region for region, level in levels.items() if level != "country"} == set(PLACES.values()) - {"KZ"}


def test_the_regions_add_up_to_the_total_on_the_day_on_which_it_reached_41065(kz: Ran) -> None:
    by_level = "sum(value) FILTER (geo_level = 'country'), sum(value) FILTER (geo_level <> 'country')"
    found = kz.rows(
        f"SELECT period_start, {by_level} FROM {{t}} WHERE indicator = 'CASES' GROUP BY 1 ORDER BY 1 DESC LIMIT 2"
    )
    assert found == [(date(2020, 7, 1), 41_065, 41_065), (date(2020, 6, 30), 21_819, 21_819)]
    first = "SELECT min(period_start) FROM {t} WHERE region = 'KZ' AND indicator = 'CASES' AND value >= 41065"
    assert kz.one(first) == date(2020, 7, 1)


def test_frozen_scrapes_become_no_new_days(kz: Ran, said: dict[Key, list[tuple[str, int, int]]]) -> None:
    assert kz.one("SELECT max(period_start) FROM {t}") == LAST_DAY
    later = [
        scrapes[-1][2]
        for (region, day, indicator), scrapes in said.items()
        if (region, indicator) == ("KZ", "CASES") and day > LAST_DAY
    ]
    assert len(later) > 400
    assert set(later) == {41_065}


def test_a_stray_scrape_of_the_regions_in_the_frozen_year_is_no_new_day(
    kz: Ran, said: dict[Key, list[tuple[str, int, int]]]
) -> None:
    assert ("KZ-75", date(2021, 5, 11), "CASES") in said
    assert kz.one("SELECT max(period_start) FROM {t} WHERE region = 'KZ-75'") == LAST_DAY


def test_an_instant_becomes_a_day_in_the_declared_zone(kz: Ran) -> None:
    record = next(r for r in kz.records if r["Date"] == "2020-03-27T23:03:38.106Z")
    assert (record["Region"], record["Confirmed"]) == (
        "Казахстан",
        "150",
    )  # 28 March in Almaty: it is no figure of the 27th
    total = dict(kz.rows("SELECT period_start, value FROM {t} WHERE region = 'KZ' AND indicator = 'CASES'"))
    assert (total[date(2020, 3, 27)], total[date(2020, 3, 28)]) == (145, 228)


def test_a_scrape_that_was_overtaken_on_its_day_is_not_published(
    kz: Ran, said: dict[Key, list[tuple[str, int, int]]]
) -> None:
    scrapes = [figure for _, _, figure in said["KZ", LAST_DAY, "CASES"]]
    assert {21_819, 41_055, 41_065} == set(scrapes)
    assert (
        kz.one("SELECT value FROM {t} WHERE region = 'KZ' AND indicator = 'CASES' AND period_start = '2020-07-01'")
        == 41_065
    )


def test_nan_is_absent_and_the_last_figure_of_the_day_stands(kz: Ran) -> None:
    last = [r for r in kz.records if r["Region"] == "Казахстан" and r["Date"].startswith("2020-07-01T17")]
    assert [r["Recovered"] for r in last] == ["NaN"]
    recovered = kz.one(
        "SELECT value, source_row FROM {t}"
        " WHERE region = 'KZ' AND indicator = 'RECOVERED' AND period_start = '2020-07-01'"
    )
    assert recovered == (13_614, 40_945)
