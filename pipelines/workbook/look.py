"""What stands in each sheet before anybody has declared one: its first rows as they are, merged and hidden cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from pipelines.artefacts import Finding
from pipelines.workbook.archive import archive, part
from pipelines.workbook.book import Book, Sheet, every_sheet
from pipelines.workbook.job import Job
from pipelines.workbook.merged import areas_in
from pipelines.workbook.sheet import EnoughError, Rows

LOOKED = "looked.json"  # in the job's folder
Area = tuple[int, int, int, int]  # first row and column, last row and column, counted from 1


@dataclass(frozen=True)
class Looked:
    """A sheet: each of its first rows that holds something, with its number; whether some cells in them are hidden."""

    name: str
    is_hidden: bool
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    hidden_cells: int
    merged: tuple[Area, ...]


def look(job: Job) -> None:
    """Write what stands in every sheet into the job's folder, `job.look` rows of each. Raises Refused."""
    with archive(job.workbook, job.most_bytes) as opened:
        found = [asdict(one) for one in _each(opened, job)]
    (Path(job.target) / LOOKED).write_text(json.dumps(found), encoding="utf-8")


def looked_from(folder: Path) -> tuple[Looked, ...]:
    """Read what was written."""
    return tuple(map(_looked, json.loads((folder / LOOKED).read_text(encoding="utf-8"))))


def _each(opened: ZipFile, job: Job) -> Iterator[Looked]:
    whole = every_sheet(opened)
    for sheet in whole.sheets:
        yield _one(opened, sheet, whole, job)


def _one(opened: ZipFile, sheet: Sheet, whole: Book, job: Job) -> Looked:
    reader = _FirstRows(whole, job)
    with part(opened, sheet.part) as stream, suppress(EnoughError):
        reader.read(stream)
    with part(opened, sheet.part) as stream:
        areas = areas_in(stream)
    merged = tuple((a.first_row, a.first_column, a.last_row, a.last_column) for a in areas)
    return Looked(sheet.name, sheet.hidden, tuple(reader.rows), reader.hidden_cells, merged)


class _FirstRows(Rows):
    """Keeps rows as they stand, up to so many: in none of them the names are looked for, and nothing is refused."""

    def __init__(self, book: Book, job: Job) -> None:
        super().__init__(book, job, lambda _, __: None, [])
        self.rows: list[tuple[int, tuple[str, ...]]] = []

    def _end_row(self) -> None:
        if any(self.cells):
            self.rows.append((self.row, tuple(cell.strip() for cell in self.cells)))
        if len(self.rows) >= self.job.look:
            raise EnoughError

    def _tell(self, finding: Finding) -> None:
        """Nothing: what is wrong with a cell is told when its sheet is read."""


def _looked(said: dict[str, Any]) -> Looked:
    rows = tuple((int(number), tuple(cells)) for number, cells in said["rows"])
    merged = tuple((a, b, c, d) for a, b, c, d in said["merged"])
    return Looked(said["name"], said["is_hidden"], rows, said["hidden_cells"], merged)
