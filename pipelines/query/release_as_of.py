"""A release as a reader could have seen it earlier: its tables, views and macros over the versions of that moment."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.derived import superseded
from pipelines.engine import literal, name
from pipelines.errors import QueryError

if TYPE_CHECKING:
    import duckdb

    from pipelines.moment import Moment

_REGISTER = "submission_id IN (SELECT submission_id FROM released.submissions WHERE recorded_at <= {at})"


def release_as_of(con: duckdb.DuckDBPyConnection, database: Path, as_of: Moment) -> str:
    """Make `salamat` of a release's database, as it could be seen then; say which submission was the last.

    The tables come from their histories. Registers have the submissions that were recorded by then; of one that was
    published again later they have what stands. What explains the tables is as it was when the release was cut.
    Raises QueryError where the release does not reach to this moment, or has no histories.
    """
    _reached(database.parent, as_of)
    con.execute(f"ATTACH {literal(database)} AS released (READ_ONLY)")
    con.execute("ATTACH ':memory:' AS salamat")
    con.execute("USE salamat")
    at = f"TIMESTAMP {literal(as_of.at.astimezone(UTC).replace(tzinfo=None).isoformat(' '))}"
    listed = "SELECT table_name, list(column_name) FROM duckdb_columns() c WHERE database_name = 'released'"
    tables = {str(t): columns for t, columns in con.execute(f"{listed} AND {_IS_TABLE} GROUP BY 1").fetchall()}
    if not any(superseded(t) in tables for t in tables):
        raise QueryError("this release has no histories: it was cut by an earlier version of salamat")
    for table, columns in tables.items():
        con.execute(f"CREATE VIEW {name(table)} AS {_then(table, columns, tables.keys(), at)}")
    for statement in _definitions(con):
        con.execute(statement)
    last = "SELECT submission_id, recorded_at FROM submissions ORDER BY recorded_at DESC, submission_id DESC LIMIT 1"
    found = con.execute(last).fetchone()
    told = f"the last publication was {found[0]}, recorded {found[1]} UTC" if found else "nothing was published yet"
    return f"as of {as_of.read_as}: {told}"


_IS_TABLE = "EXISTS (FROM duckdb_tables() t WHERE t.table_oid = c.table_oid AND t.database_name = 'released')"


def _reached(folder: Path, as_of: Moment) -> None:
    """Refuse a moment after the release was cut: what came later is not in it."""
    told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["salamat"]["cut_at"]
    if as_of.at > datetime.fromisoformat(told):
        raise QueryError(f"{as_of.read_as} is after this release was cut, {told}; ask a newer one, or the lake")


def _then(table: str, columns: list[str], tables: Collection[str], at: str) -> str:
    stood = f"SELECT * FROM released.{name(table)}"
    if "superseded_at" in columns:
        return f"{stood} WHERE superseded_at <= {at}"
    if superseded(table) in tables:
        before = f"SELECT * EXCLUDE (superseded_at, superseded_by) FROM released.{name(superseded(table))}"
        return (
            f"{stood} WHERE recorded_at <= {at} UNION ALL {before} WHERE recorded_at <= {at} AND superseded_at > {at}"
        )
    if table == "submissions":
        return f"{stood} WHERE recorded_at <= {at}"
    return f"{stood} WHERE {_REGISTER.format(at=at)}" if "submission_id" in columns else stood


def _definitions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Give the statements of the release's own macros and views, which name tables without saying of which database."""
    macros = con.execute(
        "SELECT function_name, function_type, array_to_string(parameters, ', '), macro_definition"
        " FROM duckdb_functions() WHERE database_name = 'released' AND NOT internal ORDER BY function_oid"
    ).fetchall()
    views = con.execute(
        "SELECT sql FROM duckdb_views() WHERE database_name = 'released' AND NOT internal ORDER BY view_oid"
    ).fetchall()
    made = [f"CREATE MACRO {n}({p}) AS {'TABLE ' if k == 'table_macro' else ''}{d}" for n, k, p, d in macros]
    return [*(str(row[0]) for row in views), *made]
