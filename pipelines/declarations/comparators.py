"""Which fields say of a measured number whether it is a bound, where its own cells say so: `<0.5`."""

from __future__ import annotations

from pipelines.declarations.load import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source


def comparators(source: Source, table: Table, declared: Declarations) -> dict[str, str]:
    """Give each such field with the field of its number. One that a column of its own gives is none of them."""
    owners = {declared.fields[f].comparator: f for f in source.map}
    return {c: f for c, f in owners.items() if c is not None and c in table.fields and c not in source.map}
