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

NATIONAL = {
    "tr/case_counts": "tr_daily_ozanerturk/timeline.csv",
    "tr/rates": "tr_daily_ozanerturk/timeline.csv",
    "tr/province_rates": "tr_provincial_jliew/vaka_sayısı.csv",
    "hu/case_counts": "hu_county_daily/datafile.csv",
    "hu/cases": "hu_deaths_linelist/result.csv.gz",
    "kz/case_counts": "kz_covid_open_data/kz.csv.gz",
    "kg/case_counts": "kg_oblast_mcyph/total.csv",
    "mx/clinical_admissions": "clinical_mexico_sisver_raw/pruebaCOVID19MEXICO.csv.gz",
    "xg/cases": "linelist_mpox_globalhealth/latest.csv.gz",
    "hk/cases": "linelist_hong_kong/enhanced_sur_covid_19_eng.csv.gz",
}
SERIES = {
    "xw/case_counts": "who_covid_weekly/WHO-COVID-19-global-data.csv.gz",
    "xj/time_series_confirmed": "jhu_timeseries/time_series_covid19_confirmed_global.csv.gz",
    "xj/time_series_deaths": "jhu_timeseries/time_series_covid19_deaths_global.csv.gz",
    "xj/time_series_recovered": "jhu_timeseries/time_series_covid19_recovered_global.csv.gz",
    "xj/daily_reports": "jhu_daily_reports/01-22-2020.csv",
    "xj/daily_reports_2": "jhu_daily_reports/03-01-2020.csv",
    "xj/daily_reports_3": "jhu_daily_reports/03-22-2020.csv",
    "xj/daily_reports_4": "jhu_daily_reports/03-25-2020.csv",
    "xj/vaccinations": "jhu_vaccine_doses/time_series_covid19_vaccine_doses_admin_global.csv.gz",
    "xo/tests": "owid_testing/covid-testing-all-observations.csv.gz",
    "xo/mpox": "owid_mpox/owid-monkeypox-data.csv.gz",
    "xo/vaccinations_by_manufacturer": "owid_vaccine_manufacturer/vaccinations-by-manufacturer.csv.gz",
    "xo/excess_mortality": "owid_excess_mortality/excess_mortality.csv.gz",
    "xe/variants": "ecdc_erviss/variants.csv.gz",
    "xe/influenza_subtypes": "ecdc_erviss/activityFluTypeSubtype.csv.gz",
    "xe/rsv_types": "ecdc_erviss/activityFluTypeSubtype.csv.gz",
    "xe/consultation_rates": "ecdc_erviss/ILIARIRates.csv.gz",
    "xe/severity": "ecdc_erviss/nonSentinelSeverity_2024-01-19.csv.gz",
}
DOCUMENTS = {"tr/timeline_document": "tr_daily_ozanerturk/timeline.json"}
MEASURES = {
    "xt/measures_c1": "oxcgrt_timeseries/c1_school_closing.csv.gz",
    "xt/measures_h7": "oxcgrt_timeseries/h7_vaccination_policy.csv.gz",
    "xt/measure_scopes_c1": "oxcgrt_timeseries/c1_flag.csv.gz",
    "xt/case_counts_deaths": "oxcgrt_timeseries/confirmed_deaths.csv.gz",
}
FILES = NATIONAL | SERIES | DOCUMENTS | MEASURES


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
        declared = self.source.decode
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=declared.delimiter))

    @cached_property
    def header(self) -> list[str]:
        """The names of the file's columns, without the spaces around them; as declared where the file has none."""
        return list(self.source.decode.header.columns) or [cell.strip() for cell in self.cells[0]]

    @property
    def first_row(self) -> int:
        """The number of the first row that is not the column names."""
        return 1 if self.source.decode.header.columns else 2

    @cached_property
    def records(self) -> list[dict[str, str]]:
        """The file's rows by the names of its columns, the header left out; short rows have only their own cells."""
        return [dict(zip(self.header, row, strict=False)) for row in self.cells[self.first_row - 1 :]]


@pytest.fixture(scope="session")
def declared() -> Declarations:
    """What salamat declares, with the sources that are declared for tests only."""
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


@pytest.fixture(scope="session", params=sorted(NATIONAL))
def each(request: pytest.FixtureRequest, run_once: Callable[[str], Ran]) -> Ran:
    """Every source of one state, and the line lists, in turn."""
    return run_once(request.param)
