"""What stands in a file, by readers that share no code with ours: csv, openpyxl, DuckDB's Parquet, json.

They are lenient where ours is strict: what they take is what stands there, not whether it may be published.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import math
import warnings
import zipfile
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source

Row = list[Any]


def rows_of(file: Path, source: Source, extract: Extract) -> list[Row]:
    """Give the rows of values under the names, each as many as the extract has columns. Raises what the readers do."""
    return _READERS[source.decode.format](file, source, extract)


def _plain(file: Path, source: Source) -> bytes:
    data = file.read_bytes()
    if source.decode.zip:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(next(entry for entry in archive.infolist() if not entry.is_dir()))
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def _csv(file: Path, source: Source, extract: Extract) -> list[Row]:
    if codecs.lookup(extract.encoding).name not in {codecs.lookup(e).name for e in source.decode.encoding}:
        raise ValueError(f"{extract.encoding} is not declared")
    text = (
        _plain(file, source).decode(extract.encoding).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    )
    csv.field_size_limit(1 << 24)
    read = list(
        csv.reader(
            io.StringIO(text, newline=""), delimiter=source.decode.delimiter, quotechar=source.decode.quote, strict=True
        )
    )
    while read and not read[-1]:
        read.pop()
    width, short = len(extract.columns), source.decode.short_row.cells if source.decode.short_row else 0
    below = read[extract.first_row - 1 :]
    return [row + [""] * (width - len(row)) if len(row) in {0, short} else row for row in below]


def _xlsx(file: Path, _: Source, extract: Extract) -> list[Row]:
    """Ask openpyxl; and calamine where that stumbles over parts that say nothing of the cells."""
    try:
        read = _by_openpyxl(file, extract)
    except Exception:  # noqa: BLE001  it has no error of its own
        read = _by_calamine(file, extract)
    while read and not any(cell not in {None, ""} for cell in read[-1]):
        read.pop()
    width = len(extract.columns)
    if any(cell not in {None, ""} for row in read for cell in row[width:]):
        raise ValueError("cells beside the table")
    return [row[:width] + [None] * (width - len(row)) for row in read]


def _by_calamine(file: Path, extract: Extract) -> list[Row]:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  only where it is needed

    book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)[extract.first_row - 1 :]


def _by_openpyxl(file: Path, extract: Extract) -> list[Row]:
    import openpyxl  # noqa: PLC0415  only where a workbook is read

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that it does not know
        book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()), data_only=True)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    (sheet,) = shown
    return [list(row) for row in sheet.iter_rows(min_row=extract.first_row, values_only=True)]


def _parquet(file: Path, _: Source, extract: Extract) -> list[Row]:
    """Ask DuckDB; and pyarrow's plain reader where that does not know what the footer says beside the columns."""
    import duckdb  # noqa: PLC0415  where it is needed
    import pyarrow.parquet as pq  # noqa: PLC0415  the same

    columns = ", ".join('"' + column.replace('"', '""') + '"' for column in extract.columns)
    try:
        with duckdb.connect() as con:
            return [list(row) for row in con.execute(f"SELECT {columns} FROM read_parquet(?)", [str(file)]).fetchall()]
    except duckdb.Error:
        read = pq.read_table(file, columns=list(extract.columns)).to_pylist()
        return [[row[column] for column in extract.columns] for row in read]


def _json(file: Path, source: Source, extract: Extract) -> list[Row]:
    whole = _loads(_plain(file, source).decode("utf-8-sig"))
    at = source.decode.records.at if source.decode.records else ""
    before: dict[str, Any] = {}
    if source.decode.format == "dhis2":
        at, before = at or "dataValues", {k: v for k, v in whole.items() if not isinstance(v, list)}
    for key in at.split(".") if at else ():
        whole = whole[key]
    return [_columns({**before, **record}, extract) for record in whole]


def _ndjson(file: Path, source: Source, extract: Extract) -> list[Row]:
    lines = _plain(file, source).decode("utf-8-sig").split("\n")
    return [_columns(_loads(line), extract) for line in lines if line.strip()]


def _fhir(file: Path, source: Source, extract: Extract) -> list[Row]:
    """Give the rows' own plain values; what they refer to is not followed, and not compared."""
    plain, kind = _plain(file, source).decode("utf-8-sig"), source.decode.fhir.rows if source.decode.fhir else ""
    if source.decode.format == "fhir-bundle":
        resources = [entry["resource"] for entry in _loads(plain)["entry"]]
    else:
        resources = [_loads(line) for line in plain.split("\n") if line.strip()]
    rows = [dict(_flat(r, kind)) for r in resources if r["resourceType"] == kind]
    return [[row.get(c, ANY) if "[" not in c else ANY for c in extract.columns] for row in rows]


ANY = object()  # what is not compared


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str)


def _columns(record: dict[str, Any], extract: Extract) -> Row:
    found = dict(_flat(record, ""))
    return [found.get(column) for column in extract.columns]


def _flat(value: Any, path: str) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            plain = key and not set(key) & set('.[]"')
            named = key if plain else json.dumps(key, ensure_ascii=False)
            yield from _flat(inner, f"{path}.{named}" if path else named)
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{number}]")
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    else:
        yield path, value if isinstance(value, str) else None


_READERS: dict[str, Callable[[Path, Source, Extract], list[Row]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "json": _json,
    "dhis2": _json,
    "ndjson": _ndjson,
    "fhir-bundle": _fhir,
    "fhir-ndjson": _fhir,
}


def difference(ours: list[Row], theirs: list[Row]) -> str:
    """Say what differs between two readings; nothing where nothing does."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows read, and {len(theirs)} stand there"
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        for text, value in zip_longest(mine, other, fillvalue="nothing stands there"):
            if value is not ANY and not _alike(text, value):
                return f"row {number} below the names: {text!r} was read, and {value!r} stands there"
    return ""


def _alike(text: str | None, value: Any) -> bool:
    """Say whether our text means their value: the same letters, the same number, or the same day in another form."""
    said = "" if value is None else str(value)
    mine, theirs = _ends(text or ""), _ends(said)
    if mine == theirs or (isinstance(value, bool) and mine.lower() == theirs.lower()):
        return True
    if hasattr(value, "year"):
        return _same_day(mine, value)
    number = _number(mine)
    return isinstance(value, int | float) and number is not None and math.isclose(number, value, rel_tol=1e-12)


def _ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(text: str) -> float | None:
    """Read a number that may be shown as a share of a hundred, or with another decimal mark."""
    plain = text.replace(",", ".")
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        return None


def _same_day(text: str, value: Any) -> bool:
    """Say whether all that a day or moment consists of stands in the text, in whatever form."""
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    wanted = {value.day, value.month, value.year % 100}
    return wanted <= {int(part) % 100 for part in digits} or f"{value:%Y%m%d}" in text
