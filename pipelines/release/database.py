"""salamat.duckdb: a release as real tables, with comments, views and macros, in one file that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import literal, name
from pipelines.release.views import definitions

if TYPE_CHECKING:
    import duckdb

    from pipelines.release.contents import Content
    from pipelines.release.cut import Cut

DATABASE = "salamat.duckdb"
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
    for content in cut.contents:
        con.execute(f"CREATE TABLE {name(content.table)} AS {cut.ordered(content)}")
    con.execute("BEGIN")
    for content in cut.contents:
        _comment(con, content)
    _define(con, cut)
    con.execute("COMMIT")


def _comment(con: duckdb.DuckDBPyConnection, content: Content) -> None:
    con.execute(f"COMMENT ON TABLE {name(content.table)} IS {literal(content.comment)}")
    for column in content.columns:
        con.execute(f"COMMENT ON COLUMN {name(content.table)}.{name(column.name)} IS {literal(column.comment)}")


def _define(con: duckdb.DuckDBPyConnection, cut: Cut) -> None:
    for made in definitions(cut.contents):
        con.execute(made.sql())
        con.execute(f"COMMENT ON {made.kind} {name(made.name)} IS {literal(made.comment)}")
        for column, comment in made.columns:
            con.execute(f"COMMENT ON COLUMN {name(made.name)}.{name(column)} IS {literal(comment)}")
