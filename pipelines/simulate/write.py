"""A sheet becomes the bytes of a file: delimited text in the sender's encoding, or a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

from pipelines.declarations.source import Decode
from pipelines.errors import SalamatError
from pipelines.simulate.lay_out import Row, Sheet
from pipelines.simulate.window import Value

_MADE_AT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")
_LONG_AGO = datetime(2021, 1, 1)  # noqa: DTZ001  a zip archive knows no zones


def write(sheet: Sheet, decode: Decode, target: Path) -> None:
    """Write the file that the sender would send."""
    writers = {"csv": _delimited, "xlsx": _workbook}
    if decode.format not in writers:
        raise SalamatError(f"the simulation writes {', '.join(writers)}, not {decode.format}")
    put(writers[decode.format](sheet, decode), target)


def put(content: bytes, target: Path) -> None:
    """Write a file under a name in the making, and rename it when it is complete: nobody takes half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".part")
    unfinished.write_bytes(content)
    unfinished.replace(target)


def _delimited(sheet: Sheet, decode: Decode) -> bytes:
    out = io.StringIO(newline="")
    lines = csv.writer(out, delimiter=decode.delimiter, quotechar=decode.quote, lineterminator="\r\n")
    lines.writerow(sheet.columns)
    for row in sheet.rows:
        cells = [row.cells[c].text if c in row.cells else "" for c in sheet.columns]
        lines.writerow(cells[: decode.short_row.cells] if row.short and decode.short_row else cells)
    return _encoded(out.getvalue(), decode.encoding[0])


def _encoded(text: str, encoding: str) -> bytes:
    if codecs.lookup(encoding).name == "utf-16":  # else the machine decides in which order the bytes stand
        return codecs.BOM_UTF16_LE + text.encode("utf-16-le")
    return text.encode(encoding)


def _workbook(sheet: Sheet, decode: Decode) -> bytes:
    import openpyxl  # noqa: PLC0415  heavy, and most files are delimited text

    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = decode.sheet or page.title
    page.append(sheet.columns)
    for number, row in enumerate(sheet.rows, start=2):
        for place, column in enumerate(sheet.columns, start=1):
            value = _typed(row, column)
            cell = page.cell(number, place, value)
            if isinstance(value, date):
                cell.number_format = "dd.mm.yyyy"
    made = io.BytesIO()
    book.save(made)
    return _dateless(made.getvalue())


def _typed(row: Row, column: str) -> Value:
    """A date or number as such, unless it is written in words or spoiled; a text as it stands."""
    cell = row.cells.get(column)
    if cell is None or not cell.text:
        return None
    return cell.text if cell.value is None or isinstance(cell.value, str) else cell.value


def _dateless(book: bytes) -> bytes:
    """Take the time of writing out of a workbook, so that the same sheet gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, _LONG_AGO.timetuple()[:6])
            after.writestr(part, _MADE_AT.sub(rf"\g<1>{_LONG_AGO:%Y-%m-%dT%H:%M:%SZ}".encode(), before.read(name)))
    return out.getvalue()
