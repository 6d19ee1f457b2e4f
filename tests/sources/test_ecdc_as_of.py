"""Four dated releases of one table, sent whole: as of each date the lake is that file, cell for cell, and no other."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipelines import flow, lake
from pipelines.artefacts import Envelope
from pipelines.query import query
from pipelines.release import release
from pipelines.settings import Settings
from pipelines.verify import verify

if TYPE_CHECKING:
    from pipelines.declarations import Declarations

pytestmark = pytest.mark.slow  # four files of 40 000 rows, and a release: 25 s
ROOT = Path(__file__).parents[2]
SOURCE = "xe/consultation_rates"
AGES = {"0-4": (0, 4), "5-14": (5, 14), "15-64": (15, 64), "65+": (65, None), "total": (-1, -1)}
RATES = {"ILIconsultationrate": "ILI_CONSULTATION", "ARIconsultationrate": "ARI_CONSULTATION"}
CELLS = "SELECT region, period_start, rate_indicator, age_from_years, rate FROM {} ORDER BY ALL"
REVISED = [207, 191, 226]  # by Python's own comparison of the files, and as the change feed counts them
Cells = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Sent:
    """What each file says, by its date, and the lake and the release that came of all four."""

    by_date: dict[date, Cells]
    settings: Settings
    database: Path


def read(file: Path) -> Cells:
    """Read a file with nothing of ours but the code list of states."""
    with (ROOT / "schemas/codes/country.csv").open(encoding="utf-8", newline="") as lines:
        codes = {row["label_en"]: row["code"] for row in csv.DictReader(lines)}
    text = gzip.decompress(file.read_bytes()).decode()
    return sorted(
        (
            codes[r["countryname"]],
            date.fromisoformat(f"{r['yearweek']}-1"),
            RATES[r["indicator"]],
            AGES[r["age"]][0],
            float(r["value"]),
        )
        for r in csv.DictReader(io.StringIO(text))
    )


@pytest.fixture(scope="module")
def sent(real_data: Path, declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Sent:
    home = tmp_path_factory.mktemp("ecdc")
    settings = replace(Settings.from_environment({"SALAMAT_HOME": str(home / "home")}), threads=2)
    everything = Envelope("replace", period="all", because="the release of this week is the whole table")
    by_date = {}
    for file in sorted((real_data / "ecdc_erviss" / "snapshots").glob("*_ILIARIRates.csv.gz")):
        at = datetime.fromisoformat(file.name[:10]).replace(hour=12, tzinfo=UTC)
        by_date[at.date()] = read(file)
        flow.run(file, SOURCE, declared, settings, lambda at=at: at, lambda _: None, everything)  # type: ignore[misc]
    with lake.opened(settings) as opened:
        opened.tend()
        made = release(home / "out", opened, declared, datetime(2026, 5, 9, tzinfo=UTC))
    return Sent(by_date, settings, made.folder / "salamat.duckdb")


def test_the_lake_as_of_each_date_is_the_file_of_that_date_cell_for_cell(sent: Sent) -> None:
    assert [len(cells) for cells in sent.by_date.values()] == [39414, 39568, 39727, 40130]
    with lake.opened(sent.settings, read_only=True) as opened:
        for day, cells in sent.by_date.items():
            end = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
            for moment in (end, end + timedelta(days=6)):  # until the day before the next one
                seen = opened.published_by(moment)
                assert seen is not None
                assert opened.con.execute(CELLS.format(opened.as_of("rates", seen.snapshot))).fetchall() == cells


def test_a_release_as_of_each_date_is_the_file_of_that_date_cell_for_cell(sent: Sent) -> None:
    with duckdb.connect(str(sent.database), read_only=True) as con:
        for day, cells in sent.by_date.items():
            assert con.execute(CELLS.format(f"rates_as_of('{day}')")).fetchall() == cells
        assert con.execute(CELLS.format("rates_as_of('2026-04-16')")).fetchall() == []


def test_the_change_feed_counts_the_revised_values(sent: Sent) -> None:
    dates, files = list(sent.by_date), list(sent.by_date.values())
    for number, (before, after) in enumerate(pairwise(files)):
        values = {cell[:-1]: cell[-1] for cell in before}
        assert sum(values.get(cell[:-1], cell[-1]) != cell[-1] for cell in after) == REVISED[number]
        assert values.keys() <= {cell[:-1] for cell in after}
    counted = f"""SELECT p.recorded_at::DATE, count(*) FROM ducklake_table_changes('lake', 'main', 'rates', 0, {{}})
        JOIN ({lake.PUBLICATIONS}) p USING (snapshot_id) WHERE change_type = 'delete' GROUP BY 1 ORDER BY 1"""
    with lake.opened(sent.settings, read_only=True) as opened:
        assert opened.con.execute(counted.format(opened.snapshot())).fetchall() == list(
            zip(dates[1:], REVISED, strict=True)
        )
    told = """SELECT revised_at::DATE, count(*) FILTER (rate <> rate_before), count(*) FROM rates_revisions
        GROUP BY 1 ORDER BY 1"""
    with duckdb.connect(str(sent.database), read_only=True) as con:
        assert con.execute(told).fetchall() == [(d, n, n) for d, n in zip(dates[1:], REVISED, strict=True)]


def test_the_triangle_of_a_week_follows_the_four_files(sent: Sent) -> None:
    week = date(2026, 4, 6)
    asked = f"""SELECT recorded_period, lag, region, rate FROM rates_reporting_triangle('week', 9)
        WHERE reference_period = DATE '{week}' AND rate_indicator = 'ILI_CONSULTATION' AND age_from_years = -1
        ORDER BY ALL"""
    expected = [
        (day - timedelta(days=day.weekday()), (day - timedelta(days=day.weekday()) - week).days // 7, cell[0], cell[4])
        for day, cells in sent.by_date.items()
        for cell in cells
        if cell[1:4] == (week, "ILI_CONSULTATION", -1)
    ]
    with duckdb.connect(str(sent.database), read_only=True) as con:
        assert con.execute(asked).fetchall() == sorted(expected)
    assert len(expected) > 40


WEEKS = "reporting_triangle('week', 20)"


@pytest.mark.parametrize("asked", ["history", "superseded", "revisions", "comparable", "as_of('2026-04-30')", WEEKS])
def test_the_lake_says_of_the_past_what_its_release_says(sent: Sent, asked: str, tmp_path: Path) -> None:
    sql, file, answers = f"FROM rates_{asked} ORDER BY ALL", tmp_path / "answer.csv", []
    for where in (None, sent.database.parent):
        query(sql, sent.settings, release=where, format="csv", out=file)
        answers.append(file.read_bytes())
    assert answers[0] == answers[1]
    assert answers[0].count(b"\r\n") > 600


def test_the_release_is_whole(sent: Sent) -> None:
    assert verify(sent.database.parent, sent.settings).problems == ()
