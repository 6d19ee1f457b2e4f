"""A small lake, written row by row so that every figure of a release is known beforehand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import lake
from pipelines.artefacts import Release
from pipelines.declarations import Declarations, load_declarations
from pipelines.lake import Lake
from pipelines.release import release
from pipelines.settings import Settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RARE = "a rare disease that points to one person"
DAYS = [date(2020, 6, 29) + timedelta(days=n) for n in (0, 1, 2, 4, 5)]  # 2 July is missing
FIGURES = {"KZ": (100, 110, 120, 150, 149), "KZ-75": (60, 66, 72, 90, 88), "KZ-71": (40, 44, 48, 60, 61)}


@dataclass(frozen=True)
class Written:
    """An open lake and how to write rows into it."""

    lake: Lake
    declared: Declarations
    one_by_one: bool = True

    def put(self, table: str, **row: Any) -> None:
        """Write one row; columns that are not given are NULL."""
        marks = ", ".join("?" * len(row))
        self.run(f"INSERT INTO lake.{table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Write as a publication does, in a commit that bears our name: a release looks at no other."""
        with self.lake.transaction("by hand", lambda: NOW) if self.one_by_one else nullcontext():
            self.lake.con.execute(statement, values)

    def put_count(self, **given: Any) -> None:
        """Write a figure of case_counts, by default a running total of Kazakhstan on 29 June 2020."""
        source = given.get("source", "kz/case_counts")
        region = given.get("region", "KZ")
        place = {"region": region, "geo_level": "country" if len(region) == 2 else "region"}
        said = {
            "period_type": "D",
            "period_start": DAYS[0],
            "pathogen": "SARSCOV2",
            "indicator": "CASES",
            "measure_type": "CUMULATIVE",
        }
        bases = {
            "case_basis": "CONF_LAB",
            "date_basis": "PUBLICATION",
            "age_from_years": -1,
            "age_to_years": -1,
            "sex": "_T",
        }
        lineage = {
            "source": source,
            "submission_id": "s0",
            "source_row": 2,
            "source_column": "Confirmed",
            "dq_flags": [],
        }
        self.put(
            "case_counts", **{"reporting_country": source[:2].upper(), **place, **said, **bases, **lineage, **given}
        )

    def one(self, query: str) -> Any:
        """Give the only value that the lake answers."""
        return (self.lake.con.execute(query).fetchone() or (None,))[0]


LakeIn = Callable[[Path, int], AbstractContextManager[Written]]


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


def settings_in(home: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(home)})


@contextmanager
def written(home: Path, declared: Declarations, settings: Settings | None = None) -> Iterator[Written]:
    """Open a lake in a folder; fill it where it is new."""
    with lake.opened(settings or settings_in(home)) as opened:
        made = Written(opened, declared)
        if "submissions" not in opened.tables():
            for table in ("case_counts", "cases"):
                opened.ensure(declared, declared.tables[table])
            with opened.transaction("the small lake", lambda: NOW):
                _fill(replace(made, one_by_one=False))
        yield made


@pytest.fixture
def lake_in(declared: Declarations) -> LakeIn:
    """A call that opens the small lake of a folder, with as many threads as are given."""
    return lambda home, threads: written(home, declared, replace(settings_in(home), threads=threads))


@pytest.fixture
def small(tmp_path: Path, declared: Declarations) -> Iterator[Written]:
    """A lake of one's own."""
    with written(tmp_path / "home", declared) as made:
        yield made


@pytest.fixture(scope="session")
def cut(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> Release:
    """A release of the network tier, to be looked at only."""
    home = tmp_path_factory.mktemp("release")
    with written(home / "home", declared) as made:
        return release(home / "out", made.lake, declared, NOW)


def _fill(made: Written) -> None:
    for number, (source, table, file) in enumerate(
        (
            ("kz/case_counts", "case_counts", "kz.csv"),
            ("hu/case_counts", "case_counts", "hu.csv"),
            ("hu/cases", "cases", "dead.csv"),
        )
    ):
        _submission(made, f"s{number}", source, table, file)
    for region, figures in FIGURES.items():
        for at, (day, value) in enumerate(zip(DAYS, figures, strict=True)):
            made.put_count(region=region, period_start=day, value=value, source_row=at + 2)
            made.put_count(region=region, period_start=day, value=value // 10, indicator="DEATHS", source_row=at + 2)
    made.put_count(source="hu/case_counts", submission_id="s1", region="HU-BU", measure_type="INCIDENT", value=7)
    for number in range(3):
        case = {"case_id": f"c{number}", "pathogen": "SARSCOV2", "region_notification": "HU", "age_years": 70 + number}
        codes = {"case_classification": "CONF", "sex": "F", "outcome": "D", "preconditions_text": RARE}
        made.put(
            "cases",
            reporting_country="HU",
            source="hu/cases",
            submission_id="s2",
            source_row=number + 2,
            **case,
            **codes,
        )
    for field, column in (("sex", "Neme"), ("age_years", "Kor"), ("preconditions_text", "Alapbetegségek")):
        made.put("column_mappings", submission_id="s2", field=field, source_column=column)
    made.put(
        "rejected_facts", submission_id="s2", rule="not-a-number", field="age_years", source_row=9, source_column="Kor"
    )
    made.put("rejected_facts", submission_id="s2", rule="too-long", field="preconditions_text", source_row=9)
    made.put(
        "check_results", submission_id="s0", rule="unknown-place", field="region", consequence="reject", facts_failed=0
    )


def _submission(made: Written, submission_id: str, source: str, table: str, file: str) -> None:
    names = {
        "submission_id": submission_id,
        "source": source,
        "reporting_country": source[:2].upper(),
        "table_name": table,
    }
    bytes_ = {"file_name": file, "sha256": submission_id * 32, "size_bytes": 10}
    made.put(
        "submissions",
        **names,
        **bytes_,
        received_at=NOW,
        recorded_at=NOW + timedelta(minutes=1),
        declarations_digest="d",
    )


def rows(cut: Release, query: str) -> list[tuple[Any, ...]]:
    """Ask the database of a release."""
    with duckdb.connect(str(cut.folder / "salamat.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def parquet_of(folder: Path) -> dict[str, str]:
    """Give every Parquet file of a release with its digest."""
    files = sorted(folder.rglob("*.parquet"))
    return {f.relative_to(folder).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
