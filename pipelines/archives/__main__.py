"""The child: reads one job, unpacks, and says on its output why it did not."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.archives.job import Job, job_from
from pipelines.archives.members import members
from pipelines.archives.stream import stream
from pipelines.child.answer import Answer
from pipelines.child.serve import serve


def main(job_file: str) -> int:
    """Do the job under its limits."""
    job = job_from(Path(job_file).read_text(encoding="utf-8"))
    return serve(lambda: unpack(job), job)


def unpack(job: Job) -> Answer:
    """Unpack as the job says; give how many files were written. Raises Refused."""
    return Answer(rows=members(job) if job.pattern is not None else stream(job))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
