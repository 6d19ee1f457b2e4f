"""What the child is asked to do. It travels as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
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
class Job:
    """The workbook, which sheet is meant, how its cells are written into the table, and how much it may take."""

    workbook: str
    target: str
    sheet: str | None = None
    decimal: str = "."
    forms: dict[str, Form] = field(default_factory=dict)
    other: Form = Form()  # of the columns that `forms` does not name
    names: Form = Form()  # of the column names
    most_bytes: int = 16 << 30  # unpacked
    most_seconds: int = 180  # of the processor
    most_memory: int = 1 << 30


def job_from(text: str) -> Job:
    """Read a job."""
    said: dict[str, Any] = json.loads(text)
    forms = {column: Form(**form) for column, form in said.pop("forms").items()}
    return Job(forms=forms, other=Form(**said.pop("other")), names=Form(**said.pop("names")), **said)


def job_text(job: Job) -> str:
    """Write a job."""
    return json.dumps(asdict(job))
