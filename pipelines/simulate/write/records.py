"""JSON and NDJSON: an object for each row, its keys nested as the names of the columns say."""

from __future__ import annotations

import json
from typing import Any

from pipelines.declarations.decoding import Decode, Records
from pipelines.simulate.lay_out import Sheet
from pipelines.simulate.write.nested import Record, nested, said


def as_json(sheet: Sheet, decode: Decode) -> bytes:
    """Give an array of records, at the end of the keys that lead to it, with what the source says stands beside it."""
    records = decode.records or Records()
    document: Any = _keyed(_records(sheet), records.keyed_by) if records.keyed_by else _records(sheet)
    for key in reversed([key for key in records.at.split(".") if key]):
        document = {key: document}
    if isinstance(document, dict):
        document = {**{key: None for key in records.beside if "." not in key}, **document}
    return f"{_text(document, indent=1)}\n".encode()


def as_ndjson(sheet: Sheet, decode: Decode) -> bytes:  # noqa: ARG001  as its siblings
    """Give one record in each line."""
    return "".join(f"{_text(record)}\n" for record in _records(sheet)).encode()


def _records(sheet: Sheet) -> list[Record]:
    return [nested((column, said(row.cells.get(column))) for column in sheet.columns) for row in sheet.rows]


def _keyed(records: list[Record], by: str) -> Record:
    """Give each record under the name that its column has; what stands there twice keeps its last record."""
    return {str(record.pop(by)): record for record in records}


def _text(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)
