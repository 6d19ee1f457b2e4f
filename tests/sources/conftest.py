"""Every real file is taken through the whole path once per session, into a lake of its own; tests only look at it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines import flow, lake
from pipelines.declarations import Declarations, load_declarations
from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

    from pipelines.declarations.source import Source

FILES = {
    "tr/case_counts": "tr_daily_ozanerturk/timeline.csv",
    "tr/rates": "tr_daily_ozanerturk/timeline.csv",
    "hu/case_counts": "hu_county_daily/datafile.csv",
    "hu/cases": "hu_deaths_linelist/result.csv.gz",
    "kz/case_counts": "kz_covid_open_data/kz.csv.gz",
    "kg/case_counts": "kg_oblast_mcyph/total.csv",
    "mx/clinical_admissions": "clinical_mexico_sisver_raw/pruebaCOVID19MEXICO.csv.gz",
    "xg/cases": "linelist_mpox_globalhealth/latest.csv.gz",
}


@dataclass(frozen=True)
class Ran:
    """A real file that went through the path: what the path says, what the lake holds, what the file says itself."""

    source: Source
    declared: Declarations
    file: Path
    outcome: flow.Outcome
    con: duckdb.DuckDBPyConnection

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Give what the lake answers; `{t}` stands for the source's table."""
        return self.con.execute(query.replace("{t}", f"lake.{self.source.table}")).fetchall()

    def one(self, query: str) -> Any:
        """Give the only row that the lake answers, or its only value."""
        (row,) = self.rows(query)
        return row[0] if len(row) == 1 else row

    @cached_property
    def cells(self) -> list[list[str]]:
        """Read the file with nothing of ours: its records by Python's csv module. Row n of the file is cells[n - 1]."""
        raw = self.file.read_bytes()
        text = (gzip.decompress(raw) if self.file.suffix == ".gz" else raw).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))

    @cached_property
    def records(self) -> list[dict[str, str]]:
        """The file's rows by the names of its columns, the header left out; short rows have only their own cells."""
        return [dict(zip(self.cells[0], row, strict=False)) for row in self.cells[1:]]


@pytest.fixture(scope="session")
def declared() -> Declarations:
    """What salamat declares, with the two sources that are declared for tests only."""
    return load_declarations(Path(__file__).parents[1] / "declarations_for_tests")


@pytest.fixture(scope="session")
def run_once(
    real_data: Path, declared: Declarations, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Ran]]:
    """Give a call that takes a source's real file through the path, or what it gave when it was called before."""
    done: dict[str, Ran] = {}
    with ExitStack() as stack:

        def run(name: str) -> Ran:
            if name not in done:
                settings = Settings.from_environment(
                    {"SALAMAT_HOME": str(tmp_path_factory.mktemp(name.replace("/", "_")))}
                )
                file = real_data / FILES[name]
                outcome = flow.run(file, name, declared, settings, progress=lambda _: None)
                opened = stack.enter_context(lake.opened(settings))
                done[name] = Ran(declared.sources[name], declared, file, outcome, opened.con)
            return done[name]

        yield run


@pytest.fixture(scope="session", params=sorted(FILES))
def each(request: pytest.FixtureRequest, run_once: Callable[[str], Ran]) -> Ran:
    """Every source in turn."""
    return run_once(request.param)
