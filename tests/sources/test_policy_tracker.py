"""Oxford's tracker of measures: a level for each state and day, which must be the spells that the lake holds."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines import flow
from pipelines.settings import Settings
from tests.sources.conftest import MEASURES
from tests.sources.test_every_source import *  # noqa: F403  the same sentences hold for the tracker's files

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from tests.sources.conftest import Ran

SEVEN = {"AZE": "AZ", "HUN": "HU", "KAZ": "KZ", "KGZ": "KG", "TKM": "TM", "TUR": "TR", "UZB": "UZ"}
FOLDER = "oxcgrt_timeseries"
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


@pytest.mark.parametrize("file", ["c1_school_closing", "h7_vaccination_policy"])
def test_the_seven_states_spells_are_those_of_the_file(
    real_data: Path, declared: Declarations, tmp_path: Path, file: str
) -> None:
    name = f"xt/measures_{file[:2]}"
    lines = gzip.decompress((real_data / FOLDER / f"{file}.csv.gz").read_bytes()).decode().splitlines(keepends=True)
    kept = "".join(line for i, line in enumerate(lines) if i == 0 or line.split(",")[1].strip('"') in SEVEN)
    part = tmp_path / f"{file}.csv"
    part.write_text(kept, encoding="utf-8")
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    outcome = flow.check(part, name, declared, settings, tmp_path / "work", progress=lambda _: None)
    assert outcome.verdict.harmonised is not None
    facts = duckdb.read_parquet(str(outcome.verdict.harmonised.path)).filter("set_aside IS NULL")
    found = facts.select("region, measure_start_date, measure_end_date, measure_value").fetchall()
    expected = spelled(list(csv.reader(io.StringIO(kept))), SEVEN)
    assert set(found) == expected
    assert len(found) == len(expected) > 30
    fates = outcome.verdict.accounts.facts_by_fate
    assert sum(fates.values()) == 7 * 867 == outcome.verdict.accounts.facts
    assert fates["accepted"] == len(expected)


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
    for source in sources:
        assert [f for f in levels if Path(f).match(source.arrives.matching)] != []
