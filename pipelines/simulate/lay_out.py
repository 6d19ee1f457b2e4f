"""Facts become the sheet that the sender would send: its columns, its words, its forms; nothing of ours is left.

It is laid out by columns. A `Page` is as good as a `Sheet` of rows, and becomes one for the formats that are written
cell by cell, and for whoever spoils single cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipelines.declarations import Declarations
from pipelines.declarations.comparators import comparators
from pipelines.declarations.missing import REASON
from pipelines.declarations.source import SetAside, Source, declared_columns
from pipelines.simulate.events import Events
from pipelines.simulate.pen import Pen
from pipelines.simulate.wide import Wide
from pipelines.simulate.window import Value
from pipelines.simulate.withheld import is_told, with_marks

if TYPE_CHECKING:
    import pyarrow as pa


class Cell(NamedTuple):
    """What stands in a cell, and the date or number behind it, for formats that keep those."""

    text: str
    value: Value = None


@dataclass(frozen=True)
class Row:
    """A row of the sheet. `reported` are the columns in which its facts stand, `absent` how many facts say nothing.

    `aside` is the reason for which none of its facts goes on. A `short` row has its first cells only. The event of a
    `counted` row stands in the figure of an earlier one.
    """

    cells: Mapping[str, Cell]
    reported: tuple[str, ...] = ()
    absent: int = 0
    aside: str | None = None
    short: bool = False
    counted: bool = False


@dataclass(frozen=True)
class Sheet:
    """The columns in their order, and the rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """A sheet by columns: the texts of each, and the values behind them where a cell has one.

    `facts` are the columns whose cells are facts of their own; the empty name stands for the whole row. `reported`
    says of each row which of these say something; `absent` counts those of them that do not. Each fact that was laid
    out stands in the row `row_of` and the column `column_of`.
    """

    columns: tuple[str, ...]
    texts: Mapping[str, pa.Array]
    values: Mapping[str, pa.Array]
    facts: tuple[str, ...]
    reported: np.ndarray
    absent: np.ndarray
    row_of: np.ndarray
    column_of: np.ndarray
    aside: str | None = None
    short: np.ndarray | None = None
    counted: np.ndarray | None = None

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.reported)

    def placed(self, facts: pa.Table, places: Sequence[int]) -> pa.Table:
        """Give the facts that were laid out with their places, of which each row of the sheet has one in the file."""
        import pyarrow as pa  # noqa: PLC0415  heavy

        placed = facts.append_column("source_row", pa.array(np.array(places, np.int64)[self.row_of]))
        return placed.append_column("source_column", pa.array(self.column_of, pa.string()))

    def taken(self, order: np.ndarray) -> Page:
        """Give the rows in this order."""
        texts = {c: t.take(order) for c, t in self.texts.items()}
        values = {c: v.take(order) for c, v in self.values.items()}
        short, counted = (None if of is None else of[order] for of in (self.short, self.counted))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        moved = replace(self, texts=texts, values=values, reported=self.reported[order], absent=self.absent[order])
        return replace(moved, short=short, counted=counted, row_of=place[self.row_of])


def lay_out(facts: pa.Table, pen: Pen) -> list[Page]:
    """Lay the facts out as the source's declaration reads them, then the rows of totals that it sets aside."""
    source, declared = pen.source, pen.declared
    pages = [_page(facts, pen)]
    pages += [_page(_totals(facts, source, declared), pen, aside) for aside in source.total_of_parts]
    ordered = [page.taken(np.argsort(_first(page, source, declared), kind="stable")) for page in pages]
    columns = dict.fromkeys(c for page in ordered for c in page.columns)
    return [replace(page, columns=tuple(columns)) for page in ordered]


def as_sheet(pages: list[Page]) -> Sheet:
    """Give the same row by row, the rows of all pages one after another."""
    return Sheet(pages[0].columns, tuple(row for page in pages for row in _rows(page)))


def _page(facts: pa.Table, pen: Pen, aside: SetAside | None = None) -> Page:
    source, table = pen.source, pen.declared.tables[pen.source.table]
    wide = Wide.of(facts, pen) if source.unpivot else None
    events = Events.of(facts, source, source.count) if source.count else None
    apart = wide or events
    first = facts.take(apart.first) if apart else facts
    values = {m.from_: first[f].combine_chunks() for f, m in source.map.items() if f in first.column_names}
    texts = {m.from_: pen.column(f, first[f]) for f, m in source.map.items() if f in first.column_names}
    if table.fact in source.map:
        column = source.map[table.fact].from_
        texts[column] = with_marks(texts[column], first, pen)
    _say_bounds(first, texts, values, pen)
    _say_status(first, texts, values, pen)
    kinds = {a.column: (a.others or ("",))[0] for a in (*source.out_of_scope, *source.total_of_parts)}
    said = {c: v for c, v in kinds.items() if c not in texts} | ({aside.column: aside.values[0]} if aside else {})
    values = {c: v for c, v in values.items() if c not in said}
    because, mapped = "total-of-parts" if aside else None, [m.from_ for m in source.map.values()]
    if source.count and events:
        columns = tuple(dict.fromkeys([*mapped, *declared_columns(source)]))
        texts[source.count.each] = events.names
        here = np.ones((len(first), 1), bool), np.zeros(len(first), np.int64)
        place = events.row_of, np.full(len(facts), "", object)
        return Page(columns, texts, values, ("",), *here, *place, because, counted=events.counted)
    if wide is None:
        silent = ~is_told(facts, table).to_numpy(zero_copy_only=False)
        columns = tuple(dict.fromkeys([*mapped, *declared_columns(source)]))
        texts |= {c: _same(v, len(first)) for c, v in said.items()}
        place = np.arange(len(first)), np.full(len(first), "", object)
        return Page(columns, texts, values, ("",), ~silent[:, None], silent.astype(np.int64), *place, because)
    texts |= wide.texts | {c: _same(v, len(first)) for c, v in said.items()}
    columns = tuple(dict.fromkeys([*mapped, *wide.texts, *declared_columns(source)]))
    every = len(wide_columns(source)) or wide.reported.shape[1]
    short = np.asarray(~wide.reported.any(axis=1)) if source.decode.short_row else None
    absent = every - wide.reported.sum(axis=1)
    cells = {**wide.values, **values}
    place = wide.row_of, wide.column_of
    return Page(columns, texts, cells, tuple(wide.texts), wide.reported, absent, *place, because, short)


def _say_bounds(facts: pa.Table, texts: dict[str, pa.Array], values: dict[str, pa.Array], pen: Pen) -> None:
    """Put its comparator before each number that is a bound: `<0.5` is a text, with no number behind it."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    table = pen.declared.tables[pen.source.table]
    for bound, field in comparators(pen.source, table, pen.declared).items():
        column, said = pen.source.map[field].from_, facts[bound].combine_chunks()
        texts[column] = pc.binary_join_element_wise(pc.fill_null(said, ""), texts[column], "")
        values[column] = pc.if_else(pc.is_null(said), values[column], pa.scalar(None, values[column].type))


def _say_status(facts: pa.Table, texts: dict[str, pa.Array], values: dict[str, pa.Array], pen: Pen) -> None:
    """Say of each row that it is to stand, where the source has a column for it and the facts do not say so."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    for field, deleted in pen.declared.tables[pen.source.table].deleted_by.items():
        if field in pen.source.map and field not in facts.column_names:
            codes = pen.declared.codes[pen.declared.fields[field].codes or ""].codes
            stands = next(c.code for c in codes if c.code != deleted)
            said = pa.repeat(pa.scalar(stands), len(facts))
            column = pen.source.map[field].from_
            texts[column], values[column] = pen.column(field, pa.chunked_array([said])), said


def wide_columns(source: Source) -> tuple[str, ...]:
    """Give the columns of a wide file that are declared one by one."""
    return tuple(source.unpivot.columns) if source.unpivot and source.unpivot.columns != "dates" else ()


def _first(page: Page, source: Source, declared: Declarations) -> np.ndarray:
    """Give what the rows are in the order of: the time of the table, where it stands in a column."""
    time = declared.tables[source.table].time
    column = source.map[time].from_ if time in source.map else None
    known = page.values.get(column or "")
    return np.zeros(page.rows) if known is None else known.to_numpy(zero_copy_only=False)


def _totals(facts: pa.Table, source: Source, declared: Declarations) -> pa.Table:
    """Add the facts of all places up, for the rows in which a sender tells the whole."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    fact, names = declared.tables[source.table].fact, facts.column_names
    whole = {"region": source.country, "geo_level": "country"}
    keys = [f for f in names if f not in {fact, REASON, *whole}]
    summed = facts.group_by(keys, use_threads=False).aggregate([(fact, "sum")])
    columns = {f: summed[f] for f in keys} | {fact: summed[f"{fact}_sum"]}
    whole_and_told = {**whole, REASON: None}
    columns |= {f: pa.repeat(pa.scalar(v, pa.string()), len(summed)) for f, v in whole_and_told.items() if f in names}
    return pa.table({f: columns[f] for f in names})


def _same(text: str, times: int) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  heavy

    return pa.repeat(pa.scalar(text, pa.string()), times)


def _rows(page: Page) -> Iterator[Row]:
    texts = {c: t.to_pylist() for c, t in page.texts.items()}
    values = {c: v.to_pylist() for c, v in page.values.items()}
    facts = np.array(page.facts, object)
    for i in range(page.rows):
        cells = {c: Cell(t[i], values[c][i] if c in values else None) for c, t in texts.items()}
        short, counted = (of is not None and bool(of[i]) for of in (page.short, page.counted))
        yield Row(cells, tuple(facts[page.reported[i]]), int(page.absent[i]), page.aside, short, counted)
