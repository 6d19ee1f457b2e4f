"""salamat.duckdb: a release as real tables, with comments, views and macros, in one file that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import literal, name
from pipelines.release.schema import schema
from pipelines.released import DATABASE

if TYPE_CHECKING:
    import duckdb

    from pipelines.release.cut import Cut

_SCHEMA = "salamat"


@contextmanager
def database(cut: Cut, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build the database in the folder; keep it attached, as the default, until Parquet is written and audited."""
    con = cut.lake.con
    before = str((con.execute("SELECT current_database()").fetchone() or ("memory",))[0])
    con.execute(f"ATTACH {literal(folder / DATABASE)} AS {_SCHEMA} (STORAGE_VERSION 'v1.0.0', BLOCK_SIZE 16384)")
    try:
        con.execute(f"USE {_SCHEMA}")
        _fill(cut, con)
        yield con
        con.execute(f"CHECKPOINT {_SCHEMA}")
    finally:
        con.execute(f"USE {name(before)}")
        con.execute(f"DETACH {_SCHEMA}")


def _fill(cut: Cut, con: duckdb.DuckDBPyConnection) -> None:
    con.execute("BEGIN")
    for statement in schema(cut.contents):
        con.execute(statement)
    con.execute("COMMIT")
    for content in cut.contents:
        con.execute(f"INSERT INTO {name(content.table)} {cut.ordered(content)}")
