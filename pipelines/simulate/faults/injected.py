"""A fault that was put into a file: which one, where, and which rule must say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.declarations.decoding import Decode
from pipelines.simulate.asked import Asked
from pipelines.simulate.lay_out import Sheet

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Injected:
    """A fault in a delivery. `rules`: any one of them finds it; the first is the one that is meant.

    `row` counts as a spreadsheet does, and is None where the whole file or several rows are spoiled: those are `also`.
    """

    fault: str
    rules: tuple[str, ...]
    consequence: str
    row: int | None = None
    column: str | None = None
    field: str | None = None
    truth: str = ""
    written: str = ""
    also: tuple[int, ...] = ()


@dataclass(frozen=True)
class Faulty:
    """A file with its faults; those of one file stand in different rows."""

    name: str
    source: str
    path: Path
    faults: tuple[Injected, ...]


@dataclass(frozen=True)
class FileFault:
    """A fault of a whole file: what it does to the lines of text (column names first) or, at last, to the bytes."""

    fault: str
    rules: tuple[str, ...]
    text: Callable[[list[str], Decode], list[str] | None] = lambda lines, _: lines
    bytes_: Callable[[bytes, Decode], bytes | None] = lambda content, _: content


@dataclass(frozen=True)
class Clean:
    """A sheet that is in order, before it is spoiled, and the fact that stands in each place of it.

    `places` are the numbers by which the path will count its rows. `facts` are those of the rows in our fields, with
    `source_row` and `source_column` as the path will say.
    """

    asked: Asked
    sheet: Sheet
    facts: pa.Table
    places: tuple[int, ...]


@dataclass(frozen=True)
class Change:
    """Other texts for some cells of a row (counted from 0), and what must find them. `again` adds it as a new row.

    `more` are other rows that say something else for the same fault, `gone` those that are left out.
    """

    fault: str
    rules: tuple[str, ...]
    row: int
    cells: Mapping[str, str]
    column: str | None = None
    field: str | None = None
    again: bool = False
    more: Mapping[int, Mapping[str, str]] = default(default_factory=dict)
    gone: frozenset[int] = frozenset()

    @property
    def is_of_one_row(self) -> bool:
        """Whether one row has it, and the others are as they should be."""
        return not (self.more or self.gone)
