"""The rows of a table that differ between two releases, with what each of them says."""

from __future__ import annotations

from pipelines.diff.sides import Sides
from pipelines.engine import literal, name, names
from pipelines.errors import QueryError


def rows_of(sides: Sides, table: str) -> str:
    """Give the SQL of the rows that differ: `difference` is `only in A`, `only in B` or `changed`.

    By key there are, for each other column, `<column>_a` and `<column>_b`, and `fields_changed`; without a key the
    rows themselves. Raises QueryError where the table is not in both.
    """
    if not all(table in columns for columns in sides.columns):
        there = ", ".join(sorted(sides.columns[0].keys() & sides.columns[1].keys()))
        raise QueryError(f"the table {table} is not in both releases; those in both are: {there}")
    return _by_key(sides, table) if sides.key(table) else _by_row(sides, table)


def _by_key(sides: Sides, table: str) -> str:
    key = sides.key(table)
    fields = [c for c in sides.common(table) if c not in key]
    unlike = [f"CASE WHEN a.{name(f)} IS DISTINCT FROM b.{name(f)} THEN {literal(f)} END" for f in fields]
    keys = ", ".join(f"coalesce(a.{name(k)}, b.{name(k)}) AS {name(k)}" for k in key)
    values = "".join(f", a.{name(f)} AS {name(f'{f}_a')}, b.{name(f)} AS {name(f'{f}_b')}" for f in fields)
    changed = f"concat_ws(', ', {', '.join(unlike)})" if unlike else "''"
    return f"""SELECT {keys}, CASE WHEN b.is_in IS NULL THEN 'only in A' WHEN a.is_in IS NULL THEN 'only in B'
    ELSE 'changed' END AS difference, CASE WHEN a.is_in AND b.is_in THEN {changed} END AS fields_changed{values}
FROM {sides.joined(table)}
WHERE a.is_in IS NULL OR b.is_in IS NULL OR {changed} <> ''
ORDER BY {names(key)}"""


def _by_row(sides: Sides, table: str) -> str:
    a, b = sides.whole(table)
    return f"""SELECT 'only in A' AS difference, * FROM ({a} EXCEPT ALL {b})
UNION ALL SELECT 'only in B', * FROM ({b} EXCEPT ALL {a}) ORDER BY ALL"""
