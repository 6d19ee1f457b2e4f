"""A wide sheet: facts that agree in every mapped field share a row, each in the column that means the rest of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.declarations.source import Unpivot
from pipelines.simulate.alike import alike
from pipelines.simulate.pen import Pen
from pipelines.simulate.withheld import is_told, with_marks

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Wide:
    """`first` is a fact of each row; then the cells by column, which of them say something, each fact's place."""

    first: np.ndarray
    texts: dict[str, pa.Array]
    values: dict[str, pa.Array]
    reported: np.ndarray
    row_of: np.ndarray
    column_of: np.ndarray

    @classmethod
    def of(cls, facts: pa.Table, pen: Pen) -> Wide:
        """Give every fact its row and its column. The rows follow the order of their first facts."""
        import pyarrow as pa  # noqa: PLC0415  heavy

        table = pen.declared.tables[pen.source.table]
        row, first = _rows(facts, [f for f in pen.source.map if f in facts.column_names])
        figures, told = facts[table.fact], is_told(facts, table)
        said, known = with_marks(pen.column(table.fact, figures), facts, pen), figures.combine_chunks()
        headers = list(_headers(facts, pen))
        column = np.full(facts.num_rows, "", object)
        texts, values, reported = {}, {}, np.zeros((len(first), len(headers)), bool)
        for i, (header, mine) in enumerate(headers):
            where = np.full(len(first), -1)
            where[row[mine]] = mine
            there = pa.array(where, mask=where < 0)
            texts[header] = said.take(there).fill_null("")
            values[header] = known.take(there)
            reported[:, i] = told.take(there).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
            column[mine] = header
        return cls(first, texts, values, reported, row, column)


def _rows(facts: pa.Table, fields: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Give the row of each fact, and a fact of each row."""
    _, first, row = np.unique(alike(facts, fields), return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[row], np.sort(first)


def _headers(facts: pa.Table, pen: Pen) -> Iterator[tuple[str, np.ndarray]]:
    """Give each column with the facts that stand in it: it is the value itself, or means their codes."""
    unpivot = pen.source.unpivot
    if unpivot is None:
        return
    if unpivot.name_is:
        named = unpivot.name_is
        coded = facts[named.field].combine_chunks().dictionary_encode()
        index = coded.indices.to_numpy()
        for i, value in enumerate(coded.dictionary.to_pylist()):
            yield pen.text(named.field, value, named.read), np.flatnonzero(index == i)
        return
    yield from _meant(facts, pen, unpivot)


def _meant(facts: pa.Table, pen: Pen, unpivot: Unpivot) -> Iterator[tuple[str, np.ndarray]]:
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    days = facts[pen.declared.tables[pen.source.table].time].to_numpy()
    free = np.ones(facts.num_rows, bool)
    for column, meanings in (unpivot.columns if isinstance(unpivot.columns, dict) else {}).items():
        chosen = np.zeros(facts.num_rows, bool)
        for meaning in meanings:
            holds = free.copy()
            for field, value in meaning.values().items():
                same = pc.equal(facts[field], pa.scalar(str(value)).cast(facts.schema.field(field).type))
                holds &= pc.fill_null(same, pa.scalar(value=False)).to_numpy()
            holds &= days >= np.datetime64(meaning.from_ or "0001-01-01")
            holds &= days <= np.datetime64(meaning.until or "9999-12-31")
            chosen |= holds
        free &= ~chosen
        yield column, np.flatnonzero(chosen)
