"""What a changed fact says, in the sender's words and forms, in the cells in which it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pipelines.declarations.model import TableRule
from pipelines.errors import SalamatError
from pipelines.simulate.faults.injected import Change, Clean


def writable(clean: Clean) -> dict[str, str | None]:
    """Give the fields that a change of a cell can change, with their columns; None is the fact's own column.

    A column that says several fields is left alone: what changes one of them changes the others.
    """
    source = clean.asked.source
    columns = [m.from_ for m in source.map.values()]
    alone = {f: m.from_ for f, m in source.map.items() if columns.count(m.from_) == 1}
    found: dict[str, str | None] = {f: c for f, c in alone.items() if c != source.decode.sheets.column}
    return found | ({source.unpivot.into: None} if source.unpivot else {})


def said(rule: TableRule, fact: Mapping[str, Any], fields: Iterable[str], clean: Clean) -> Change | None:
    """Say these fields of a fact. A value that the sender cannot write is no fault of the sender's: None."""
    cells = cells_of(fact, fields, clean)
    if cells is None:
        return None
    row = clean.places.index(int(fact["source_row"]))
    return Change(f"breaks {rule.id}", (rule.id,), row, cells, ", ".join(cells), ", ".join(fields))


def cells_of(fact: Mapping[str, Any], fields: Iterable[str], clean: Clean) -> dict[str, str] | None:
    """Give the cells in which a fact says these fields; None where the sender cannot write one of them."""
    pen, columns, cells = clean.asked.pen("faults"), writable(clean), dict[str, str]()
    for field in fields:
        column, value = columns[field] or str(fact["source_column"]), _python(fact[field])
        try:
            cells[column] = "" if value is None else pen.ways(field, value)[0]
            if isinstance(value, date) and pen.ways(field, value - timedelta(days=1))[0] == cells[column]:
                return None  # the sender names weeks or months, and no day within them
        except SalamatError:
            return None
    return cells


def _python(value: Any) -> Any:
    return value.date() if hasattr(value, "date") and not isinstance(value, date | timedelta) else value
