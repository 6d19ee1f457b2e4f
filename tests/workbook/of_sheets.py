"""A workbook as a test wants it."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import openpyxl

Rows = Sequence[Sequence[object]]


def of_sheets(
    sheets: Mapping[str, Rows], hidden: Sequence[str] = (), change: Callable[[openpyxl.Workbook], object] | None = None
) -> bytes:
    """Write sheets, some of them hidden; `change` is done to the workbook before it is saved."""
    made, target = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        page.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            page.append(list(row))
    if change:
        change(made)
    made.save(target)
    return target.getvalue()
