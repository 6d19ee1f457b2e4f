"""A workbook: dates and numbers as such, texts as they stand, the column names where the source declares them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipelines.declarations.decoding import Decode
from pipelines.simulate.lay_out import Row, Sheet
from pipelines.simulate.window import Value
from pipelines.simulate.write.archive import LONG_AGO, undated
from pipelines.simulate.write.names import first_row_of, page_of, rows_of_names

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_MADE_AT = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")


def as_workbook(sheet: Sheet, decode: Decode) -> bytes:
    """Give the bytes of the workbook."""
    import openpyxl  # noqa: PLC0415  heavy, and most files are delimited text

    book, by_column = openpyxl.Workbook(), decode.sheets.column
    book.remove(book.worksheets[0])
    columns = [c for c in decode.header.columns or sheet.columns if c != by_column]
    for rows in _pages(sheet, decode):
        title = rows[0].cells[by_column].text if by_column and rows else next(iter(decode.sheets.read), "Sheet")
        _fill(book.create_sheet(title.replace("*", "1").replace("?", "1")), columns, rows, decode)
    made = io.BytesIO()
    book.save(made)
    return dateless(made.getvalue())


def _pages(sheet: Sheet, decode: Decode) -> list[list[Row]]:
    """Give the rows of each sheet: they share one, unless its name is a column."""
    pages: dict[str, list[Row]] = {}
    for row in sheet.rows:
        pages.setdefault(page_of(row, decode), []).append(row)
    return list(pages.values()) or [[]]


def _fill(page: Worksheet, columns: Sequence[str], rows: Sequence[Row], decode: Decode) -> None:
    above = rows_of_names(columns, decode.header)
    for texts in above:
        page.append([text or None for text in texts])
    if decode.header.rows > 1 and not decode.header.columns:
        _merge(page, above[-decode.header.rows :], len(above) - decode.header.rows + 1)
    for number, row in enumerate(rows, start=first_row_of(decode)):
        for place, column in enumerate(columns, start=1):
            value = _typed(row, column)
            cell = page.cell(number, place, value)
            if isinstance(value, date):
                cell.number_format = "dd.mm.yyyy"


def _merge(page: Worksheet, names: Sequence[Sequence[str]], first: int) -> None:
    """Merge an upper name over those that share it, and a name without any beneath it down to the last row."""
    last, wide = len(names) - 1, len(names[0])
    for level, row in enumerate(names[:-1]):
        for column, name in enumerate(row):
            beneath = [any(below[c] for below in names[level + 1 :]) for c in range(wide)]
            until = column
            while beneath[column] and until + 1 < wide and not row[until + 1] and beneath[until + 1]:
                until += 1
            down = level if beneath[column] else last
            if name and (until > column or down > level):
                page.merge_cells(None, first + level, column + 1, first + down, until + 1)


def _typed(row: Row, column: str) -> Value:
    """A date or number as such, unless it is written in words or spoiled; a text as it stands."""
    cell = row.cells.get(column)
    if cell is None or not cell.text:
        return None
    return cell.text if cell.value is None or isinstance(cell.value, str) else cell.value


def dateless(book: bytes) -> bytes:
    """Take the time of writing out of a workbook, so that the same sheet gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            after.writestr(
                undated(name), _MADE_AT.sub(rf"\g<1>{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}".encode(), before.read(name))
            )
    return out.getvalue()
