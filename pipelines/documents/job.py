"""What the child is asked to do. It travels as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Form = Literal["json", "ndjson", "dhis2", "fhir-bundle", "fhir-ndjson"]


@dataclass(frozen=True)
class Job:
    """The documents, how they are written, which paths are columns and which are ignored, and how much it may take."""

    documents: tuple[str, ...]
    target: str
    form: Form
    columns: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    at: tuple[str, ...] = ()  # the keys that lead to the records
    keyed_by: str = ""  # the column that takes the name of a record, where they stand in no array
    beside: tuple[str, ...] = ()  # keys on that way that are not taken over
    optional: tuple[str, ...] = ()  # columns that no record need have
    rows: str = ""  # the type of resource that is the row
    joined: tuple[str, ...] = ()  # types that it may refer to
    left_out: tuple[str, ...] = ()  # types that are not taken over
    systems: dict[str, str] = field(default_factory=dict)  # the short names of code systems
    most_record: int = 1 << 20  # characters of one record
    most_bytes: int = 16 << 30
    most_seconds: int = 180
    most_memory: int = 512 << 20


def job_from(text: str) -> Job:
    """Read a job."""
    said: dict[str, Any] = json.loads(text)
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return Job(**frozen)


def job_text(job: Job) -> str:
    """Write a job."""
    return json.dumps(asdict(job))
