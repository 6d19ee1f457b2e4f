"""What the child is asked to do. It travels as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Job:
    """The Parquet file, the columns that are taken over, those that are ignored, and how much it may take."""

    parquet: str
    target: str
    columns: tuple[str, ...]
    most_bytes: int = 16 << 30
    most_seconds: int = 180
    most_memory: int = 3 << 30  # of addresses: pyarrow maps much more than it uses


def job_from(text: str) -> Job:
    """Read a job."""
    said: dict[str, Any] = json.loads(text)
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    return Job(**frozen)


def job_text(job: Job) -> str:
    """Write a job."""
    return json.dumps(asdict(job))
