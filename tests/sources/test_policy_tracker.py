"""Oxford's tracker of measures: a level for each state and day, which must be the spells that the lake holds."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipelines.artefacts import Delivery, Workspace
from pipelines.decode import decode
from pipelines.harmonise import harmonise
from pipelines.settings import Settings
from tests.sources.conftest import MEASURES
from tests.sources.test_every_source import *  # noqa: F403  the same sentences hold for the tracker's files

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from tests.sources.conftest import Ran

SEVEN = {"AZE": "AZ", "HUN": "HU", "KAZ": "KZ", "KGZ": "KG", "TKM": "TM", "TUR": "TR", "UZB": "UZ"}
FOLDER = "oxcgrt_timeseries"
ASIDE = {None, "same-spell", "not-reported"}
Spell = tuple[str, date, date | None, int]


@pytest.fixture(scope="session", params=[pytest.param(n, marks=pytest.mark.slow) for n in sorted(MEASURES)])
def each(request: pytest.FixtureRequest, run_once: Callable[[str], Ran]) -> Ran:
    """Each of the tracker's files in turn; one takes ten seconds."""
    return run_once(request.param)


def spells(days: list[tuple[date, str]]) -> Iterator[tuple[date, date | None, int]]:
    """Put days of one level together as a reader would, day by day; the last spell is open."""
    found: list[tuple[date, date, int]] = []
    for day, cell in days:
        if cell in {"", "NA"}:
            continue
        if found and found[-1][1] == day - timedelta(days=1) and found[-1][2] == int(cell):
            found[-1] = (found[-1][0], day, int(cell))
        else:
            found.append((day, day, int(cell)))
    yield from ((first, None if i == len(found) - 1 else last, level) for i, (first, last, level) in enumerate(found))


def spelled(table: list[list[str]], codes: dict[str, str]) -> set[Spell]:
    """Read a file of the tracker with nothing of ours."""
    days = [datetime.strptime(cell, "%d%b%Y").date() for cell in table[0][3:]]  # noqa: DTZ007  a day has no zone
    return {
        (codes[row[1]], *spell)
        for row in table[1:]
        if row[1] in codes
        for spell in spells(list(zip(days, row[3:], strict=True)))
    }


LEVELS = {  # the file of each indicator
    "c1": "c1_school_closing",
    "c2": "c2_workplace_closing",
    "c3": "c3_cancel_public_events",
    "c4": "c4_restrictions_on_gatherings",
    "c5": "c5_close_public_transport",
    "c6": "c6_stay_at_home_requirements",
    "c7": "c7_movementrestrictions",
    "c8": "c8_internationaltravel",
    "e1": "e1_income_support",
    "e2": "e2_debtrelief",
    "h1": "h1_public_information_campaigns",
    "h2": "h2_testing_policy",
    "h3": "h3_contact_tracing",
    "h6": "h6_facial_coverings",
    "h7": "h7_vaccination_policy",
    "h8": "h8_protection_of_elderly_people",
}


SCOPED = (
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "c6",
    "c7",
    "h1",
    "h6",
    "h8",
)  # whose flag says where; E1 and H7 ask another thing


def of_the_seven(file: Path, folder: Path) -> tuple[Path, list[list[str]]]:
    """Write the lines of our states; give them as Python's own reader has them."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
    kept = "".join(line for i, line in enumerate(lines) if i == 0 or line.split(",")[1].strip('"') in SEVEN)
    part = folder / file.name.removesuffix(".gz")
    part.write_text(kept, encoding="utf-8")
    return part, list(csv.reader(io.StringIO(kept)))


def harmonised(file: Path, name: str, declared: Declarations, folder: Path) -> duckdb.DuckDBPyRelation:
    """Read and translate a file; the rules are not asked."""
    settings, source = Settings.from_environment({"SALAMAT_HOME": str(folder)}), declared.sources[name]
    delivery = Delivery("d", name, file.name, file, "0" * 64, file.stat().st_size, datetime.now(UTC))
    workspace = Workspace(folder / "work")
    extract = decode(delivery, source, workspace, settings)
    return duckdb.read_parquet(str(harmonise(extract, source, declared, workspace, settings).path))


def are_the_spells(facts: duckdb.DuckDBPyRelation, value: str, expected: set[Any], indicator: str) -> None:
    """Hold the accepted spells, each with this value, against those that the file tells."""
    accepted = facts.filter("set_aside IS NULL")
    found = accepted.select(f"region, measure_start_date, measure_end_date, {value}").fetchall()
    assert set(found) == expected
    assert len(found) == len(expected)
    assert {reason for (reason,) in facts.select("set_aside").distinct().fetchall()} <= ASIDE
    assert accepted.select("measure_indicator").distinct().fetchall() == [(indicator.upper(),)]


@pytest.mark.parametrize("indicator", sorted(LEVELS))
def test_the_seven_states_spells_are_those_of_the_file(
    real_data: Path, declared: Declarations, tmp_path: Path, indicator: str
) -> None:
    part, cells = of_the_seven(real_data / FOLDER / f"{LEVELS[indicator]}.csv.gz", tmp_path)
    facts = harmonised(part, f"xt/measures_{indicator}", declared, tmp_path)
    expected = spelled(cells, SEVEN)
    assert len(expected) > 10
    are_the_spells(facts, "measure_value", expected, indicator)
    assert len(facts) == 7 * 867


@pytest.mark.parametrize("indicator", SCOPED)
def test_the_seven_states_scopes_are_those_of_the_file(
    real_data: Path, declared: Declarations, tmp_path: Path, indicator: str
) -> None:
    part, cells = of_the_seven(real_data / FOLDER / f"{indicator}_flag.csv.gz", tmp_path)
    facts = harmonised(part, f"xt/measure_scopes_{indicator}", declared, tmp_path)
    meant = {0: "TARGETED", 1: "GENERAL"}
    expected = {(*spell, meant[flag]) for *spell, flag in spelled(cells, SEVEN)}
    assert len(expected) >= 7
    are_the_spells(facts, "measure_scope", expected, indicator)
    assert "measure_value" not in facts.columns


@pytest.mark.parametrize(("name", "file"), [("xt/case_counts", "cases"), ("xt/case_counts_deaths", "deaths")])
def test_the_seven_states_running_totals_are_those_of_the_file(
    real_data: Path, declared: Declarations, tmp_path: Path, name: str, file: str
) -> None:
    part, cells = of_the_seven(real_data / FOLDER / f"confirmed_{file}.csv.gz", tmp_path)
    facts = harmonised(part, name, declared, tmp_path).filter("set_aside IS NULL")
    days = [datetime.strptime(cell, "%d%b%Y").date() for cell in cells[0][3:]]  # noqa: DTZ007  a day has no zone
    expected = {
        (SEVEN[row[1]], day, int(cell))
        for row in cells[1:]
        for day, cell in zip(days, row[3:], strict=True)
        if cell not in {"", "NA"}
    }
    found = facts.select("region, period_start, value").fetchall()
    assert set(found) == expected
    assert len(found) == len(expected) > 5000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xt/measures_c1", "xt/measures_h7"])
def test_every_spell_of_every_state_is_that_of_the_file(run_once: Callable[[str], Ran], name: str) -> None:
    ran = run_once(name)
    three = {code.standard_code: code.code for code in ran.declared.codes["country"].codes} | {"RKS": "XK"}
    found = ran.rows("SELECT region, measure_start_date, measure_end_date, measure_value FROM {t}")
    assert set(found) == spelled(ran.cells, three)
    assert len(found) == len(set(found))


def test_each_indicator_of_the_tracker_has_its_source_and_its_file(real_data: Path, declared: Declarations) -> None:
    sources = [source for name, source in declared.sources.items() if name.startswith("xt/measures_")]
    files = [f.name for f in (real_data / FOLDER).iterdir() if f.name[0] in "ceh" and f.name[1].isdigit()]
    levels = {f for f in files if "_flag" not in f}
    indicators = {str(source.constants["measure_indicator"]) for source in sources}
    assert indicators == {f[:2].upper() for f in levels} == set(declared.codes["measure_indicator"].known())
    assert len(levels) == len(sources)
    scopes = {name for name in declared.sources if name.startswith("xt/measure_scopes_")}
    assert scopes == {f"xt/measure_scopes_{indicator}" for indicator in SCOPED}
    assert {f[:2] for f in files if "_flag" in f} - {"e1", "h7"} == set(SCOPED)
    for source in sources:
        assert [f for f in levels if Path(f).match(source.arrives.matching)] != []
