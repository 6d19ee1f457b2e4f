"""The child: reads one job, writes the table, and says on its output what it met."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.child.serve import serve
from pipelines.documents.job import job_from
from pipelines.documents.write import write


def main(job_file: str) -> int:
    """Do the job under its limits."""
    job = job_from(Path(job_file).read_text(encoding="utf-8"))
    return serve(lambda: write(job), job)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
