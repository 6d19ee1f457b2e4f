"""The Parquet of a release: columns, keys and rows are what datapackage.json says, and every row was submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import literal, literals, name, names
from pipelines.released import MANIFEST, Manifest, TableOf
from pipelines.verify.problem import Problem

if TYPE_CHECKING:
    import duckdb


def of_the_rows(
    con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, progress: Callable[[str], None]
) -> Iterator[Problem]:
    """Give what is wrong with the rows of each table."""
    import duckdb  # noqa: PLC0415  heavy

    for table, rows in manifest.rows.items():
        listed = manifest.tables[table].rows if table in manifest.tables else 0
        if rows != listed:
            yield Problem(table, f"has {rows} rows by {MANIFEST}, and its files {listed}")
    submissions = _submissions(folder, manifest)
    for table, declared in manifest.tables.items():
        progress(f"rows of {table}")
        try:
            yield from _of_the_files(con, folder, declared)
            yield from _of_the_keys(con, folder, table, declared)
            yield from _of_the_submissions(con, folder, table, declared, submissions)
        except duckdb.OutOfMemoryException:  # the machine's fault, not the release's
            raise
        except duckdb.Error as error:
            yield Problem(table, f"cannot be read: {error}")


def parquet(folder: Path, declared: TableOf) -> str:
    """Write the relation of all files of a table."""
    return f"read_parquet([{literals(folder / path for path in declared.files)}], hive_partitioning = false)"


def _of_the_files(con: duckdb.DuckDBPyConnection, folder: Path, declared: TableOf) -> Iterator[Problem]:
    for path, rows in declared.files.items():
        file = literal(folder / path)
        found = con.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet({file}))").fetchall()
        if found != list(declared.columns.items()):
            unlike = sorted({str(column) for column, _ in {*found} ^ {*declared.columns.items()}})
            yield Problem(path, f"its columns are not those of {MANIFEST}: {', '.join(unlike) or 'their order'}")
        counted = con.execute(f"SELECT count(*) FROM read_parquet({file})").fetchall()[0][0]
        if counted != rows:
            yield Problem(path, f"has {counted} rows, and by {MANIFEST} {rows}")


def _of_the_keys(con: duckdb.DuckDBPyConnection, folder: Path, table: str, declared: TableOf) -> Iterator[Problem]:
    if not declared.key:
        return
    doubled = f"SELECT 1 FROM {parquet(folder, declared)} GROUP BY {names(declared.key)} HAVING count(*) > 1"
    if found := con.execute(f"SELECT count(*) FROM ({doubled})").fetchall()[0][0]:
        yield Problem(table, f"{found} keys stand more than once; the key is {', '.join(declared.key)}")


def _submissions(folder: Path, manifest: Manifest) -> str:
    declared = manifest.tables.get("submissions")
    return parquet(folder, declared) if declared else "(SELECT NULL AS submission_id WHERE false)"


def _of_the_submissions(
    con: duckdb.DuckDBPyConnection, folder: Path, table: str, declared: TableOf, submissions: str
) -> Iterator[Problem]:
    for column in (c for c in ("submission_id", "superseded_by") if c in declared.columns):
        leads = f"r.{name(column)} = s.submission_id"
        orphans = f"SELECT count(*) FROM {parquet(folder, declared)} AS r ANTI JOIN {submissions} AS s ON {leads}"
        if found := con.execute(orphans).fetchall()[0][0]:
            yield Problem(table, f"{found} rows have a {column} that is not in submissions")
