"""Columns that name other rows of the same file: each of their cells is a cell of the column that tells rows apart."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.declarations.model import Table
from pipelines.draft.drafted import COMMON, Column
from pipelines.draft.match import Fit, assigned


def with_references(every: dict[str, list[Fit]], columns: Iterable[Column], table: Table) -> dict[str, list[Fit]]:
    """Give the fits, with one more for the column that can only refer to rows, where a field is made for that."""
    best = assigned(every)
    key = next((c for c in columns if c.name in best and best[c.name].field == table.key[0]), None)
    fields = [f for f in table.fields if f.endswith(f"_{table.key[0]}")]
    if key is None or len(fields) != 1 or any(f.field == fields[0] and f.exact for f in best.values()):
        return every
    free = (c for c in columns if c is not key and (c.name not in best or not best[c.name].worded))
    found = [c.name for c in free if _refers(c, key)]
    return every if len(found) != 1 else {**every, found[0]: [Fit(found[0], fields[0], 0.0, 1.0)]}


def _refers(column: Column, key: Column) -> bool:
    if not column.said or max(column.distinct, key.distinct) > COMMON:
        return False
    return {cell for cell, _ in column.common} <= {cell for cell, _ in key.common}
