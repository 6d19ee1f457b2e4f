"""Writes the spreadsheet: one sheet for each language, one row for each text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.declarations import Declarations
from pipelines.errors import StoreError
from pipelines.labels.entries import Entry, entries, spoken

HEADS = ("kind", "id", "English", "text", "checked by", "checked on", "remarks")
_WIDTHS = (9, 34, 70, 70, 18, 14, 40)


def export_labels(declared: Declarations, target: Path, language: str | None = None) -> dict[str, int]:
    """Write every text of a language, or of all of them, and say how many each has. Raises StoreError."""
    from openpyxl import Workbook  # noqa: PLC0415  heavy

    book, counts = Workbook(write_only=True), {}
    for name in [declared.language(language)] if language else spoken(declared):
        every = entries(declared, name).values()
        counts[name] = len(every)
        _sheet(book.create_sheet(name), every)
    try:
        book.save(target)
    except OSError as error:
        raise StoreError(f"{target} could not be written: {error.strerror or error}") from error
    return counts


def _sheet(sheet: Any, every: Iterable[Entry]) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415  as above

    for at, width in enumerate(_WIDTHS, 1):
        column = sheet.column_dimensions[get_column_letter(at)]
        column.width, column.number_format = width, "@"  # what is typed into an empty cell stays a text
    sheet.freeze_panes = "D2"
    sheet.append(HEADS)
    for entry in every:
        texts = (entry.kind, entry.id, entry.english, entry.text, entry.checked_by, entry.checked_on, entry.remarks)
        sheet.append([_plain(text, sheet) for text in texts])


def _plain(text: str, sheet: Any) -> Any:
    """Give what a program does not compute when it opens the sheet."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415  as above

    if not text.startswith("="):
        return text or None
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell
