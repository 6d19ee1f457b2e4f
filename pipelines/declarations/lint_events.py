"""Events that become figures: what the verb names must be what the table counts, and other verbs are for figures."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.model import Table
from pipelines.declarations.source import Source

_FOR_FIGURES = ("unpivot", "keep_last_per", "stale_after", "spells")


def wrong_count(source: Source, table: Table) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Say in what a source's `count` contradicts its table, or the verbs beside it."""
    if source.count is None:
        return
    if source.count.into != table.fact:
        yield f"events are counted into the figure of the table, which is {table.fact}", ("count", "into")
    if table.time not in source.map:
        yield f"events are counted by '{table.time}', which is not mapped", ("count",)
    for verb in _FOR_FIGURES:
        if getattr(source, verb):
            yield f"'{verb}' is for figures, and the rows are events", (verb,)
