"""Daily levels that become spells: what the verb names must be there to be put together."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.model import Table
from pipelines.declarations.source import Source


def wrong_spells(source: Source, table: Table, given: set[str]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Say what a source's `spells` lacks: a level and series that have values, and a day to put them in order."""
    if source.spells is None:
        return
    for field in (source.spells.of, *source.spells.per, table.time):
        if field not in given:
            yield f"'{field}' gets no value, and the spells are told apart by it", ("spells",)
    if table.fact != "row":
        yield f"a fact of the table {table.table} is a figure and no spell", ("spells",)
    if table.time in source.spells.per:
        yield f"'{table.time}' is the day on which a level holds: it tells no series apart", ("spells", "per")
