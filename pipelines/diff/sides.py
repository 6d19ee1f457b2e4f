"""Two releases, open side by side: `a` and `b` are their databases on one connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.engine import name, names

if TYPE_CHECKING:
    import duckdb

    from pipelines.released import Manifest

SIDES = ("a", "b")


@dataclass(frozen=True)
class Sides:
    """The connection, what each release says of itself, and the DuckDB type of each column of each table."""

    con: duckdb.DuckDBPyConnection
    manifests: tuple[Manifest, Manifest]
    columns: tuple[Mapping[str, Mapping[str, str]], Mapping[str, Mapping[str, str]]]

    def common(self, table: str) -> tuple[str, ...]:
        """The columns of a table that both have, in the order of `a`."""
        a, b = (columns[table] for columns in self.columns)
        return tuple(column for column in a if column in b)

    def key(self, table: str) -> tuple[str, ...]:
        """The key that both declare for a table; none where there is none, or another. Without rows none is said."""
        keys = {m.tables[table].key for m in self.manifests if table in m.tables}
        return next(iter(keys)) if len(keys) == 1 else ()

    def whole(self, table: str) -> tuple[str, str]:
        """Write the rows of a table on each side, in the columns that both have."""
        chosen = names(self.common(table))
        a, b = (f"(SELECT {chosen} FROM {side}.{name(table)})" for side in SIDES)
        return a, b

    def joined(self, table: str) -> str:
        """Write the full join of a table's rows by its key, whose parts may be NULL, and `is_in` for each side."""
        rows = (f"(SELECT *, true AS is_in FROM {side}.{name(table)}) AS {side}" for side in SIDES)
        on = " AND ".join(f"a.{name(k)} IS NOT DISTINCT FROM b.{name(k)}" for k in self.key(table))
        return f"{' FULL JOIN '.join(rows)} ON {on}"
