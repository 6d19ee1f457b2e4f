"""The child: reads one job, writes the table, and says on its output why it did not."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.errors import Refused
from pipelines.workbook.job import findings_text, job_from
from pipelines.workbook.limits import limits
from pipelines.workbook.write import write


def main(job_file: str) -> int:
    """Do the job under its limits; 0 is a table or an answer, 3 is a want of memory."""
    job = job_from(Path(job_file).read_text(encoding="utf-8"))
    limits(job.most_seconds, job.most_memory)
    try:
        write(job)
    except Refused as refused:
        sys.stdout.write(findings_text(refused.findings))
    except MemoryError:
        return 3
    else:
        sys.stdout.write(findings_text(()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
