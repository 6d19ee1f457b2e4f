"""From any figure of a release one query leads to its file's digest, row and column: on real files, every figure."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import flow, lake
from pipelines.declarations import Declarations
from pipelines.release import release
from pipelines.settings import Settings
from pipelines.store import sha256_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FILES = {"kz/case_counts": "kz_covid_open_data/kz.csv.gz", "kg/case_counts": "kg_oblast_mcyph/total.csv"}


@pytest.fixture(scope="module")
def opened(
    real_data: Path, declared: Declarations, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A release of two real files, copied away from everything else."""
    home, ticks = tmp_path_factory.mktemp("trace"), count()
    settings = Settings.from_environment({"SALAMAT_HOME": str(home / "home")})
    for source, file in FILES.items():
        flow.run(
            real_data / file, source, declared, settings, lambda: NOW + timedelta(seconds=next(ticks)), lambda _: None
        )
    with lake.opened(settings) as filled:
        made = release(home / "out", filled, declared, NOW)
    (made.folder / "salamat.duckdb").rename(home / "copied.duckdb")
    with duckdb.connect(str(home / "copied.duckdb"), read_only=True) as con:
        yield con


@pytest.mark.parametrize("source", FILES)
def test_every_figure_leads_to_the_cell_it_was_read_from(
    source: str, opened: duckdb.DuckDBPyConnection, real_data: Path
) -> None:
    file = real_data / FILES[source]
    text = (gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text, newline="")))
    traced = opened.execute(
        "SELECT c.value, t.file_name, t.sha256, t.source_row, t.source_column"
        " FROM case_counts AS c, trace(c.submission_id, c.source_row, c.source_column) AS t WHERE c.source = ?",
        [source],
    ).fetchall()
    assert (
        len(traced)
        == opened.execute("SELECT count(*) FROM case_counts WHERE source = ?", [source]).fetchall()[0][0]
        > 0
    )
    assert {(name, digest) for _, name, digest, _, _ in traced} == {(file.name, sha256_of(file))}
    for value, _, _, row, column in traced:
        assert float(cells[row - 1][cells[0].index(column)]) == value


def test_the_documented_sum_over_regions_is_the_total_and_never_twice_it(opened: duckdb.DuckDBPyConnection) -> None:
    summed = opened.execute(
        "SELECT sum(value) FROM region_values('CASES') WHERE source = 'kz/case_counts'"
        " AND period_start = (SELECT max(period_start) FROM region_values('CASES') WHERE source = 'kz/case_counts')"
    ).fetchone()
    assert summed == (41_065,)


def test_a_republic_and_the_districts_in_it_are_not_added_up(declared: Declarations, tmp_path: Path) -> None:
    file, settings = tmp_path / "yoluxma_1.csv", Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    sent = {"Naxçıvan Muxtar Respublikası": 60, "Babək": 30, "Naxçıvan şəhəri": 30, "Bakı": 40}
    rows = (f"01.03.2021;{place};rayon;{cases};0;0;900" for place, cases in sent.items())
    head = "Tarix;Rayon və ya şəhər;Səviyyə;Yeni yoluxan;Sağalan;Ölən;Test sayı"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    flow.run(file, "az/case_counts", declared, settings, lambda: NOW, lambda _: None)
    with lake.opened(settings) as filled:
        made = release(tmp_path / "out", filled, declared, NOW)
    with duckdb.connect(str(made.folder / "salamat.duckdb"), read_only=True) as con:
        asked = "SELECT geo_level, count(*), sum(value) FROM case_counts WHERE indicator = 'CASES' GROUP BY ALL"
        assert set(con.execute(asked).fetchall()) == {("region", 2, 100), ("district", 1, 30), ("city", 1, 30)}
        assert con.execute("SELECT sum(value) FROM region_values('CASES')").fetchone() == (100,)


def test_figures_of_one_sex_are_not_among_those_that_add_up(small: Any, tmp_path: Path) -> None:
    small.put_count(region="KZ-79", value=9)
    small.put_count(region="KZ-79", sex="F", value=5)
    made = release(tmp_path / "out", small.lake, small.declared, NOW)
    with duckdb.connect(str(made.folder / "salamat.duckdb"), read_only=True) as con:
        every, added = (
            con.execute(f"SELECT DISTINCT sex FROM {rows} WHERE region = 'KZ-79' ORDER BY 1").fetchall()
            for rows in ("case_counts", "region_values('CASES')")
        )
    assert (every, added) == ([("F",), ("_T",)], [("_T",)])
