"""What the child is asked to do. It travels as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Form:
    """How the numbers of one column are written: `day` is a format of strftime, `number` has a # for the digits.

    Where `day` is empty a day cannot be written without a guess, and stays a number. `serial`: plain numbers are days.
    """

    day: str = "%Y-%m-%d"
    number: str = "#"
    serial: bool = False


@dataclass(frozen=True)
class Heading:
    """Where the column names stand: how many rows above them (None: they are looked for), and in how many rows.

    `columns`: the names, where they stand nowhere in the sheet. `wanted`: those without which nothing can be read.
    """

    above: int | None = 0
    rows: int = 1
    joined_by: str = " / "
    unnamed: str = ""
    columns: tuple[str, ...] = ()
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Job:
    """The workbook, which sheets are read, how its cells are written into the table, and how much it may take."""

    workbook: str
    target: str  # a folder
    read: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    takes_hidden: bool = False
    decimal: str = "."
    forms: dict[str, Form] = field(default_factory=dict)
    other: Form = Form()  # of the columns that `forms` does not name
    names: Form = Form()  # of the column names
    heading: Heading = Heading()
    look: int = 0  # so many rows of every sheet are only looked at, and no table is written
    merged: tuple[str, ...] = ()  # what cells that are merged below the names may be: `down`, `across`
    most_bytes: int = 16 << 30  # unpacked
    most_seconds: int = 180  # of the processor
    most_memory: int = 1 << 30


def table_of(folder: Path, sheet: int) -> Path:
    """Say where the table of a sheet lies, of those that are read the first, second and so on, counted from 0."""
    return folder / f"sheet-{sheet}.csv"


def job_from(text: str) -> Job:
    """Read a job."""
    said: dict[str, Any] = json.loads(text)
    forms = {column: Form(**form) for column, form in said.pop("forms").items()}
    heading = _heading(said.pop("heading"))
    read, ignore, merged = (tuple(said.pop(names)) for names in ("read", "ignore", "merged"))
    other, names = Form(**said.pop("other")), Form(**said.pop("names"))
    return Job(forms=forms, other=other, names=names, heading=heading, read=read, ignore=ignore, merged=merged, **said)


def job_text(job: Job) -> str:
    """Write a job."""
    return json.dumps(asdict(job), default=sorted)


def _heading(said: dict[str, Any]) -> Heading:
    return Heading(columns=tuple(said.pop("columns")), wanted=frozenset(said.pop("wanted")), **said)
