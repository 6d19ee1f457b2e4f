"""The child: reads one job, writes the table, and says on its output why it did not."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.child.answer import Answer
from pipelines.child.serve import serve
from pipelines.workbook.job import job_from
from pipelines.workbook.look import look
from pipelines.workbook.write import write


def main(job_file: str) -> int:
    """Do the job under its limits."""
    job = job_from(Path(job_file).read_text(encoding="utf-8"))

    def work() -> Answer:
        if job.look:
            look(job)
            return Answer()
        return Answer(sheets=write(job))

    return serve(work, job)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
