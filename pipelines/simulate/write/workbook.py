"""A workbook: dates and numbers as such, texts as they stand, the column names where the source declares them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

from pipelines.declarations.decoding import Decode
from pipelines.simulate.lay_out import Row, Sheet
from pipelines.simulate.window import Value
from pipelines.simulate.write.archive import LONG_AGO, undated
from pipelines.simulate.write.names import first_row_of, rows_of_names

_MADE_AT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")


def as_workbook(sheet: Sheet, decode: Decode) -> bytes:
    """Give the bytes of the workbook."""
    import openpyxl  # noqa: PLC0415  heavy, and most files are delimited text

    book, columns = openpyxl.Workbook(), decode.header.columns or sheet.columns
    page = book.worksheets[0]
    page.title = next(iter(decode.sheets.read), page.title).replace("*", "1").replace("?", "1")
    for above in rows_of_names(columns, decode.header):
        page.append([text or None for text in above])
    for number, row in enumerate(sheet.rows, start=first_row_of(decode)):
        for place, column in enumerate(columns, start=1):
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
            after.writestr(
                undated(name), _MADE_AT.sub(rf"\g<1>{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}".encode(), before.read(name))
            )
    return out.getvalue()
