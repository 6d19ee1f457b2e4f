"""A measured number may be a bound: `<0.5` is 0.5 and, in a field of its own, the comparator, never the number alone.

Only where the table has that field, and the source does not give it from another column.
"""

from __future__ import annotations

from pipelines.declarations import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.engine import literal

_COMPARATOR = "^(<=|>=|[<>≤≥]) ?"
_SAME = {"≤": "<=", "≥": ">="}


def comparators(source: Source, table: Table, declared: Declarations) -> dict[str, str]:
    """Give each field that says whether a number is a bound, with the field of that number, whose cells say it."""
    owners = {declared.fields[f].comparator: f for f in source.map}
    return {c: f for c, f in owners.items() if c is not None and c in table.fields and c not in source.map}


def without_comparator(cell: str) -> str:
    """Write the expression that leaves the number of a cell."""
    return f"regexp_replace({cell}, {literal(_COMPARATOR)}, '')"


def comparator_sql(cell: str, value: str) -> str:
    """Write the expression that reads the comparator of a cell whose number was read; NULL where it has none."""
    found = f"regexp_extract({cell}, {literal(_COMPARATOR)}, 1)"
    same = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in _SAME.items())
    return f"CASE WHEN {value} IS NOT NULL THEN CASE {found} {same} WHEN '' THEN NULL ELSE {found} END END"
