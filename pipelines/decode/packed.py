"""A packed delivery (zip, gzip) is unpacked by a child process, within limits, before anybody reads it."""

from __future__ import annotations

from pathlib import Path

from pipelines.archives.job import Job, job_text
from pipelines.artefacts import Finding, Workspace
from pipelines.child.run import run
from pipelines.declarations.source import Source
from pipelines.errors import Refused
from pipelines.settings import Settings

_GZIP = b"\x1f\x8b"
_ALONE = ("xlsx", "parquet")  # these are packed in themselves, and are not taken inside gzip
_A_SECOND = 50 << 20  # bytes that the child may take a second for


def unpacked(path: Path, source: Source, workspace: Workspace, settings: Settings) -> tuple[Path, ...]:
    """Give the files to read: the delivery itself, or what it was packed from. Raises Refused."""
    pattern = source.decode.zip
    with path.open("rb") as stream:
        start = stream.read(2)
    if pattern is not None and start != b"PK":
        raise Refused([Finding("not-an-archive", expected=f"a zip archive with {pattern}")])
    if pattern is None and (start != _GZIP or source.decode.format in _ALONE):
        return (path,)
    most = settings.most_unpacked(path.stat().st_size)
    several, seconds = source.decode.format == "fhir-ndjson", 60 + most // _A_SECOND
    wanted = Job(str(path), str(workspace.folder), pattern, several, most, seconds)
    job_file = workspace.file("unpack-job.json")
    job_file.write_text(job_text(wanted), encoding="utf-8")
    answer = run("pipelines.archives", job_file, wanted)
    if answer.refused:
        raise Refused(answer.refused)
    return tuple(wanted.target(number) for number in range(answer.rows))
