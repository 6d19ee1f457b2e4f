"""Takes a spreadsheet back: what a native speaker changed or checked is written into the declarations, nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.vocabulary import broken_braces
from pipelines.errors import Contradiction, DeclarationError, RowsRefused
from pipelines.labels.changes import Changes, changed_files
from pipelines.labels.entries import Entry, entries, spoken
from pipelines.labels.export_labels import HEADS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def import_labels(declared: Declarations, file: Path, language: str | None = None) -> dict[str, int]:
    """Write what was changed in the spreadsheet into the declarations, and say how many texts of each language.

    Raises RowsRefused, with every row that cannot be taken, or where the declarations would contradict themselves
    afterwards; then nothing is written.
    """
    changes, wrong = {}, []
    for name, sheet in _sheets(file, declared, language):
        changes[name], refused = _changes(file, sheet, name, declared)
        wrong += refused
    if wrong:
        raise RowsRefused(wrong)
    _write(changed_files(declared, changes), declared)
    return {name: len(found) for name, found in changes.items()}


def _sheets(file: Path, declared: Declarations, language: str | None) -> Iterator[tuple[str, Worksheet]]:
    from openpyxl import load_workbook  # noqa: PLC0415  heavy

    wanted = [declared.language(language)] if language else spoken(declared)
    try:
        book = load_workbook(file, data_only=True)
    except (BadZipFile, OSError, ValueError, KeyError, TypeError) as error:
        raise RowsRefused([Contradiction(file, 0, f"is no workbook (.xlsx) that can be read: {error}")]) from error
    found = [(sheet.title, sheet) for sheet in book.worksheets if sheet.title in wanted]
    if not found:
        raise RowsRefused([Contradiction(file, 0, f"has no sheet named {' or '.join(wanted)}")])
    yield from found


def _changes(
    file: Path, sheet: Worksheet, language: str, declared: Declarations
) -> tuple[Changes, list[Contradiction]]:
    """Compare the sheet with what would be exported now: only rows that differ are changes."""
    today, changes, wrong, seen = entries(declared, language), {}, [], set()
    rows = sheet.iter_rows(values_only=True, max_col=len(HEADS))
    if tuple(next(rows, ())) != HEADS:
        return {}, [Contradiction(file, 1, f"sheet {language}: the columns are {', '.join(HEADS)}")]
    for number, cells in enumerate(rows, 2):
        if not any(cells):
            continue
        row = Entry(*map(_text, cells))
        problems = list(_wrong(row, today)) + (["stands twice"] if row.key in seen else [])
        seen.add(row.key)
        wrong += [Contradiction(file, number, f"sheet {language}: {row.kind} '{row.id}': {what}") for what in problems]
        if not problems and row != today[row.key]:
            changes[row.key] = row
    return changes, wrong


def _wrong(row: Entry, today: dict[tuple[str, str], Entry]) -> Iterator[str]:
    own = today.get(row.key)
    if own is None:
        yield "there is no such text"
        return
    if row.english != own.english:
        yield f"the English is now '{own.english}'; export the words again"
    if own.kind not in {"code", "place"} and (braces := broken_braces(own.english, row.text)):
        yield braces
    if own.text and not row.text:
        yield "a text cannot be taken away; say in the remarks what is wrong with it"
    if bool(row.checked_by) != bool(row.checked_on):
        yield "who has checked it and when go together"
    if row.checked_on and not _is_day(row.checked_on):
        yield f"'{row.checked_on}' is no day; write it as 2026-03-01"
    if row.checked_on and not row.text:
        yield "it is checked and has no text"
    if any(unicodedata.category(letter) == "Cc" for letter in row.text + row.checked_by + row.remarks):
        yield "a line end or another control character stands in it"


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _text(cell: Any) -> str:
    """Give a cell as text; a day that the program made of what was typed is written as a day again."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else unicodedata.normalize("NFC", str(cell).strip())


def _write(files: Iterable[tuple[Path, str]], declared: Declarations) -> None:
    """Write the files, and put them back as they were where the declarations then contradict themselves."""
    before: dict[Path, bytes | None] = {}
    for file, text in files:
        before[file] = file.read_bytes() if file.is_file() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    try:
        load_declarations(*declared.roots[1:])
    except DeclarationError as error:
        for file, text_before in before.items():
            _put_back(file, text_before)
        raise RowsRefused([replace(c, what=f"would then be wrong: {c.what}") for c in error.contradictions]) from error


def _put_back(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
