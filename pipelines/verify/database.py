"""salamat.duckdb holds the rows of the Parquet, and the tables, comments, views and macros of schema.sql.

Its bytes may differ from one cut to the next: it is verified by content.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import engine
from pipelines.engine import literal, name
from pipelines.released import DATABASE, SCHEMA, Manifest
from pipelines.released.columns import columns_in
from pipelines.released.fingerprint import fingerprint
from pipelines.settings import Settings
from pipelines.verify.problem import Problem
from pipelines.verify.rows import parquet

if TYPE_CHECKING:
    import duckdb


# What a database has, each thing with its name first; rows are alike where everything about the thing is.
_THINGS = {
    "table": "SELECT table_name, comment FROM duckdb_tables()",
    "column": "SELECT table_name || '.' || column_name, column_index, data_type, is_nullable, column_default, comment"
    " FROM duckdb_columns()",
    "view": "SELECT view_name, sql, comment FROM duckdb_views()",
    "macro": "SELECT function_name, function_type, parameters, macro_definition, comment FROM duckdb_functions()",
    "constraint": "SELECT table_name, constraint_text FROM duckdb_constraints()",
    "index": "SELECT index_name, table_name, sql FROM duckdb_indexes()",
    "sequence": "SELECT sequence_name, sql FROM duckdb_sequences()",
    "type": "SELECT type_name, logical_type FROM duckdb_types()",
    "schema": "SELECT schema_name FROM duckdb_schemas()",
}
_WITHOUT_INTERNAL = {"constraint", "index", "sequence"}  # all of these are somebody's


def of_the_database(
    con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, declared: Path, progress: Callable[[str], None]
) -> Iterator[Problem]:
    """Give what is wrong with salamat.duckdb; `declared` is the database that schema.sql makes."""
    import duckdb  # noqa: PLC0415  heavy

    progress(DATABASE)
    try:
        con.execute(f"ATTACH {literal(folder / DATABASE)} AS released (READ_ONLY)")
        con.execute(f"ATTACH {literal(declared)} AS declared (READ_ONLY)")
        yield from _of_the_schema(con)
        yield from _of_the_tables(con, folder, manifest, progress)
    except duckdb.OutOfMemoryException:  # the machine's fault, not the release's
        raise
    except duckdb.Error as error:
        yield Problem(DATABASE, f"cannot be held against {SCHEMA}: {error}")


def declare(folder: Path, declared: Path, settings: Settings) -> Iterator[Problem]:
    """Make the database `declared` of schema.sql, which may touch nothing else: nobody knows yet who wrote it.

    It is read back from its file, so that DuckDB writes its views as it does those of salamat.duckdb.
    """
    schema = (folder / SCHEMA).read_text(encoding="utf-8", errors="replace")
    made, error = _made_of(schema, settings)
    declared.write_bytes(made)
    if error:
        yield Problem(SCHEMA, f"cannot be run: {error}")


@lru_cache(maxsize=2)  # releases of one version have the same: it takes half a second, 2000 comments most of it
def _made_of(schema: str, settings: Settings) -> tuple[bytes, str]:
    """Give the file of the database that the statements make, and why they cannot be run where they cannot."""
    import duckdb  # noqa: PLC0415  heavy

    error = ""
    with tempfile.TemporaryDirectory(prefix="salamat-") as beside:
        file = Path(beside) / "declared.duckdb"
        with engine.connect(settings, file.parent / "spill", str(file)) as con:
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            try:
                con.execute(f"BEGIN;\n{schema}\nCOMMIT")
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as raised:
                error = str(raised)
        return file.read_bytes(), error


def _of_the_schema(con: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    for thing, listed in _THINGS.items():
        internal = "" if thing in _WITHOUT_INTERNAL else " AND NOT internal"
        there, made = (f"{listed} WHERE database_name = '{which}'{internal}" for which in ("released", "declared"))
        unlike = f"(({there}) EXCEPT ALL ({made})) UNION ALL (({made}) EXCEPT ALL ({there}))"
        for (what,) in con.execute(f"SELECT DISTINCT #1 FROM ({unlike}) ORDER BY 1").fetchall():
            yield Problem(DATABASE, f"the {thing} {what} is not that of {SCHEMA}")


def _of_the_tables(
    con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, progress: Callable[[str], None]
) -> Iterator[Problem]:
    for table, its in columns_in(con, "released").items():
        progress(f"{DATABASE}: {table}")
        declared = manifest.tables.get(table)
        wanted = fingerprint(con, its, parquet(folder, declared)) if declared else (0, 0)
        there = fingerprint(con, its, f"released.{name(table)}")
        if there != wanted:
            yield Problem(DATABASE, f"{table} has {there[0]} rows and the Parquet {wanted[0]}, or not the same ones")
