"""The sender's own sheet where a workbook was sent: with its formats and widths, marked in place."""

from __future__ import annotations

import warnings
from copy import copy
from typing import TYPE_CHECKING, BinaryIO, cast
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import DocumentSecurity
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.worksheet.protection import SheetProtection

from pipelines.report.as_xlsx.marked_rows import MarkedRow, about_header, marked_rows
from pipelines.report.as_xlsx.marking import BECAME, WHY, WIDTHS, Marking
from pipelines.report.as_xlsx.own_sheet import OwnSheet
from pipelines.report.as_xlsx.pen import FILLS, TONES, Pen, comment_of, height_of, is_computed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

    from pipelines.artefacts import Finding, Harmonised, Verdict
    from pipelines.declarations.source import Source
    from pipelines.report.speech import Speech

MOST_BYTES = 16 << 20  # unpacked: openpyxl keeps every cell of such a workbook in memory, some hundred megabytes
_UNREADABLE = (BadZipFile, ParseError, ValueError, TypeError, KeyError, IndexError, AttributeError)


def sent_book(harmonised: Harmonised | None, source: Source) -> Workbook | None:
    """Open the workbook that was sent, with the one sheet that was read; None where it cannot be shown like this."""
    if harmonised is None or source.decode.format != "xlsx" or len(harmonised.extract.sheets) != 1:
        return None
    with harmonised.extract.delivery.path.open("rb") as stream:  # by its bytes: in the store its name has no ending
        with ZipFile(stream) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                return None
        try:
            book = _loaded(stream)
            return book if _holds(_alone(book, harmonised.extract.sheets[0]), harmonised) else None
        except _UNREADABLE:  # decode has read it, but openpyxl is stricter about what is not a cell
            return None


def sent_sheet(
    book: Workbook, con: duckdb.DuckDBPyConnection, verdict: Verdict, harmonised: Harmonised, speech: Speech
) -> OwnSheet:
    """Mark the sheet in place, and write behind its columns what became of each row."""
    sheet, names = book.worksheets[0], harmonised.extract.columns
    columns = {name: at for at, name in enumerate(names, 1)}
    marking, behind, head = Marking(verdict, speech, columns), len(names) + 1, harmonised.extract.first_row - 1
    pen = Pen(sheet)
    _quote(sheet)
    pen.put(_cell(sheet, head, behind), speech.word(BECAME), "head")
    pen.put(_cell(sheet, head, behind + 1), speech.word(WHY), "head")
    _mark(sheet, MarkedRow(head, names, (), tuple(about_header(con, harmonised))), marking, behind)
    for row in marked_rows(con, verdict, harmonised, None):
        if told := marking.told(row):
            word, why, shade = told
            pen.put(_cell(sheet, row.number, behind), word, shade)
            pen.put(_cell(sheet, row.number, behind + 1), why, "long" if row.found else "soft")
            _heighten(sheet, row.number, why)
        _mark(sheet, row, marking, behind)
    last = harmonised.extract.rows + head
    pen.show(table=True)
    _lay_out(sheet, behind, head, last)
    return OwnSheet(
        sheet.title, columns, behind, last, uncommented=marking.uncommented, as_sent=True, first_row=head + 1
    )


def _loaded(stream: BinaryIO) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each is about something that is not a cell, and is left out
        return load_workbook(stream, data_only=True, keep_links=False)


def _alone(book: Workbook, named: str) -> Worksheet:
    """Leave the one sheet that was read, and of the workbook nothing that is not in its cells."""
    sheet: Worksheet = book[named]
    for other in [*book.worksheets, *book.chartsheets]:
        if other is not sheet:
            book.remove(other)  # type: ignore[arg-type]  # it says less of its sheets than it knows
    book.active, sheet.sheet_state = 0, "visible"
    book.properties = DocumentProperties()
    book.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]  # its types do not know it
    book.security, book.views = DocumentSecurity(), book.views[:1]
    book.defined_names.clear()
    sheet.defined_names.clear()
    sheet.tables.clear()
    sheet._charts.clear()  # type: ignore[attr-defined]  # noqa: SLF001  what they draw may stand on another sheet
    sheet._images.clear()  # type: ignore[attr-defined]  # noqa: SLF001  as above
    sheet.conditional_formatting, sheet.data_validations = ConditionalFormattingList(), DataValidationList()
    sheet.protection = SheetProtection()
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    return sheet


def _holds(sheet: Worksheet, harmonised: Harmonised) -> bool:
    """Whether its columns are those that were read. Of names in several rows the lowest one stands there."""
    names = harmonised.extract.columns
    heads = [sheet.cell(harmonised.extract.first_row - 1, at).value for at in range(1, len(names) + 1)]
    return all(not isinstance(h, str) or name.endswith(h.strip()) for h, name in zip(heads, names, strict=True))


def _quote(sheet: Worksheet) -> None:
    """Let every text of the sender stay a text."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell) and isinstance(cell.value, str):
                cell.data_type = "s"
                cell.quotePrefix = is_computed(cell.value)


def _mark(sheet: Worksheet, row: MarkedRow, marking: Marking, behind: int) -> None:
    for name, found in marking.by_column(row.found).items():
        _colour(_cell(sheet, row.number, marking.columns[name] if name else behind), found, marking)


def _colour(cell: Cell, found: Sequence[Finding], marking: Marking) -> None:
    look = marking.look(found)
    font: Font = copy(cell.font)  # type: ignore[assignment]  # a copy of what the proxy stands for
    font.color, font.b = Color(TONES[look][1]), look == "rejected" or font.b
    cell.fill, cell.font = FILLS[look], font
    if told := marking.comment(found):
        cell.comment = comment_of(f"{cell.comment.text}\n\n{told}" if cell.comment else told)


def _heighten(sheet: Worksheet, row: int, why: str) -> None:
    dimension, needed = sheet.row_dimensions[row], height_of(why, WIDTHS[1])
    if needed > (dimension.height or height_of("", WIDTHS[1])):
        dimension.height = needed


def _lay_out(sheet: Worksheet, behind: int, head: int, last: int) -> None:
    for at, width in enumerate(WIDTHS, behind):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(behind + 1)}{last}"


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", sheet.cell(row, column))  # merged cells were parted
