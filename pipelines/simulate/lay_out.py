"""Facts become the sheet that the sender would send: its columns, its words, its forms; nothing of ours is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from pipelines.declarations import Declarations
from pipelines.declarations.source import SetAside, Source, declared_columns
from pipelines.declarations.units import conversion
from pipelines.errors import SalamatError
from pipelines.simulate.spoken import spoken
from pipelines.simulate.window import Fact, Value
from pipelines.simulate.written import in_unit, written_date, written_number

if TYPE_CHECKING:
    import numpy as np


class Cell(NamedTuple):
    """What stands in a cell, and the date or number behind it, for formats that keep those."""

    text: str
    value: Value = None


@dataclass(frozen=True)
class Row:
    """A row of the sheet. `reported` are the columns in which its facts stand, `absent` how many facts say nothing.

    `aside` is the reason for which none of its facts goes on. A `short` row has its first cells only.
    """

    cells: Mapping[str, Cell]
    reported: tuple[str, ...] = ()
    absent: int = 0
    aside: str | None = None
    short: bool = False


@dataclass(frozen=True)
class Sheet:
    """The columns in their order, and the rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def lay_out(source: Source, declared: Declarations, facts: list[Fact], rng: np.random.Generator) -> Sheet:
    """Lay the facts out as the source's declaration reads them, with the rows of totals that it sets aside."""
    pen = Pen(source, declared, rng)
    rows = list(_rows(facts, pen))
    for aside in source.total_of_parts:
        rows += _rows(_totals(facts, source, declared), pen, aside)
    time = declared.tables[source.table].time
    first = source.map[time].from_ if time in source.map else None
    if first:
        rows.sort(key=lambda row: str(row.cells[first].value))
    headers = [pen.header(f) for f in facts] if source.unpivot and source.unpivot.columns == "dates" else []
    mapped = [m.from_ for m in source.map.values()]
    return Sheet(tuple(dict.fromkeys([*mapped, *headers, *declared_columns(source)])), tuple(rows))


@dataclass(frozen=True)
class Pen:
    """Writes values as the sender of a source does. Where a code has several words, chance chooses."""

    source: Source
    declared: Declarations
    rng: np.random.Generator

    @cached_property
    def words(self) -> dict[str, Mapping[str, tuple[str, ...]]]:
        """The words for the codes and places of each field that stands in a column."""
        named = [self.source.unpivot.name_is.field] if self.source.unpivot and self.source.unpivot.name_is else []
        fields = [f for f in (*self.source.map, *named) if self.declared.fields[f].type in {"code", "place"}]
        return {f: spoken(self.source, self.declared, f) for f in fields}

    def cell(self, field: str, value: Value) -> Cell:
        """Write a value of a mapped field, or of the field that a wide file's cells fill."""
        mapping = self.source.map.get(field)
        if value is None:
            return Cell(self._nothing(mapping.nothing if mapping else ()))
        unpivot = self.source.unpivot
        read = mapping.read if mapping else unpivot.read if unpivot else None
        said = self._in_unit(field, value, mapping.unit) if mapping and mapping.unit else value
        return Cell(self.text(field, said, read, mapping.zone if mapping else None), value)

    def text(self, field: str, value: Value, read: str | None, zone: str | None = None) -> str:
        """Write a value in a form."""
        kind, decode = self.declared.fields[field].type, self.source.decode
        if isinstance(value, date):
            return written_date(value, read or "yyyy-MM-dd", zone, self.declared.languages[self.source.language[0]])
        if kind in {"code", "place"}:
            return self._word(field, str(value))
        return written_number(value, decode, read) if isinstance(value, int | float) else str(value)

    def header(self, fact: Fact) -> str:
        """Give the name of the column in which a fact stands: the value itself, or the column that means its codes."""
        unpivot = self.source.unpivot
        if unpivot is None:
            return ""
        if unpivot.name_is:
            field = unpivot.name_is.field
            return self.text(field, fact[field], unpivot.name_is.read)
        time = fact[self.declared.tables[self.source.table].time]
        columns = unpivot.columns if isinstance(unpivot.columns, dict) else {}
        return next(
            column
            for column, meanings in columns.items()
            for m in meanings
            if all(fact[f] == v for f, v in m.values().items())
            and str(m.from_ or "") <= str(time) <= str(m.until or "9999-12-31")
        )

    def _in_unit(self, field: str, value: Value, unit: str) -> Value:
        how = conversion(field, unit, self.declared.fields[field], self.declared)
        return in_unit(value, how) if how and isinstance(value, int | float) else value

    def _word(self, field: str, value: str) -> str:
        said = self.words[field].get(value)
        if not said:
            spoken_in = ", ".join(self.source.language)
            told = f"{self.source.source}: no word of {spoken_in} says {value} in {field}"
            raise SalamatError(f"{told}; name it in schemas/codes, or in the codes of the source")
        return said[int(self.rng.integers(0, len(said)))]

    def _nothing(self, own: tuple[str, ...]) -> str:
        tokens = ("", *self.source.decode.nothing, *own)
        return tokens[int(self.rng.integers(0, len(tokens)))]


def _rows(facts: list[Fact], pen: Pen, aside: SetAside | None = None) -> Iterator[Row]:
    source, table = pen.source, pen.declared.tables[pen.source.table]
    kinds = {a.column: Cell((a.others or ("",))[0]) for a in (*source.out_of_scope, *source.total_of_parts)}
    if aside:
        kinds[aside.column] = Cell(aside.values[0])
    because = "total-of-parts" if aside else None
    for together in _together(facts, source):
        own = {m.from_: pen.cell(f, together[0][f]) for f, m in source.map.items()}
        if source.unpivot is None:
            absent = int(table.fact != "row" and together[0][table.fact] is None)
            yield Row({**own, **kinds}, () if absent else ("",), absent, because)
            continue
        cells = {pen.header(f): pen.cell(table.fact, f[table.fact]) for f in together}
        reported = tuple(pen.header(f) for f in together if f[table.fact] is not None)
        short = source.decode.short_row is not None and not reported
        absent = _width(source, cells) - len(reported)
        yield Row({**kinds, **cells, **own}, reported, absent, because, short)


def _together(facts: list[Fact], source: Source) -> Iterator[list[Fact]]:
    """Give the facts of each row: in a wide file those that agree in every mapped field, else each alone."""
    if source.unpivot is None:
        yield from ([fact] for fact in facts)
        return

    def row(fact: Fact) -> tuple[str, ...]:
        return tuple(str(fact[f]) for f in source.map)

    yield from (list(several) for _, several in groupby(sorted(facts, key=row), key=row))


def _width(source: Source, cells: Mapping[str, Cell]) -> int:
    """Say how many facts a row of a wide file has: one per declared column, whether it says something or not."""
    unpivot = source.unpivot
    return len(unpivot.columns) if unpivot and unpivot.columns != "dates" else len(cells)


def _totals(facts: list[Fact], source: Source, declared: Declarations) -> list[Fact]:
    """Add the facts of all places up, for the rows in which a sender tells the whole."""
    fact = declared.tables[source.table].fact
    found: dict[tuple[str, ...], Fact] = {}
    for one in facts:
        whole = {**one, "region": source.country, "geo_level": "country"}
        key = tuple(str(v) for f, v in whole.items() if f != fact)
        before = found.get(key, {fact: None})[fact]
        found[key] = {**whole, fact: _sum(before, one[fact])}
    return list(found.values())


def _sum(before: Value, more: Value) -> Value:
    known = [v for v in (before, more) if isinstance(v, int | float)]
    return sum(known) if known else None
