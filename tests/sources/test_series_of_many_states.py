"""Series of international senders: every cell against Python's own reading of the file, and what is odd in each."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.sources.conftest import SERIES
from tests.sources.test_every_source import *  # noqa: F403  the same sentences hold for every series

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

ROOT = Path(__file__).parents[2]
LARGE = {"xj/time_series_confirmed", "xj/time_series_deaths", "xj/vaccinations"}  # each takes six seconds
ALL = [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in sorted(SERIES)]
THE_SEVEN = {"Azerbaijan": "AZ", "Hungary": "HU", "Kazakhstan": "KZ", "Kyrgyzstan": "KG", "Turkey": "TR"}
THE_SEVEN |= {"Turkmenistan": "TM", "Uzbekistan": "UZ"}
ALSO_SAID = {
    "Burma": "MM",
    "Cabo Verde": "CV",
    "Congo (Brazzaville)": "CG",
    "Congo (Kinshasa)": "CD",
    "Cote d'Ivoire": "CI",
    "Czech Republic": "CZ",
    "Cape Verde": "CV",
    "Faeroe Islands": "FO",
    "Holy See": "VA",
    "Hong Kong": "HK",
    "Korea, North": "KP",
    "Korea, South": "KR",
    "Kosovo": "XK",
    "Macao": "MO",
    "Macau": "MO",
    "Mainland China": "CN",
    "Myanmar": "MM",
    "North Macedonia": "MK",
    "Palestine": "PS",
    "Reunion": "RE",
    "Saint Vincent and the Grenadines": "VC",
    "Sao Tome and Principe": "ST",
    "Taiwan*": "TW",
    "UK": "GB",
    "US": "US",
    "West Bank and Gaza": "PS",
}
Series = dict[tuple[Any, ...], int]


@pytest.fixture(scope="session", params=ALL)
def each(request: pytest.FixtureRequest, run_once: Callable[[str], Ran]) -> Ran:
    """Every series in turn."""
    return run_once(request.param)


@pytest.fixture(scope="session")
def codes() -> dict[str, str]:
    """Two letters for a state's English name or three letters, from the list of countries and not from the places."""
    found = dict(ALSO_SAID)
    with (ROOT / "schemas" / "codes" / "country.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            plain = row["label_en"].replace(" & ", " and ").replace("St. ", "Saint ")
            for name in (row["standard_code"], row["label_en"], plain, *row["synonyms_en"].split("|")):
                found.setdefault(name, row["code"])
    return found


def short(cell: str) -> date:
    """Read 3/22/20."""
    month, day, year = map(int, cell.split("/"))
    return date(2000 + year, month, day)


# Johns Hopkins


def columns_of_days(ran: Ran, codes: dict[str, str], country: str, province: str) -> Iterator[tuple[str, date, str]]:
    """Give state, day and cell of the whole states of a wide file."""
    days = {
        column: short(column) if "/" in column else date.fromisoformat(column)
        for column in ran.header
        if column[:1].isdigit()
    }
    for record in ran.records:
        if not record[province] and record[country] in codes:
            yield from ((codes[record[country]], day, record[column]) for column, day in days.items())


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        pytest.param("confirmed", 221_742, marks=pytest.mark.slow),
        pytest.param("deaths", 221_742, marks=pytest.mark.slow),
        ("recovered", 222_885),
    ],
)
def test_jhu_every_cell_of_a_whole_state_is_published_on_the_day_of_its_column(
    run_once: Callable[[str], Ran], codes: dict[str, str], name: str, figures: int
) -> None:
    ran = run_once(f"xj/time_series_{name}")
    cells = columns_of_days(ran, codes, "Country/Region", "Province/State")
    expected = {(state, day): int(cell) for state, day, cell in cells if not cell.startswith("-")}
    found = ran.rows("SELECT region, period_start, value FROM {t}")
    assert {(region, day): value for region, day, value in found} == expected
    assert len(found) == len(expected) == figures


def test_jhu_recovered_falls_to_zero_in_august_2021_and_is_marked(run_once: Callable[[str], Ran]) -> None:
    ran = run_once("xj/time_series_recovered")
    fell = ran.rows(
        "SELECT region, value FROM {t} WHERE period_start = '2021-08-05'"
        " AND list_contains(dq_flags, 'cumulative-does-not-fall') AND region IN ('AZ', 'HU', 'KG', 'KZ', 'TR', 'UZ')"
    )
    assert sorted(fell) == [(region, 0) for region in ("AZ", "HU", "KG", "KZ", "TR", "UZ")]
    assert ran.one("SELECT value FROM {t} WHERE region = 'HU' AND period_start = '2021-08-04'") == 749_773


REPORTS = {  # the day's form, and what the columns of the state and of its part are called
    "xj/daily_reports": ("%m/%d/%Y %H:%M", "Country/Region", "Province/State"),
    "xj/daily_reports_2": ("%Y-%m-%dT%H:%M:%S", "Country/Region", "Province/State"),
    "xj/daily_reports_3": ("%m/%d/%y %H:%M", "Country_Region", "Province_State"),
    "xj/daily_reports_4": ("%Y-%m-%d %H:%M:%S", "Country_Region", "Province_State"),
}


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_jhu_a_daily_report_is_read_whatever_its_header_and_its_dates(
    run_once: Callable[[str], Ran], codes: dict[str, str], name: str
) -> None:
    ran = run_once(name)
    form, country, province = REPORTS[name]
    own_places = {"", "Hong Kong", "Macau", "Taiwan"} if "/" in province else {""}
    updated = country.replace("Country", "Last").replace("Region", "Update").replace("/", " ")
    meant = {"Confirmed": ("CASES", "CUMULATIVE"), "Deaths": ("DEATHS", "CUMULATIVE")}
    meant |= {"Recovered": ("RECOVERED", "CUMULATIVE")}
    meant |= {"Active": ("CASES", "PREVALENT")} if "Active" in ran.header else {}
    expected = {
        (codes[r[country]], datetime.strptime(r[updated], form).date(), *meant[column]): int(r[column])  # noqa: DTZ007
        for r in ran.records
        if r[province] in own_places and r[country] != "Diamond Princess"
        for column in meant
        if r[column]
    }
    found = ran.rows("SELECT region, period_start, indicator, measure_type, value FROM {t}")
    assert {(*key, measure): value for *key, measure, value in found} == expected
    assert len(found) == len(expected) > 0


@pytest.mark.slow
def test_jhu_doses_are_published_for_every_whole_state_and_day(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xj/vaccinations")
    cells = columns_of_days(ran, codes, "Country_Region", "Province_State")
    expected = {(state, day): float(cell) for state, day, cell in cells if cell}
    found = ran.rows("SELECT region, period_start, doses_administered_count FROM {t}")
    assert {(region, day): doses for region, day, doses in found} == expected
    assert len(found) == len(expected)


# Our World in Data


def test_owid_tests_are_parted_into_the_state_and_what_is_counted(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xo/tests")
    counted = {"tests performed": "TESTS", "samples tested": "TESTS", "people tested": "PERSONS_TESTED"}
    expected: Series = {}
    for entity, day, new, total, *_ in ran.cells:
        state, unit = entity.split(" - ")
        for figure, measure in ((new, "INCIDENT"), (total, "CUMULATIVE")):
            if unit in counted and int(figure) >= 0:
                expected[codes[state], short(day), counted[unit], measure] = int(figure)
    found = ran.rows("SELECT region, period_start, indicator, measure_type, value FROM {t}")
    assert {(*key, measure): value for *key, measure, value in found} == expected
    assert len(found) == len(expected) == 84_796


def test_owid_tests_begin_in_the_first_row_of_the_file(run_once: Callable[[str], Ran]) -> None:
    ran = run_once("xo/tests")
    assert ran.cells[0][:2] == ["Albania - tests performed", "2/25/20"]
    assert ran.rows("SELECT region, value FROM {t} WHERE source_row = 1 ORDER BY value") == [("AL", 8), ("AL", 8)]


def test_owid_tests_of_no_said_unit_and_negative_changes_are_not_published(run_once: Callable[[str], Ran]) -> None:
    ran = run_once("xo/tests")
    negative = [r for r in ran.cells if r[2].startswith("-") and "unclear" not in r[0]]
    unclear = [r for r in ran.cells if "unclear" in r[0]]
    assert (len(negative), len(unclear)) == (18, 814)
    fates = ran.outcome.verdict.accounts.facts_by_fate
    assert (fates["rejected"], fates["out-of-scope"]) == (18, 2 * 814)
    assert ran.rows("SELECT DISTINCT rule FROM lake.rejected_facts") == [("out-of-range",)]


def test_owid_mpox_is_published_for_states_and_not_for_continents(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xo/mpox")
    meant = {"new": "INCIDENT", "total": "CUMULATIVE"}
    expected: Series = {
        (codes[r["iso_code"]], date.fromisoformat(r["date"]), what.upper(), measure): int(float(r[f"{word}_{what}"]))
        for r in ran.records
        if not r["iso_code"].startswith("OWID_")
        for word, measure in meant.items()
        for what in ("cases", "deaths")
    }
    found = ran.rows("SELECT region, period_start, indicator, measure_type, value FROM {t}")
    assert {(*key, measure): value for *key, measure, value in found} == expected
    assert len(found) == len(expected) == 194_508


MAKERS = {
    "CanSino": "CHU",
    "Covaxin": "BHACOV",
    "Johnson&Johnson": "JANSS",
    "Moderna": "MOD",
    "Novavax": "NVXD",
    "Oxford/AstraZeneca": "AZ",
    "Pfizer/BioNTech": "COM",
    "Sinopharm/Beijing": "BECNBG",
    "Sinovac": "SIN",
    "Sputnik V": "SPU",
}


def test_owid_doses_by_maker_are_published_and_the_sum_of_the_union_is_not(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xo/vaccinations_by_manufacturer")
    expected = {
        (codes[r["location"]], date.fromisoformat(r["date"]), MAKERS[r["vaccine"]]): int(r["total_vaccinations"])
        for r in ran.records
        if r["location"] != "European Union" and r["vaccine"] in MAKERS
    }
    found = ran.rows("SELECT region, period_start, vaccine_product, doses_administered_count FROM {t}")
    assert {(region, day, maker): doses for region, day, maker, doses in found} == expected
    assert len(found) == len(expected) == 38_451
    assert Counter(r["vaccine"] for r in ran.records if r["vaccine"] not in MAKERS) == {"Medicago": 3}
    assert ran.rows("SELECT rule, count(*) FROM lake.rejected_facts GROUP BY 1") == [("unknown-code", 3)]


def test_owid_deaths_of_all_causes_are_published_in_the_week_or_month_that_ends_on_their_day(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xo/excess_mortality")
    parts = {"England & Wales": "GB-EAW", "Scotland": "GB-SCT", "Northern Ireland": "GB-NIR", "Transnistria": "MD-SN"}
    expected = {}
    for r in ran.records:
        last, deaths = date.fromisoformat(r["date"]), r["deaths_2020_2022_all_ages"]
        if deaths.endswith(".0"):
            first = last.replace(day=1) if r["time_unit"] == "monthly" else last - timedelta(days=6)
            unit = {"monthly": "M", "weekly": "W"}[r["time_unit"]]
            awaited = (
                float(r["projected_deaths_2020_2022_all_ages"]) if r["projected_deaths_2020_2022_all_ages"] else None
            )
            expected[(codes | parts)[r["location"]], unit, first] = (int(float(deaths)), awaited)
    found = ran.rows("SELECT region, period_type, period_start, deaths_all_cause_count, deaths_expected_count FROM {t}")
    assert {(region, unit, first): (deaths, awaited) for region, unit, first, deaths, awaited in found} == expected
    assert len(found) == len(expected) == 8_271
    ours = dict(ran.rows("SELECT region, count(*) FROM {t} WHERE region IN ('AZ', 'HU', 'KG', 'KZ', 'UZ') GROUP BY 1"))
    assert ours == {"AZ": 30, "HU": 131, "KG": 30, "KZ": 30, "UZ": 30}


def test_owid_parts_of_a_death_are_no_deaths(run_once: Callable[[str], Ran]) -> None:
    ran = run_once("xo/excess_mortality")
    parts = Counter(
        r["location"] for r in ran.records if r["deaths_2020_2022_all_ages"].partition(".")[2] not in {"", "0"}
    )
    assert parts == {"Brazil": 6, "Iran": 113, "Peru": 127, "Russia": 10, "Sweden": 129}
    assert ran.rows("SELECT rule, count(*) FROM lake.rejected_facts GROUP BY 1") == [("not-a-whole-number", 385)]


# ECDC


def test_ecdc_every_figure_is_published_with_its_week_ages_and_what_is_counted(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xe/severity")
    counted = {
        "deaths": ("DEATHS", "INCIDENT"),
        "hospitaladmissions": ("HOSAD", "INCIDENT"),
        "ICUadmissions": ("ICUAD", "INCIDENT"),
        "hospitalinpatients": ("HOSP", "PREVALENT"),
        "ICUinpatients": ("ICU", "PREVALENT"),
    }
    ages = {"total": (-1, -1), "unk": (-2, -2), "0-4": (0, 4), "5-14": (5, 14), "15-64": (15, 64), "65+": (65, 125)}
    pathogens = {"SARS-CoV-2": "SARSCOV2", "Influenza": "INFL", "RSV": "RSV"}
    expected: Series = {}
    for r in ran.records:
        if r["countryname"] != "EU/EEA":
            year, week = map(int, r["yearweek"].split("-W"))
            key = (codes[r["countryname"]], date.fromisocalendar(year, week, 1), pathogens[r["pathogentype"]])
            expected[(*key, *counted[r["indicator"]], *ages[r["age"]])] = int(r["value"])
    found = ran.rows(
        "SELECT region, period_start, pathogen, indicator, measure_type, age_from_years, age_to_years, value FROM {t}"
    )
    assert {tuple(key): value for *key, value in found} == expected
    assert len(found) == len(expected) == 30_480


def test_ecdc_detections_of_variants_are_published_and_shares_are_not(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xe/variants")
    expected: Series = {}
    for r in ran.records:
        if r["indicator"] == "detections" and r["variant"] not in {"unk", "B.1.427/B.1.429"}:
            year, week = map(int, r["yearweek"].split("-W"))
            key = (codes[r["countryname"]], date.fromisocalendar(year, week, 1), r["variant"])
            expected[(*key, {"GISAID": "GISAID", "TESSy": "NATIONAL"}[r["datasource"]])] = int(r["value"])
    found = ran.rows("SELECT region, period_start, lineage, sequence_repository, detections_count FROM {t}")
    assert {tuple(key): value for *key, value in found} == expected
    assert len(found) == len(expected) == 20_692
    refused = ran.rows("SELECT DISTINCT source_row FROM lake.rejected_facts WHERE rule = 'wrong-pattern'")
    assert {ran.records[row - 2]["variant"] for (row,) in refused} == {"B.1.427/B.1.429"}  # one name for two lineages


SUBTYPES = {
    "A(H1)pdm09": "AH1N1pdm09",
    "A(H3)": "AH3N2",
    "A (unknown)": "AUNK",
    "B/Vic": "BVic",
    "B/Yam": "BYam",
    "B (unknown)": "BUNK",
    "Influenza untyped": "UNK",
}
TYPES = {"RSV-A": "RSV_A", "RSV-B": "RSV_B", "RSV untyped": "UNK"}


@pytest.mark.parametrize(
    ("name", "pathogen", "column", "meant", "figures"),
    [
        ("xe/influenza_subtypes", ("Influenza", "INFL"), "pathogensubtype", SUBTYPES, 21_289),
        ("xe/rsv_types", ("RSV", "RSV"), "pathogentype", TYPES, 7_574),
    ],
)
def test_ecdc_detections_are_published_by_subtype_and_apart_for_sentinel_practices(
    run_once: Callable[[str], Ran],
    codes: dict[str, str],
    name: str,
    pathogen: tuple[str, str],
    column: str,
    meant: dict[str, str],
    figures: int,
) -> None:
    ran, (theirs, ours) = run_once(name), pathogen
    strategy = {"primary care sentinel": "REPRESENTATIVE", "non-sentinel": "UNK"}
    expected: Series = {}
    for r in ran.records:
        if r["pathogen"] == theirs and r["countryname"] != "EU/EEA":
            year, week = map(int, r["yearweek"].split("-W"))
            key = (codes[r["countryname"]], date.fromisocalendar(year, week, 1), ours, meant[r[column]])
            expected[(*key, strategy[r["survtype"]])] = int(r["value"])
    found = ran.rows("SELECT region, period_start, pathogen, lineage, sampling_strategy, detections_count FROM {t}")
    assert {tuple(key): value for *key, value in found} == expected
    assert len(found) == len(expected) == figures
    assert ran.rows("SELECT DISTINCT lineage_system, period_type FROM {t}") == [("EPIPULSE", "W")]


def test_ecdc_rates_of_consultations_are_published_of_syndromes_and_of_no_pathogen(
    run_once: Callable[[str], Ran], codes: dict[str, str]
) -> None:
    ran = run_once("xe/consultation_rates")
    ages = {"total": (-1, -1), "0-4": (0, 4), "5-14": (5, 14), "15-64": (15, 64), "65+": (65, 125)}
    expected = {}
    for r in ran.records:
        year, week = map(int, r["yearweek"].split("-W"))
        key = (codes[r["countryname"]], date.fromisocalendar(year, week, 1), r["indicator"][:3], *ages[r["age"]])
        expected[key] = float(r["value"])
    found = ran.rows("SELECT region, period_start, rate_indicator[:3], age_from_years, age_to_years, rate FROM {t}")
    assert {tuple(key): rate for *key, rate in found} == expected
    assert len(found) == len(expected) == 40_130
    assert ran.rows("SELECT DISTINCT pathogen, rate_unit, period_type FROM {t}") == [("_Z", "PER_100K", "W")]
