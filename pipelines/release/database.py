"""salamat.duckdb: a release as real tables, with comments, views and macros, in one file that opens anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import literal, name
from pipelines.release.schema import schema
from pipelines.released import DATABASE

if TYPE_CHECKING:
    import duckdb

    from pipelines.release.cut import Cut

_SCHEMA = "salamat"
_STORAGE = "STORAGE_VERSION 'v1.0.0', BLOCK_SIZE 16384"


@contextmanager
def database(cut: Cut, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build the database in the folder; keep it attached, as the default, until Parquet is written and audited."""
    con = cut.lake.con
    before = str((con.execute("SELECT current_database()").fetchone() or ("memory",))[0])
    con.execute(f"ATTACH {literal(folder / DATABASE)} AS {_SCHEMA} ({_STORAGE})")
    try:
        con.execute(f"USE {_SCHEMA}")
        _fill(cut, con)
        yield con
        con.execute(f"CHECKPOINT {_SCHEMA}")
    finally:
        con.execute(f"USE {name(before)}")
        con.execute(f"DETACH {_SCHEMA}")


def _fill(cut: Cut, con: duckdb.DuckDBPyConnection) -> None:
    with tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as beside:
        empty = Path(beside) / "empty.duckdb"
        empty.write_bytes(_without_rows(";\n".join(schema(cut.contents))))
        con.execute(f"ATTACH OR REPLACE {literal(empty)} AS empty (READ_ONLY)")
        con.execute(f"COPY FROM DATABASE empty TO {_SCHEMA} (SCHEMA); DETACH empty")
    for content in cut.contents:
        con.execute(f"INSERT INTO {name(content.table)} {cut.ordered(content)}")


@lru_cache(maxsize=2)  # of each tier
def _without_rows(statements: str) -> bytes:
    """Give the file of a database with the tables, comments, views and macros of these statements.

    They take DuckDB half a second, 2000 comments most of it, and are the same for every country and every snapshot:
    what they make is copied.
    """
    import duckdb  # noqa: PLC0415  heavy

    with tempfile.TemporaryDirectory(prefix="salamat-") as beside, duckdb.connect() as con:
        file = Path(beside) / "empty.duckdb"
        con.execute(f"ATTACH {literal(file)} AS empty ({_STORAGE}); USE empty; BEGIN; {statements}; COMMIT")
        con.execute("CHECKPOINT empty; USE memory; DETACH empty")
        return file.read_bytes()
