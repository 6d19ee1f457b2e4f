"""A column that nobody declared stops the delivery, in each format, and one line in the declaration mends it.

The line either ignores the column, or maps it: both are tried, and the file is read as it was before.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Record = Mapping[str, str]
Decoded = Callable[..., tuple[Extract, list[tuple[str | None, ...]]]]

PLAIN = ({"day": "2020-07-13", "count": "1"}, {"day": "2020-07-14", "count": "2"})
VALUES = ("dataElement", "period", "orgUnit", "value")
OBSERVED = {"resourceType": "Observation", "id": "1", "status": "final", "issued": "2020-07-13"}


def text(records: tuple[Record, ...]) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.DictWriter(out, list(records[0]), delimiter=";", lineterminator="\n")
    lines.writeheader()
    lines.writerows(records)
    return out.getvalue().encode()


def workbook(records: tuple[Record, ...]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (list(records[0]), *(list(record.values()) for record in records)):
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def array(records: tuple[Record, ...]) -> bytes:
    return json.dumps({"rows": records}).encode()


def lines(records: tuple[Record, ...]) -> bytes:
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()


def values(records: tuple[Record, ...]) -> bytes:
    return json.dumps({"dataValues": records}).encode()


def bundle(records: tuple[Record, ...]) -> bytes:
    entries = [{"resource": {**record, "id": str(n)}} for n, record in enumerate(records)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def parquet(records: tuple[Record, ...]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(record) for record in records]), out)
    return out.getvalue()


def packed(records: tuple[Record, ...]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sent.xlsx", workbook(records))
    return out.getvalue()


COUNTED = tuple(dict(zip(VALUES, ("cases", "202007", "KZ", n), strict=True)) for n in ("1", "2"))
FHIR = {"rows": "Observation"}
FORMATS: dict[str, tuple[dict[str, Any], Callable[[tuple[Record, ...]], bytes], tuple[Record, ...], str]] = {
    "delimited": ({"format": "csv", "delimiter": ";"}, text, PLAIN, "new"),
    "xlsx": ({"format": "xlsx"}, workbook, PLAIN, "new"),
    "json": ({"format": "json", "records": {"at": "rows"}}, array, PLAIN, "new"),
    "ndjson": ({"format": "ndjson"}, lines, PLAIN, "new"),
    "dhis2": ({"format": "dhis2"}, values, COUNTED, "new"),
    "parquet": ({"format": "parquet"}, parquet, PLAIN, "new"),
    "fhir-bundle": ({"format": "fhir-bundle", "fhir": FHIR}, bundle, (OBSERVED,), "Observation.new"),
    "fhir-ndjson": ({"format": "fhir-ndjson", "fhir": FHIR}, lines, (OBSERVED,), "Observation.new"),
    "zip of a workbook": ({"format": "xlsx", "zip": "*.xlsx"}, packed, PLAIN, "new"),
}


def declared(decode: dict[str, Any], columns: list[str], ignore: tuple[str, ...] = ()) -> Source:
    head = {"source": "zz/cells", "title": "Cells", "table": "cells", "language": ["en"], "arrives": {"matching": "*"}}
    mapped = {f"field_{n}": {"from": column} for n, column in enumerate(columns)}
    return Source.model_validate({**head, "decode": decode, "map": mapped, "ignore": ignore})


def read(decoded: Decoded, data: bytes, source: Source) -> list[dict[str, str | None]]:
    """Decode, and give the rows by the names of their columns."""
    extract, _ = decoded(data, source)
    rows: list[dict[str, str | None]] = pq.read_table(extract.path).select(list(extract.columns)).to_pylist()
    return rows


@pytest.mark.parametrize("form", FORMATS)
def test_a_new_column_stops_the_delivery_and_one_line_mends_it(form: str, decoded: Decoded) -> None:
    decode, write, records, new = FORMATS[form]
    columns = [f"{new.removesuffix('new')}{name}" for name in records[0] if name != "resourceType"]
    before = read(decoded, write(records), declared(decode, columns))
    more = write(tuple({**record, "new": "x"} for record in records))

    with pytest.raises(Refused) as refused:
        decoded(more, declared(decode, columns))
    assert {(f.rule, f.column) for f in refused.value.findings} == {("unexpected-column", new)}

    ignored = read(decoded, more, declared(decode, columns, ignore=(new,)))
    assert [{name: row[name] for name in columns} for row in ignored] == before
    mapped = read(decoded, more, declared(decode, [*columns, new]))
    assert mapped == [{**row, new: "x"} for row in before]
