"""Faults of whole workbooks: what people do to a sheet before they send it, and what is no workbook at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipelines.declarations.decoding import Decode, Header
from pipelines.simulate.faults.injected import FileFault
from pipelines.simulate.write.names import first_row_of
from pipelines.simulate.write.workbook import dateless

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)  # how the containers of old Office documents begin
_OTHER = "Qqzzx"
_PICTURE = 65 << 20  # bytes, more than a small workbook may unpack to
_LAST_COLUMN, _MANY = 16_384, 4_200  # so many rows of all columns are more than may be written


def workbook_faults(decode: Decode) -> Iterator[FileFault]:
    """Give every fault that a workbook can have as a whole."""
    yield FileFault("broken-off", ("broken-workbook",), bytes_=lambda content, _: content[: len(content) // 2])
    yield FileFault("text-under-its-name", ("not-a-workbook",), bytes_=lambda _, __: b"A;B\r\n1;2\r\n")
    yield FileFault("workbook-of-the-old-format", ("old-workbook",), bytes_=lambda _, __: _old("Workbook"))
    yield FileFault("locked-with-a-password", ("locked-workbook",), bytes_=lambda _, __: _old("EncryptedPackage"))
    yield FileFault("macros-in-it", ("unsafe-workbook",), bytes_=_with_macros)
    yield FileFault("sheet-that-is-hidden", ("hidden-sheet", "undeclared-sheet"), bytes_=_changed(_hidden_sheet))
    hidden = "hidden-cells" if decode.hidden == "refused" else "hidden-cells-taken"
    yield FileFault("row-hidden-by-a-filter", (hidden,), bytes_=_on_the_page(_hidden_row))
    yield FileFault("cells-merged", ("merged-cells",), bytes_=_on_the_page(_merged))
    yield FileFault("error-in-a-cell", ("error-cell",), bytes_=_in_the_last_cell("#REF!"))
    yield FileFault("formula-without-its-result", ("formula-without-value",), bytes_=_in_the_last_cell("=1+1"))
    yield FileFault("unpacks-without-end", ("too-large",), bytes_=_with_a_picture)
    yield FileFault(
        "filled-to-the-last-column", ("resource-limit",), bytes_=_on_the_page(_filled(first_row_of(decode)))
    )
    if not decode.sheets.read:
        yield FileFault("sheet-too-many", ("several-sheets",), bytes_=_changed(lambda book: book.create_sheet(_OTHER)))
    elif "*" not in decode.sheets.read:
        yield FileFault("sheet-not-agreed", ("undeclared-sheet",), bytes_=_changed(lambda b: b.create_sheet(_OTHER)))
        yield FileFault("sheet-renamed", ("missing-sheet", "undeclared-sheet"), bytes_=_on_the_page(_renamed))
    if decode.header == Header():
        yield FileFault("blank-row-above-the-names", ("no-header",), bytes_=_on_the_page(lambda p: p.insert_rows(1)))
        yield FileFault("rows-in-one-cell-each", ("unsplit-cells",), bytes_=_on_the_page(_unsplit))


def _old(inside: str) -> bytes:
    return _OLE2 + inside.encode("utf-16-le") + bytes(512)


def _with_macros(content: bytes, _: Decode) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(zipfile.ZipInfo("xl/vbaProject.bin"), b"x")
    return made.getvalue()


def _with_a_picture(content: bytes, _: Decode) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        picture = zipfile.ZipInfo("xl/media/picture.bmp")
        archive.writestr(picture, bytes(_PICTURE), zipfile.ZIP_DEFLATED, compresslevel=1)
    return made.getvalue()


def _changed(change: Callable[[Workbook], object]) -> Callable[[bytes, Decode], bytes]:
    """Open the workbook, change it and save it again."""

    def changed(content: bytes, _: Decode) -> bytes:
        import openpyxl  # noqa: PLC0415  heavy

        book, made = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
        change(book)
        book.save(made)
        return dateless(made.getvalue())

    return changed


def _on_the_page(change: Callable[[Worksheet], object]) -> Callable[[bytes, Decode], bytes]:
    return _changed(lambda book: change(book.worksheets[0]))


def _in_the_last_cell(text: str) -> Callable[[bytes, Decode], bytes]:
    def put(page: Worksheet) -> None:
        page.cell(page.max_row, page.max_column).value = text

    return _on_the_page(put)


def _hidden_sheet(book: Workbook) -> None:
    book.create_sheet(_OTHER).sheet_state = "hidden"


def _hidden_row(page: Worksheet) -> None:
    page.row_dimensions[page.max_row].hidden = True


def _merged(page: Worksheet) -> None:
    page.merge_cells(None, page.max_row - 1, 1, page.max_row, 1)


def _renamed(page: Worksheet) -> None:
    page.title = _OTHER


def _unsplit(page: Worksheet) -> None:
    """Write all cells of a row into its first one, as where delimited text was opened and not split."""
    for row in page.iter_rows():
        row[0].value = ";".join("" if cell.value is None else str(cell.value) for cell in row)
        for cell in row[1:]:
            cell.value = None


def _filled(first: int) -> Callable[[Worksheet], None]:
    """Put a word into the last column that a sheet can have, beside the names and row after row below them."""

    def filled(page: Worksheet) -> None:
        for row in range(first - 1, first + _MANY):
            page.cell(row, _LAST_COLUMN).value = _OTHER

    return filled
