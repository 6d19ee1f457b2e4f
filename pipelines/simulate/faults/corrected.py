"""Known errors of a sender, declared to be mended: made as is expected, not made any more, made in another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from pipelines.simulate.faults.injected import Clean
from pipelines.simulate.faults.said import cells_of, writable
from pipelines.simulate.lay_out import Cell, Sheet

Corrected = tuple[str, str, Sheet | None, int, Mapping[str, Any]]  # fault, rule, sheet, its row, what is declared
_ROW = "row"  # a column of it tells all its facts


class _Known(NamedTuple):
    """A number that stands in the sheet: in which row, of which field, of which fact; and another one in its place."""

    row: int
    field: str
    where: Mapping[str, str | int | float]
    true: int
    wrong: int
    spoiled: Sheet


def corrections(clean: Clean) -> Iterator[Corrected]:
    """Give, for one number of the sheet, what is sent and what is declared of it; nothing where there is no number.

    What is published is the truth each time: of the third value, which a person must look at, nothing is.
    """
    known = next(_numbers(clean), None)
    if known is None:
        return
    mended, third = _declared(known, known.wrong, known.true), known.wrong + 1
    yield "known-error", "correction-applied", known.spoiled, known.row, mended
    yield "known-error-mended-by-its-sender", "correction-no-longer-needed", None, known.row, mended
    other = _declared(known, third, known.wrong)
    yield "another-value-than-the-known-error", "correction-finds-another-value", None, known.row, other


def with_cells(sheet: Sheet, row: int, cells: Mapping[str, Cell]) -> Sheet:
    """Give the sheet with other cells in a row, counted from 0."""
    changed = replace(sheet.rows[row], cells={**sheet.rows[row].cells, **cells})
    return replace(sheet, rows=(*sheet.rows[:row], changed, *sheet.rows[row + 1 :]))


def _declared(known: _Known, expect: int, value: int) -> Mapping[str, Any]:
    return {
        "field": known.field,
        "where": dict(known.where),
        "expect": expect,
        "value": value,
        "because": "mistyped",
    }


def _numbers(clean: Clean) -> Iterator[_Known]:
    """Give the whole numbers that another one could stand for, and that say one fact alone."""
    source, table = clean.asked.source, clean.asked.declared.tables[clean.asked.source.table]
    if source.count:
        return  # its numbers are counted, and stand in no cell
    columns = {f: column for f, column in writable(clean).items() if f not in table.key}
    columns = {f: column for f, column in columns.items() if clean.asked.declared.fields[f].type == "integer"}
    facts = clean.facts.to_pylist()
    told = Counter((fact["source_row"], at) for fact in facts for at in {fact["source_column"], _ROW})
    for fact in facts:
        where = _where(fact, clean)
        for field, column in columns.items() if where else ():
            alone = told[fact["source_row"], _ROW if column else fact["source_column"]] == 1
            if alone and fact.get(field) is not None and (known := _known(fact, field, where, clean)):
                yield known


def _known(fact: Mapping[str, Any], field: str, where: Mapping[str, Any], clean: Clean) -> _Known | None:
    true, row = int(fact[field]), clean.places.index(int(fact["source_row"]))
    wrong = true + 1
    cells = cells_of({**fact, field: wrong}, [field], clean)
    if cells is None:
        return None
    spoiled = with_cells(clean.sheet, row, {column: Cell(text, wrong) for column, text in cells.items()})
    return _Known(row, field, where, true, wrong, spoiled)


def _where(fact: Mapping[str, Any], clean: Clean) -> Mapping[str, Any]:
    """Say by its key which fact is meant; nothing where a part of the key is told later than corrections are made."""
    source, table = clean.asked.source, clean.asked.declared.tables[clean.asked.source.table]
    key = [f for f in table.key if f in fact and f not in source.constants]
    late = {source.spells.until, source.spells.numbered} if source.spells else set()
    if {*key} & late or any(fact[f] is None for f in key):
        return {}
    return {f: fact[f].isoformat() if isinstance(fact[f], date) else fact[f] for f in key}
