"""Faults in a sheet, each written down: what stood in the cell, what stands there now, which rule says so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.declarations import Declarations
from pipelines.declarations.folding import fold
from pipelines.declarations.source import Source
from pipelines.declarations.words import words
from pipelines.simulate.lay_out import Cell, Row, Sheet
from pipelines.simulate.write.names import places_of
from pipelines.simulate.written import impossible_date, written_number

if TYPE_CHECKING:
    import numpy as np

_OF_EACH_KIND = 3
_ABOVE = 0.1  # beyond the share from which on a delivery is held


@dataclass(frozen=True)
class Fault:
    """One spoiled cell. `row` counts as a spreadsheet does; `rejects` is how many facts cannot be accepted for it."""

    rule: str
    row: int
    column: str
    truth: str
    written: str
    rejects: int


def can_be_spoiled(source: Source, declared: Declarations) -> bool:
    """Whether a source has figures, and what is spoiled here: a column of places, of days, of whole numbers."""
    return source.count is None and all(_columns(source, declared).values())


def spoil(
    sheet: Sheet, source: Source, declared: Declarations, rng: np.random.Generator
) -> tuple[Sheet, tuple[Fault, ...]]:
    """Spoil a few rows, each in one of several ways; of a small sheet so few that it is not held for them."""
    rules = [*_columns(source, declared)] * _OF_EACH_KIND
    most = max(len(rules) // _OF_EACH_KIND, int(len(_sound(sheet)) * source.hold_above_rejected_share / 2))
    rows = [int(i) for i in rng.permutation(_sound(sheet))[:most]]
    return _spoiled(sheet, dict(zip(rows, rules, strict=False)), source, declared)


def spoil_until_held(
    sheet: Sheet, source: Source, declared: Declarations, rng: np.random.Generator
) -> tuple[Sheet, tuple[Fault, ...]]:
    """Spoil the place in so many rows that the delivery waits for a person."""
    sound = _sound(sheet)
    many = math.ceil(len(sound) * min(1, source.hold_above_rejected_share + _ABOVE))
    rows = [int(i) for i in rng.permutation(sound)[:many]]
    return _spoiled(sheet, dict.fromkeys(rows, "unknown-place"), source, declared)


def _sound(sheet: Sheet) -> list[int]:
    return [i for i, row in enumerate(sheet.rows) if row.reported and row.aside is None]


def _columns(source: Source, declared: Declarations) -> dict[str, dict[str, str]]:
    """Give, for each rule that is broken here, the columns in which it can be, with their fields."""
    column = {f: m.from_ for f, m in source.map.items() if m.from_ != source.decode.sheets.column}
    kinds = {f: declared.fields[f] for f in column}
    unpivot = source.unpivot
    wide = list(unpivot.columns) if unpivot and isinstance(unpivot.columns, dict) else []
    counts = {column[f]: f for f, e in kinds.items() if e.type == "integer" and e.minimum == 0}
    return {
        "unknown-place": {column[f]: f for f, entry in kinds.items() if entry.type == "place"},
        "not-a-date": {column[f]: f for f, e in kinds.items() if e.type == "date" and source.map[f].read != "instant"},
        "out-of-range": dict.fromkeys(wide, unpivot.into) if wide and unpivot else counts,
    }


def _spoiled(
    sheet: Sheet, rules: dict[int, str], source: Source, declared: Declarations
) -> tuple[Sheet, tuple[Fault, ...]]:
    rows, faults, places = list(sheet.rows), [], places_of(sheet, source.decode)
    for i, rule in sorted(rules.items()):
        column, field = next(_where(rows[i], rule, source, declared))
        cell = rows[i].cells[column]
        written = _wrong(cell, rule, field, source, declared)
        rejects = 1 if column in rows[i].reported else len(rows[i].reported)
        faults.append(Fault(rule, places[i], column, cell.text, written, rejects))
        rows[i] = replace(rows[i], cells={**rows[i].cells, column: Cell(written)})
    return Sheet(sheet.columns, tuple(rows)), tuple(faults)


def _where(row: Row, rule: str, source: Source, declared: Declarations) -> Iterator[tuple[str, str]]:
    """Give the columns in which the row can break the rule: those that say something."""
    found = _columns(source, declared)[rule]
    yield from ((column, field) for column, field in found.items() if row.cells[column].value is not None)


def _wrong(cell: Cell, rule: str, field: str, source: Source, declared: Declarations) -> str:
    mapping = source.map.get(field)
    read = mapping.read if mapping else source.unpivot.read if source.unpivot else None
    if rule == "unknown-place":
        return _misspelt(cell.text, words(declared, source, field, mapping.codes if mapping else {}))
    if rule == "not-a-date" and isinstance(cell.value, date):
        return impossible_date(cell.value.year, read or "yyyy-MM-dd", declared.languages[source.language[0]])
    known = cell.value if isinstance(cell.value, int | float) else 0
    return written_number(-1 - known, source.decode, read)


def _misspelt(name: str, known: dict[str, str]) -> str:
    """Type the last letter once more, until it is no place's name."""
    while fold(name) in known:
        name += name[-1]
    return name
