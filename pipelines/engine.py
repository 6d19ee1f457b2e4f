"""DuckDB, opened the same way everywhere: a memory limit, a place to spill, no network, our one macro."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb


def connect(settings: Settings, spill: Path, database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """Open DuckDB within the settings' memory and threads; what does not fit is spilled to the folder `spill`."""
    import duckdb  # noqa: PLC0415  heavy: 0.2 s, and `salamat --help` does not need it

    spill.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(database, config=limits(settings, spill))
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")  # it would print into what a command prints
    return con


def limits(settings: Settings, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Give DuckDB's configuration; Great Expectations' own connection is given the same."""
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
    }


def name(identifier: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str]) -> str:
    """Quote identifiers, parted by commas."""
    return ", ".join(name(i) for i in identifiers)


def parquet(path: Path | str, *, numbered: bool = False) -> str:
    """Write the table function that reads one Parquet file; `numbered` adds `file_row_number`, counted from 0.

    A folder called `year=2020` is a folder here and not a column.
    """
    numbers = ", file_row_number = true" if numbered else ""
    return f"read_parquet({literal(str(path))}, hive_partitioning = false{numbers})"


def literal(value: object) -> str:
    """Write a value as an SQL literal. Text is quoted; None is NULL; numbers and booleans stand as they are."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def literals(values: Iterable[object]) -> str:
    """Write values as SQL literals, parted by commas."""
    return ", ".join(literal(v) for v in values)
