"""A workbook (XLSX) becomes delimited text: read by a child process that may take its time and memory, and may die."""

from __future__ import annotations

from pathlib import Path

from pipelines.artefacts import Finding, Workspace
from pipelines.child.run import run
from pipelines.declarations.dates import SERIAL, date_form
from pipelines.declarations.source import Source
from pipelines.decode.encodings import CHUNK, UTF_16, Text
from pipelines.decode.header import names_rows, told_above, wanted_names
from pipelines.decode.signatures import LOCKED, OLD, OLE2, looks_like, old_document
from pipelines.errors import Refused
from pipelines.settings import Settings
from pipelines.workbook.job import Form, Heading, Job, job_text, table_of

_OLD = {
    LOCKED: Finding("locked-workbook", expected="a workbook without a password"),
    OLD: Finding("old-workbook", expected="a workbook (XLSX)"),
}


def as_delimited(path: Path, source: Source, workspace: Workspace, settings: Settings) -> tuple[tuple[str, Text], ...]:
    """Write each sheet that is meant as UTF-8 text, in their order, and give its name.

    Raises Refused with every finding where one cannot be taken.
    """
    _look_at(path)
    folder = workspace.folder
    wanted, job_file = job(path, folder, source, settings), workspace.file("sheet-job.json")
    job_file.write_text(job_text(wanted), encoding="utf-8")
    answer = run("pipelines.workbook", job_file, wanted)
    if answer.refused:
        raise Refused(answer.refused)
    storeys = names_rows(source.decode.header)
    return tuple(
        (name, Text(table_of(folder, n), "utf-8", b"", above + storeys - 1, (*told_above(above), *_taken(hidden))))
        for n, (name, above, hidden) in enumerate(answer.sheets)
    )


def job(path: Path, target: Path, source: Source, settings: Settings) -> Job:
    """Say what the child has to do."""
    unpivot = source.unpivot
    named = unpivot.name_is.read if unpivot and unpivot.name_is else None
    forms = {mapping.from_: _form(mapping.read) for mapping in reversed(source.map.values())}  # the first one counts
    return Job(
        workbook=str(path),
        target=str(target),
        read=source.decode.sheets.read,
        ignore=source.decode.sheets.ignore,
        takes_hidden=source.decode.hidden == "taken",
        decimal=source.decode.decimal,
        forms=forms,
        other=_form(unpivot.read if unpivot else None),
        names=_form(named),
        heading=_heading(source),
        merged=source.decode.merged,
        most_bytes=settings.most_unpacked(path.stat().st_size),
    )


def _taken(hidden: int) -> tuple[Finding, ...]:
    return (Finding("hidden-cells-taken", row=1, value=str(hidden), facts=hidden),) if hidden else ()


def _heading(source: Source) -> Heading:
    header = source.decode.header
    return Heading(
        above=None if header.rows_above == "until-names" else header.rows_above,
        rows=header.rows,
        joined_by=header.joined_by,
        unnamed=header.unnamed,
        columns=header.columns,
        wanted=frozenset(wanted_names(source)),
    )


def _form(read: str | None) -> Form:
    if read == "instant":
        return Form(day="")
    form = date_form(read) if read else None
    if read is None or form is None:
        return Form(number=read if read and "#" in read else "#")
    if form.month_words or form.iso_week:
        return Form()
    return Form(day=form.format, serial=read == SERIAL)


def refuse_old(path: Path, start: bytes) -> None:
    """Raise Refused where a file is a workbook of the old format, or locked with a password: with how to mend it."""
    if start.startswith(OLE2) and (found := _OLD.get(old_document(path))):
        raise Refused([found])


def _look_at(path: Path) -> None:
    with path.open("rb") as stream:
        start = stream.read(CHUNK)
    refuse_old(path, start)
    if start.startswith(b"PK\x03\x04"):
        return
    if not start.strip():
        raise Refused([Finding("empty-file", expected="column names and rows")])
    raise Refused([Finding("not-a-workbook", value=_other(path, start), expected="a workbook (XLSX)")])


def _other(path: Path, start: bytes) -> str:
    if start.startswith(b"\x1f\x8b"):
        return "a packed file (gzip)"
    text = b"\0" not in start or start.startswith(UTF_16)
    return looks_like(path, start) or ("delimited text (CSV)" if text else "something else")
