"""The sheet that is meant becomes a table of delimited text, UTF-8, in which each row stands in its own place."""

from __future__ import annotations

import csv
from pathlib import Path

from pipelines.artefacts import Finding
from pipelines.errors import Refused
from pipelines.workbook.archive import archive
from pipelines.workbook.book import book
from pipelines.workbook.job import Job
from pipelines.workbook.sheet import sheet


def write(job: Job) -> tuple[tuple[str, int], ...]:
    """Write the table, names first; give each sheet that was read, and how many rows stand above its names.

    A blank row is a blank line; those behind the last row are none. Raises Refused.
    """
    with (
        archive(job.workbook, job.most_bytes) as opened,
        Path(job.target).open("w", encoding="utf-8", newline="") as out,
    ):
        lines = csv.writer(out, lineterminator="\n")
        written: int | None = None

        def emit(row: int, cells: list[str]) -> None:
            nonlocal written
            out.write("\n" * (0 if written is None else row - written - 1))
            lines.writerow(cells)
            written = row

        meant = book(opened, job.sheet)
        above = sheet(opened, meant, job, emit)
        if not out.tell():
            raise Refused([Finding("empty-file", expected="column names and rows")])
        return ((meant.name, above),)
