"""A data value set of DHIS2: a data value for each row, every value a text; what says nothing is left out."""

from __future__ import annotations

import json

from pipelines.declarations.decoding import Decode
from pipelines.simulate.lay_out import Row, Sheet
from pipelines.simulate.write.nested import nested


def as_dhis2(sheet: Sheet, decode: Decode) -> bytes:  # noqa: ARG001  as its siblings
    """Give the data value set."""
    values = [nested(_cells(row, sheet.columns)) for row in sheet.rows]
    return f"{json.dumps({'dataValues': values}, ensure_ascii=False, indent=1)}\n".encode()


def _cells(row: Row, columns: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(c, row.cells[c].text) for c in columns if c in row.cells and (row.cells[c].text or c == "value")]
