"""What the tests of the reader share: workbooks by a program and by hand, and a way to read them without a child."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.workbook.job import Job, table_of
from pipelines.workbook.write import write

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
PARTS = {
    "_rels/.rels": RELATIONS.format(f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/book.xml"/>'),
    "xl/book.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="A" r:id="b"/></sheets></workbook>',
    "xl/_rels/book.xml.rels": RELATIONS.format(f'<Relationship Id="b" Type="{OFFICE}/worksheet" Target="/xl/a.xml"/>'),
    "xl/a.xml": f"<worksheet {MAIN}><sheetData>SHEET</sheetData></worksheet>",
}
Cells = list[list[str]]


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Cells]:
    """Read a workbook's table; give its records, the header first. What else is said goes to the job."""
    folder = tmp_path_factory.mktemp("tables")

    def read(workbook: Path, **said: Any) -> Cells:
        write(Job(str(workbook), str(folder), **said))
        with table_of(folder, 0).open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))

    return read


@pytest.fixture(scope="session")
def book_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write rows into a workbook as openpyxl does; a change is made to the book before it is saved."""
    folder = tmp_path_factory.mktemp("books")

    def make(rows: Sequence[Sequence[object]], change: Callable[[openpyxl.Workbook], object] | None = None) -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append(list(row))
        if change:
            change(book)
        file = folder / "book.xlsx"
        book.save(file)
        return file

    return make


@pytest.fixture(scope="session")
def sheet_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a workbook by hand: what stands in its sheet as XML, and the names and texts of other parts."""
    folder = tmp_path_factory.mktemp("sheets")

    def make(sheet: str, **parts: str) -> Path:
        with zipfile.ZipFile(folder / "sheet.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in {**PARTS, **parts}.items():
                archive.writestr(name, text.replace("SHEET", sheet))
        return folder / "sheet.xlsx"

    return make
