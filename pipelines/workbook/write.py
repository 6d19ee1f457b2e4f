"""The sheets that are meant become tables of delimited text, UTF-8, in which each row stands in its own place."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from pipelines.artefacts import Finding
from pipelines.errors import Refused
from pipelines.workbook.archive import archive
from pipelines.workbook.book import Book, book
from pipelines.workbook.count import rows
from pipelines.workbook.job import Job, table_of
from pipelines.workbook.rest import read_rest
from pipelines.workbook.sheet import Seen, sheet

Read = tuple[str, int, int]  # the name of a sheet, how many rows stand above its names, how many hidden cells it has


def write(job: Job) -> tuple[Read, ...]:
    """Write each table, names first; give the sheets that were read, in their order.

    A blank row is a blank line; those behind the last row are none. Raises Refused, with what is wrong in each sheet.
    """
    with archive(job.workbook, job.most_bytes) as opened:
        meant = book(opened, job.read, job.ignore)
        read, wrong = list[Read](), list[Finding]()
        for number, one in enumerate(meant.sheets):
            try:
                seen = _written(opened, one.part, meant, job, table_of(Path(job.target), number))
                read.append((one.name, seen.above, seen.hidden_cells))
            except Refused as refused:
                wrong += (
                    refused.findings if len(meant.sheets) == 1 else [in_sheet(f, one.name) for f in refused.findings]
                )
        if wrong:
            raise Refused(wrong)
        read_rest(opened)
        return tuple(read)


def in_sheet(found: Finding, sheet_name: str) -> Finding:
    """Say in which sheet something was found; what is wrong with the whole of it is told of its first row."""
    return replace(found, sheet=sheet_name, row=found.row or 1)


def _written(opened: ZipFile, name: str, meant: Book, job: Job, target: Path) -> Seen:
    with target.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        written, last = 0, 0

        def emit(row: int, cells: list[str]) -> None:
            nonlocal written, last
            out.write("\n" * (row - last - 1 if written else 0))
            lines.writerow(cells)
            written, last = written + 1, row

        seen = sheet(opened, name, meant, job, emit)
        if not written:
            raise Refused([Finding("empty-file", expected="column names and rows")])
    if seen.names_end is not None:
        counted = rows(opened, name, meant.texts_part, seen.names_end)
        _agree(written - 1, counted, filled="down" in job.merged)
    return seen


def _agree(read: int, counted: int, *, filled: bool) -> None:
    """Refuse where the reader saw other rows than were counted; cells that are merged may have filled some more."""
    if read < counted or (read > counted and not filled):
        raise Refused([Finding("row-count-differs", value=f"{read} rows read", expected=f"{counted} rows counted")])
