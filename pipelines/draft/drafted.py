"""The nouns of a draft: what was measured of a column, what it is taken for, how sure that is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.declarations.decoding import Header

Confidence = Literal["certain", "likely", "question"]
COMMON = 3000  # distinct cells of a column that are looked up as words

Progress = Callable[[str], object]
Role = Literal["map", "unpivot", "ignore", "total", "open"]


@dataclass(frozen=True)
class Form:
    """A way in which cells may be read, and how many are read so; `only`: those that no rival reads."""

    read: str
    cells: int
    only: int = 0


@dataclass(frozen=True)
class Column:
    """What was measured of a column. Counts are of rows; `common` are its most frequent cells."""

    name: str
    filled: int
    distinct: int
    common: tuple[tuple[str, int], ...] = ()
    dates: tuple[Form, ...] = ()
    numbers: int = 0
    bounds: int = 0  # numbers behind a comparator, such as <0.5: they are not among `numbers`
    wrap: str | None = None  # the form around the digits, such as %#
    low: float | None = None
    high: float | None = None
    fractions: int = 0
    evidence: dict[str, int] = dataclasses.field(
        default_factory=dict
    )  # decimal and thousands marks that only one reading explains
    nothing: dict[str, int] = dataclasses.field(default_factory=dict)  # cells that say nothing

    @property
    def said(self) -> int:
        """How many cells say something."""
        return self.filled - sum(self.nothing.values())

    def figures(self, *, bounds: bool) -> int:
        """How many cells are numbers, or bounds where these are taken."""
        return self.numbers + (self.bounds if bounds else 0)

    @property
    def unique(self) -> bool:
        """Whether no cell stands twice."""
        return self.filled > 0 and self.distinct == self.filled


@dataclass(frozen=True)
class Line:
    """What a column is taken for. `candidates` are the fields of an open question, the likeliest first."""

    column: str
    role: Role
    confidence: Confidence
    why: str
    field: str | None = None
    read: str | None = None
    zone: str | None = None
    unit: str | None = None
    names: str | None = None  # the day of its period, where it is the last one
    codes: dict[str, str] = dataclasses.field(default_factory=dict)
    meaning: dict[str, Any] = dataclasses.field(default_factory=dict)
    values: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    ask: str = ""  # what is open, where it is neither the field nor a word in the cells


@dataclass(frozen=True)
class Said:
    """A value of the declaration with the reason for it."""

    value: Any
    confidence: Confidence
    why: str


@dataclass(frozen=True)
class Draft:
    """A source as it was measured: each part with its confidence, and the questions that are open."""

    source: str
    title: str
    table: Said
    language: Said
    matching: str
    timezone: str
    decode: dict[str, Said]
    constants: dict[str, Said]
    lines: tuple[Line, ...]
    into: str | None = None
    name_is: Line | None = None
    all_dates: bool = False
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sniffed:
    """How the file is to be decoded, and the names of its columns. `above` are the lines over the names.

    `sheet` is the one of the columns that is not in the file: it has the name of the sheet.
    """

    decode: dict[str, Said]
    columns: tuple[str, ...]
    above: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    sheet: str | None = None

    @property
    def joined_by(self) -> str:
        """The mark between the names of columns that stand in two rows."""
        header = self.decode["header"].value if "header" in self.decode else {}
        return Header().joined_by if header.get("rows", 1) > 1 else ""
