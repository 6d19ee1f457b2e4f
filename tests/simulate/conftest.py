"""One set of declarations for all, and a way to see whether what was read is what was true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import flow
from pipelines.declarations import Declarations, load_declarations
from pipelines.settings import Settings

Check = Callable[[Path, str], flow.Outcome]
Differences = Callable[[Path, Path], list[tuple[object, ...]]]

FACTS = ("value", "rate", "doses_administered_count", "detections_count", "deaths_all_cause_count")


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture
def check(declared: Declarations, tmp_path: Path) -> Check:
    """Give the verdict of the real path on a file."""
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})

    def checked(file: Path, source: str) -> flow.Outcome:
        return flow.check(file, source, declared, settings, tmp_path / "work", progress=lambda _: None)

    return checked


@pytest.fixture(scope="session")
def differences() -> Differences:
    """Give the facts that are in the truth and were not read so, and those that were read and are not true."""

    def different(truth: Path, harmonised: Path) -> list[tuple[object, ...]]:
        con = duckdb.connect()
        place = {"source_sheet", "source_row", "source_column", "set_aside", "problems"}
        place |= {"record_status"}  # a record that is deleted is set aside
        fields = [name for name in con.read_parquet(str(harmonised)).columns if name not in place]
        assert sorted(fields) == sorted(con.read_parquet(str(truth)).columns)
        asked = ", ".join(fields)
        fact = next((f for f in FACTS if f in fields), "true")
        known = " OR ".join(f"{field} IS NOT NULL" for field in (fact, "missing_reason") if field in {*fields, "true"})
        true = f"SELECT {asked} FROM '{truth}' WHERE {known}"
        read = f"SELECT {asked} FROM '{harmonised}' WHERE set_aside IS NULL"
        lost = con.execute(f"SELECT 'lost', * FROM ({true} EXCEPT ALL {read})").fetchall()
        return lost + con.execute(f"SELECT 'invented', * FROM ({read} EXCEPT ALL {true})").fetchall()

    return different
