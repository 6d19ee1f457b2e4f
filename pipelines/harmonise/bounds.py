"""A measured number may be a bound: `<0.5` is 0.5 and, in a field of its own, the comparator, never the number alone.

Only where the table has that field, and the source does not give it from another column.
"""

from __future__ import annotations

from pipelines.engine import literal

_COMPARATOR = "^(<=|>=|[<>≤≥]) ?"
_SAME = {"≤": "<=", "≥": ">="}


def without_comparator(cell: str) -> str:
    """Write the expression that leaves the number of a cell."""
    return f"regexp_replace({cell}, {literal(_COMPARATOR)}, '')"


def comparator_sql(cell: str, value: str) -> str:
    """Write the expression that reads the comparator of a cell whose number was read; NULL where it has none."""
    found = f"regexp_extract({cell}, {literal(_COMPARATOR)}, 1)"
    same = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in _SAME.items())
    return f"CASE WHEN {value} IS NOT NULL THEN CASE {found} {same} WHEN '' THEN NULL ELSE {found} END END"
