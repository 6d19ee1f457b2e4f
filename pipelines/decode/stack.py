"""Several sheets of a workbook, read one after the other, become one extract: each row knows its sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipelines import engine
from pipelines.artefacts import EXTRACT, ROW, Extract, Finding, Workspace
from pipelines.declarations.source import Source
from pipelines.decode.encodings import Text
from pipelines.engine import literal, name, names, parquet
from pipelines.errors import Refused
from pipelines.numbering import SHEET_ROWS
from pipelines.settings import Settings

Read = Callable[[Text, Workspace], Extract]


def stacked(
    sheets: Sequence[tuple[str, Text]], read: Read, source: Source, workspace: Workspace, settings: Settings
) -> Extract:
    """Read each sheet, and put them together. Raises Refused with what is wrong in each of them."""
    column = source.decode.sheets.column
    if len(sheets) == 1 and column is None:
        return replace(read(sheets[0][1], workspace), sheets=(sheets[0][0],))
    extracts = list(_each(sheets, read, workspace))
    if differing := list(_differing(sheets, extracts, source)):
        raise Refused(differing)
    of_file = tuple(dict.fromkeys(c for extract in extracts for c in extract.columns))
    columns, target = (*of_file, *([column] if column else [])), workspace.file(EXTRACT)
    every = f"SELECT {names((*columns, ROW))} FROM (\n{_every_row(sheets, extracts, column)})"
    with engine.connect(settings, workspace.spill) as con:
        con.execute(f"COPY ({every}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION lz4_raw)")
    several = len(sheets) > 1
    told = [
        _in(note, sheet) if several else note
        for (sheet, _), e in zip(sheets, extracts, strict=True)
        for note in e.notes
    ]
    return replace(
        extracts[0],
        path=target,
        columns=columns,
        rows=sum(extract.rows for extract in extracts),
        notes=tuple(told),
        first_row=min(extract.first_row for extract in extracts),
        numbered=True,
        sheets=tuple(sheet for sheet, _ in sheets),
    )


def _each(sheets: Sequence[tuple[str, Text]], read: Read, workspace: Workspace) -> Iterator[Extract]:
    wrong = list[Finding]()
    for number, (sheet, text) in enumerate(sheets):
        own = Workspace(workspace.file(f"sheet-{number}"))
        own.folder.mkdir(exist_ok=True)
        try:
            yield read(text, own)
        except Refused as refused:
            wrong += [_in(found, sheet) if len(sheets) > 1 else found for found in refused.findings]
    if wrong:
        raise Refused(wrong)


def _differing(sheets: Sequence[tuple[str, Text]], extracts: Sequence[Extract], source: Source) -> Iterator[Finding]:
    """Columns that are dates are not named one by one: they must be the same in each sheet."""
    first = [c for c in extracts[0].columns if c not in source.ignore]
    for (sheet, _), extract in zip(sheets, extracts, strict=True):
        own, row = [c for c in extract.columns if c not in source.ignore], extract.first_row - 1
        for column in (c for c in first if c not in own):
            yield Finding("missing-column", row, column, expected=column, sheet=sheet)
        for column in (c for c in own if c not in first):
            yield Finding("unexpected-column", row, column, value=column, expected="no further column", sheet=sheet)


def _every_row(sheets: Sequence[tuple[str, Text]], extracts: Sequence[Extract], column: str | None) -> str:
    parts = []
    for number, ((sheet, _), extract) in enumerate(zip(sheets, extracts, strict=True)):
        said = f", {literal(sheet)} AS {name(column)}" if column else ""
        row = f"{extract.row_sql} + {number * SHEET_ROWS} AS {ROW}"
        parts.append(f"SELECT {names(extract.columns)}{said}, {row} FROM {parquet(extract.path, numbered=True)}")
    return "\nUNION ALL BY NAME ".join(parts)


def _in(found: Finding, sheet: str) -> Finding:
    return replace(found, sheet=sheet, row=found.row or 1)
