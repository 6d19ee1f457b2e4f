"""What the child is asked to do. It travels as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """The packed file, the folder to unpack into, what is agreed to be inside, and how much it may take.

    `pattern`: what the members of a zip archive are called; None for gzip, where nothing has a name.
    """

    packed: str
    folder: str
    pattern: str | None = None
    several: bool = False
    most_bytes: int = 16 << 30  # unpacked
    most_seconds: int = 180
    most_memory: int = 256 << 20

    def target(self, number: int) -> Path:
        """Give the file that the member of this number, from 0, is written to."""
        return Path(self.folder) / f"unpacked-{number}"


def job_from(text: str) -> Job:
    """Read a job."""
    return Job(**json.loads(text))


def job_text(job: Job) -> str:
    """Write a job."""
    return json.dumps(asdict(job))
