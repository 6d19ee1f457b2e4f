"""A document (JSON, NDJSON, FHIR, DHIS2) becomes an extract: read by a child process, then by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from pipelines import engine
from pipelines.artefacts import EXTRACT, ROW, Delivery, Extract, Finding, Workspace
from pipelines.child.answer import Answer
from pipelines.child.run import run
from pipelines.declarations.decoding import Fhir, Records
from pipelines.declarations.source import Source, declared_columns
from pipelines.decode.columns import check_columns
from pipelines.decode.count import elements, lines
from pipelines.decode.encodings import CHUNK, UTF_16, Text
from pipelines.decode.no_rows import check_rows
from pipelines.decode.signatures import looks_like
from pipelines.documents.job import Form, Job, job_text
from pipelines.documents.table import is_within
from pipelines.errors import Refused
from pipelines.settings import Settings

_SECOND = 1 << 20  # bytes that a child may take a second for
_LINE = 16 << 20  # bytes of a line that the child writes
_OF_DHIS2 = ("dataElement", "period", "orgUnit", "value")  # what no data value may lack


def read_document(
    delivery: Delivery, paths: Sequence[Path], source: Source, workspace: Workspace, settings: Settings
) -> Extract:
    """Read every declared path as text. Raises Refused with every finding."""
    says_zero = delivery.envelope.reports_zero and source.decode.format.endswith("ndjson")
    for path in paths:
        _look_at(path, may_be_empty=says_zero)  # of lines there is no other file without records
    wanted, job_file = _job(paths, source, workspace, settings), workspace.file("document-job.json")
    job_file.write_text(job_text(wanted), encoding="utf-8")
    answer = run("pipelines.documents", job_file, wanted)
    if answer.refused:
        raise Refused(answer.refused)
    if answer.rows or answer.columns:  # where there is no record, no path can be met
        _check(answer, source, wanted)
    _check_count(answer.records, _counted(wanted))
    check_rows(answer.rows, delivery, "records")
    target = workspace.file(EXTRACT)
    rows = _copied(Path(wanted.target), wanted.columns, target, workspace, settings)
    _check_count(rows, answer.rows)
    Path(wanted.target).unlink()
    return Extract(delivery, target, wanted.columns, rows, "utf-8", answer.notes, first_row=1, numbered=True)


def _counted(wanted: Job) -> int:
    """Count the records by another way than the one that reads them."""
    if wanted.form.endswith("ndjson"):
        return sum(lines(Path(document)) for document in wanted.documents)
    at = ("entry",) if wanted.form == "fhir-bundle" else wanted.at
    return elements(Path(wanted.documents[0]), at, b"{" if wanted.keyed_by else b"[")


def _check_count(read: int, counted: int) -> None:
    if read != counted:
        raise Refused([Finding("row-count-differs", value=f"{read} rows read", expected=f"{counted} rows counted")])


def _look_at(path: Path, *, may_be_empty: bool) -> None:
    with path.open("rb") as stream:
        start = stream.read(CHUNK)
    if not may_be_empty and not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused([Finding("empty-file", expected="records")])
    if start.startswith(UTF_16):
        raise Refused([Finding("wrong-encoding", value="UTF-16", expected="utf-8")])
    if found := looks_like(path, start):
        raise Refused([Finding("not-json", value=found, expected="JSON")])


def _job(paths: Sequence[Path], source: Source, workspace: Workspace, settings: Settings) -> Job:
    decode, records, fhir = source.decode, source.decode.records or Records(), source.decode.fhir or Fhir(rows="Any")
    at = tuple(part for part in records.at.split(".") if part)
    return Job(
        documents=tuple(map(str, paths)),
        target=str(workspace.file("document.csv")),
        form=cast("Form", decode.format),
        columns=tuple(c for c in declared_columns(source) if c not in source.ignore),
        ignored=source.ignore,
        at=at or (("dataValues",) if decode.format == "dhis2" else ()),
        keyed_by=records.keyed_by,
        beside=records.beside,
        optional=records.optional,
        rows=fhir.rows,
        joined=fhir.joined,
        left_out=fhir.left_out,
        systems={address: called for called, address in fhir.systems.items()},
        most_record=settings.max_line_bytes,
        most_bytes=settings.max_unpacked_bytes,
        most_seconds=180 + sum(path.stat().st_size for path in paths) // _SECOND,
    )


def _check(answer: Answer, source: Source, wanted: Job) -> None:
    """Hold the paths that were met against the declared ones, each told with the row in which it stands first."""
    rows = dict(answer.columns)
    header = tuple(dict.fromkeys([*_lacking(wanted, rows), *_met(rows, wanted)]))
    try:
        check_columns(header, source, Text(Path(wanted.target), "utf-8", b""))
    except Refused as refused:
        found = [replace(f, row=rows.get(f.column or "")) for f in refused.findings]
        raise Refused(found) from refused


def _lacking(wanted: Job, rows: dict[str, int]) -> Iterator[str]:
    """Give the declared columns that were not met and need not be: a resource leaves out what it does not know."""
    for column in wanted.columns:
        may = wanted.form.startswith("fhir") or column in wanted.optional
        if column not in rows and (may or (wanted.form == "dhis2" and column not in _OF_DHIS2)):
            yield column


def _met(rows: dict[str, int], wanted: Job) -> Iterator[str]:
    yield from (path for path in rows if path in wanted.columns or not is_within(path, wanted.ignored))


def _copied(path: Path, columns: Sequence[str], target: Path, workspace: Workspace, settings: Settings) -> int:
    """Let DuckDB write the extract: texts in quotes are texts, even empty ones, and nothing stands for null."""
    kinds = ", ".join([f"'{ROW}': 'BIGINT'", *(f"{engine.literal(c)}: 'VARCHAR'" for c in columns)])
    options = (
        f"delim = ',', quote = '\"', escape = '\"', header = true, auto_detect = false, strict_mode = true, "
        f"allow_quoted_nulls = false, max_line_size = {_LINE}, buffer_size = {2 * _LINE}, compression = 'none', "
        "hive_partitioning = false"
    )
    read = f"read_csv({engine.literal(str(path))}, columns = {{{kinds}}}, {options})"
    copy = f"COPY (SELECT * FROM {read}) TO {engine.literal(str(target))} (FORMAT parquet, COMPRESSION lz4_raw)"
    with engine.connect(settings, workspace.spill) as con:
        (rows,) = con.execute(copy).fetchone() or (0,)
    return int(rows)
