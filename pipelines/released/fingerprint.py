"""Whether two relations hold the same rows, in whatever order, at the cost of reading each once."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from pipelines.engine import names

if TYPE_CHECKING:
    import duckdb


def fingerprint(con: duckdb.DuckDBPyConnection, columns: Collection[str], origin: str) -> tuple[int, int]:
    """Count the rows and add up their hashes: the same rows in any order give the same."""
    query = f"SELECT count(*), coalesce(sum(hash({names(columns)})), 0) FROM {origin}"
    rows, hashes = con.execute(query).fetchone() or (0, 0)
    return int(rows), int(hashes)
