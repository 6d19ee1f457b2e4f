"""Parquet: days and numbers as such, unless one cell of a column is words or spoiled; then all of it is text."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

from pipelines.declarations.decoding import Decode
from pipelines.simulate.lay_out import Cell, Sheet

if TYPE_CHECKING:
    import pyarrow as pa


def as_parquet(sheet: Sheet, decode: Decode) -> bytes:  # noqa: ARG001  as its siblings
    """Give the bytes of the file."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    out = io.BytesIO()
    pq.write_table(pa.table({column: _array(sheet, column) for column in sheet.columns}), out)
    return out.getvalue()


def _array(sheet: Sheet, column: str) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  heavy

    cells = [row.cells.get(column, Cell("")) for row in sheet.rows]
    said = [cell for cell in cells if cell.text]
    for python, kind in ((date, pa.date32()), (int, pa.int64()), (float, pa.float64())):
        if said and all(isinstance(cell.value, python) and _plain(cell) for cell in said):
            return pa.array([cell.value if cell.text else None for cell in cells], kind)
    return pa.array([cell.text or None for cell in cells], pa.string())


def _plain(cell: Cell) -> bool:
    """Say whether the text is the value as everybody writes it, so that nothing is lost with the text."""
    return cell.text in {str(cell.value), str(cell.value).removesuffix(".0")}
