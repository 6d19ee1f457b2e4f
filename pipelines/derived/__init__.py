"""derived: the views and macros that go with a shared table, in a release and on the lake: what was said when.

Each needs `<table>_superseded` to be there: every version of each row that stands no more, with `recorded_at`,
`superseded_at` and `superseded_by`; `comparable` needs the register of definition breaks. They work in DuckDB 1.4 to
2.0, without extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipelines.derived.comparable import comparable
from pipelines.derived.definition import Definition
from pipelines.derived.figures import FIGURES
from pipelines.derived.revisions import reporting_triangle, revisions
from pipelines.derived.versions import INSTANT_AFTER, as_of, history

if TYPE_CHECKING:
    from pipelines.declarations.model import Table

__all__ = ["FIGURES", "INSTANT_AFTER", "SUFFIXES", "Definition", "derived", "superseded"]

SUFFIXES = ("superseded", "history", "as_of", "revisions", "reporting_triangle", "comparable")


def derived(table: Table, columns: Sequence[str], current: str) -> Iterator[Definition]:
    """Give what goes with a table and the table of what stands no more, in an order in which they can be made.

    `columns` are those that the reader gets of it; `current` is a relation of what stands, with its `recorded_at`.
    """
    yield history(table, columns, current)
    yield as_of(table, columns)
    yield revisions(table, columns)
    yield reporting_triangle(table, columns)
    yield comparable(table, columns, current)


def superseded(table: str) -> str:
    """Name the table of the versions of rows that stand no more."""
    return f"{table}_superseded"
