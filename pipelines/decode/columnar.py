"""A Parquet file becomes an extract: opened by a child process, which writes every value as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.artefacts import EXTRACT, Delivery, Extract, Finding, Workspace
from pipelines.child.run import run
from pipelines.columnar.job import Job, job_text
from pipelines.declarations.source import Source, declared_columns
from pipelines.decode.columns import check_columns
from pipelines.decode.encodings import CHUNK, Text
from pipelines.decode.no_rows import check_rows
from pipelines.decode.signatures import looks_like
from pipelines.errors import Refused
from pipelines.settings import Settings

_MAGIC = b"PAR1"


def read_parquet(delivery: Delivery, path: Path, source: Source, workspace: Workspace, settings: Settings) -> Extract:
    """Read every declared column as text. Raises Refused with every finding."""
    _look_at(path)
    columns = tuple(c for c in declared_columns(source) if c not in source.ignore)
    target = workspace.file(EXTRACT)
    wanted = Job(str(path), str(target), columns, settings.most_unpacked(path.stat().st_size))
    job_file = workspace.file("parquet-job.json")
    job_file.write_text(job_text(wanted), encoding="utf-8")
    answer = run("pipelines.columnar", job_file, wanted, with_packages=True)
    if answer.refused:
        raise Refused(answer.refused)
    header = tuple(name for name, _ in answer.columns)
    try:
        check_columns(header, source, Text(path, "utf-8", b""))
    except Refused as refused:
        raise Refused([replace(found, row=None) for found in refused.findings]) from refused
    check_rows(answer.rows, delivery, "rows")
    return Extract(delivery, target, columns, answer.rows, "utf-8", answer.notes, first_row=1)


def _look_at(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(CHUNK)
    if not start.strip():
        raise Refused([Finding("empty-file", expected="columns and rows")])
    if not start.startswith(_MAGIC):
        found = looks_like(path, start) or "something else"
        raise Refused([Finding("not-parquet", value=found, expected="a Parquet file")])
