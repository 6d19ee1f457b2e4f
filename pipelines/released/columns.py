"""Which columns the tables of a release's database have, once it is attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def columns_in(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """Give the columns of each table in their order, each with its DuckDB type, by table; views are left out."""
    tables = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{database}'"
    listed = "SELECT table_name, column_name, data_type FROM duckdb_columns()"
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in con.execute(
        f"{listed} WHERE database_name = '{database}' AND table_name IN ({tables}) ORDER BY table_name, column_index"
    ).fetchall():
        found.setdefault(str(table), {})[str(column)] = str(kind)
    return found
