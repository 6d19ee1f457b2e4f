"""What decode takes for each format: `python -m bench.formats [--rows 1000000] [FORMAT ...]`.

The same table of five columns is written in each format, and decoded in a process of its own. The peak of memory is
that of the process, and of the child in which a stranger's file is opened, where there is one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measure import run

COLUMNS = ("id", "day", "place", "sex", "count")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DHIS2 = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "value")
_FHIR = ("id", "issued", "note", "category", "status")
_MIB = 1024  # of the kilobytes in which Linux counts a peak


def main() -> None:
    """Measure each format, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.formats")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path, help="decode this file of the one format, and print what it took")
    parser.add_argument("formats", nargs="*", default=list(FORMATS))
    asked = parser.parse_args()
    if asked.file:
        print(json.dumps(decoded(asked.formats[0], asked.file, asked.rows)))
        return
    print("| format | MB | seconds | peak MiB, path | peak MiB, child |\n| --- | ---: | ---: | ---: | ---: |")
    for form in asked.formats:
        with TemporaryDirectory(prefix="salamat-") as folder:
            file = Path(folder, "sent")
            FORMATS[form][1](file, asked.rows)
            command = [sys.executable, "-m", "bench.formats", "--rows", str(asked.rows), "--file", str(file), form]
            told = json.loads(run(command))
            size, peaks = file.stat().st_size / 1e6, f"{told['path']} | {told['child']}"
            print(f"| {form} | {size:.0f} | {told['seconds']:.1f} | {peaks} |", flush=True)


def decoded(form: str, file: Path, rows: int) -> dict[str, float]:
    """Decode a file; give the seconds, and the peaks of this process and of its largest child in MiB."""
    import resource  # noqa: PLC0415  not to be had on Windows

    from pipelines.artefacts import Delivery, Workspace  # noqa: PLC0415  so that what is measured is what decode needs
    from pipelines.decode import decode  # noqa: PLC0415
    from pipelines.settings import Settings  # noqa: PLC0415

    source, folder = source_of(FORMATS[form][0]), file.with_name("work")
    settings = Settings.from_environment({"SALAMAT_HOME": str(folder)})
    sent = Delivery("d", source.source, file.name, file, "0" * 64, file.stat().st_size, datetime.now(UTC))
    started = time.perf_counter()
    extract = decode(sent, source, Workspace(folder), settings)
    seconds = time.perf_counter() - started
    if extract.rows != rows:
        raise SystemExit(f"{form}: {extract.rows} rows of {rows}")
    own, child = (resource.getrusage(who).ru_maxrss // _MIB for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"seconds": seconds, "path": own, "child": child}


def source_of(decode: dict[str, Any]) -> Any:
    """Give a source that reads the five columns."""
    from pipelines.declarations.source import Source  # noqa: PLC0415  as in `decoded`

    names: Sequence[str] = _DHIS2 if decode["format"] == "dhis2" else COLUMNS
    names = [f"Observation.{c}" for c in _FHIR] if "fhir" in decode else names
    mapped = {f"field_{n}": {"from": name} for n, name in enumerate(names)}
    head = {"source": "zz/cells", "title": "Cells", "table": "cells", "language": ["en"], "arrives": {"matching": "*"}}
    return Source.model_validate({**head, "decode": decode, "map": mapped})


def _rows(many: int) -> Iterator[tuple[str, str, str, str, int]]:
    for n in range(many):
        yield f"P{n:08}", f"2021-{n % 12 + 1:02}-{n % 28 + 1:02}", f"Облыс {n % 20}", "FM"[n % 2], n % 1000


def _text(file: Path, rows: int, encoding: str = "utf-8") -> None:
    with file.open("w", encoding=encoding, newline="") as out:
        out.write(";".join(COLUMNS) + "\n")
        out.writelines(";".join(map(str, row)) + "\n" for row in _rows(rows))


def _packed(file: Path, rows: int) -> None:
    plain = file.with_name("plain.csv")
    _text(plain, rows)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "plain.csv")


def _workbook(file: Path, rows: int) -> None:
    kinds = {"_rels/.rels": ("officeDocument", "xl/book.xml"), "xl/_rels/book.xml.rels": ("worksheet", "a.xml")}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, (kind, target) in kinds.items():
            link = f'<Relationship Id="a" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            archive.writestr(name, f'<Relationships xmlns="{_PACKAGE}">{link}</Relationships>')
        sheet = '<sheets><sheet name="A" r:id="a"/></sheets>'
        archive.writestr("xl/book.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{sheet}</workbook>')
        with archive.open("xl/a.xml", "w") as out:
            out.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for number, row in enumerate((COLUMNS,), 1):
                out.write(_row(number, row))
            for number, values in enumerate(_rows(rows), 2):
                out.write(_row(number, values))
            out.write(b"</sheetData></worksheet>")


def _row(number: int, values: tuple[str | int, ...]) -> bytes:
    cells = "".join(
        f'<c r="{letter}{number}"><v>{v}</v></c>'
        if isinstance(v, int)
        else f'<c r="{letter}{number}" t="inlineStr"><is><t>{v}</t></is></c>'
        for letter, v in zip("ABCDE", values, strict=True)
    )
    return f'<row r="{number}">{cells}</row>'.encode()


def _records(file: Path, rows: int, names: tuple[str, ...] = COLUMNS, more: str = "") -> None:
    with file.open("w", encoding="utf-8") as out:
        for row in _rows(rows):
            out.write(f"{{{more}{json.dumps(dict(zip(names, map(str, row), strict=True)), ensure_ascii=False)[1:]}\n")


def _array(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        for n, row in enumerate(_rows(rows)):
            out.write(("," if n else "[") + json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")
        out.write("]")


def _values(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write('{"dataValues": [')
        for n, row in enumerate(_rows(rows)):
            value = dict(zip(_DHIS2, map(str, row), strict=True))
            out.write(("," if n else "") + json.dumps(value, ensure_ascii=False) + "\n")
        out.write("]}")


def _fhir(file: Path, rows: int) -> None:
    _records(file, rows, _FHIR, '"resourceType": "Observation", ')


def _parquet(file: Path, rows: int) -> None:
    import pyarrow as pa  # noqa: PLC0415  heavy, and for this format alone
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = zip(*_rows(rows), strict=True)
    pq.write_table(pa.table(dict(zip(COLUMNS, map(pa.array, columns), strict=True))), file, row_group_size=100_000)


Write = Callable[[Path, int], None]
FORMATS: dict[str, tuple[dict[str, Any], Write]] = {
    "csv": ({"format": "csv", "delimiter": ";"}, _text),
    "csv in KZ-1048": (
        {"format": "csv", "delimiter": ";", "encoding": "kz1048"},
        lambda file, rows: _text(file, rows, "kz1048"),
    ),
    "csv in a zip": ({"format": "csv", "delimiter": ";", "zip": "*.csv"}, _packed),
    "xlsx": ({"format": "xlsx"}, _workbook),
    "ndjson": ({"format": "ndjson"}, _records),
    "json": ({"format": "json"}, _array),
    "dhis2": ({"format": "dhis2"}, _values),
    "fhir-ndjson": ({"format": "fhir-ndjson", "fhir": {"rows": "Observation"}}, _fhir),
    "parquet": ({"format": "parquet"}, _parquet),
}

if __name__ == "__main__":
    main()
