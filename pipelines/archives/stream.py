"""A gzip stream: unpacked to its end, and held against its own check sum and length."""

from __future__ import annotations

import gzip
import zlib

from pipelines.archives.job import Job
from pipelines.archives.written import written
from pipelines.artefacts import Finding, overheard
from pipelines.errors import Refused


def stream(job: Job) -> int:
    """Unpack it into the one file 0; give how many files were written. Raises Refused."""
    try:
        with gzip.open(job.packed) as packed:
            written(packed, job.target(0), job.most_bytes)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        found = Finding("broken-gzip", value=overheard(error), expected="a packed file that is whole")
        raise Refused([found]) from error
    return 1
