"""The row of column names is found where it is declared, and made the first: the readers know no other place for it."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from pipelines.artefacts import Finding, Workspace
from pipelines.declarations.decoding import Decode, Header
from pipelines.declarations.source import Source, declared_columns
from pipelines.decode.encodings import CHUNK, Text
from pipelines.decode.records import Record, records_of
from pipelines.errors import Refused
from pipelines.headings import LOOKED_AT, best_start, joined
from pipelines.settings import Settings

_BOM = b"\xef\xbb\xbf"


def with_names_first(text: Text, source: Source, workspace: Workspace, settings: Settings) -> Text:
    """Write the text anew with the column names as its first row, where they do not stand there.

    `above` then says how many rows the sender's file has above it: -1 where the names were not in the file at all.
    """
    decode, header = source.decode, source.decode.header
    if header == Header():
        return text
    with text.path.open("rb") as stream:
        start = stream.read(CHUNK)
    head = _head(start, source, settings)
    target = workspace.file("named.csv")
    with text.path.open("rb") as before, target.open("wb") as out:
        out.write(_line(head.names, decode, start))
        before.seek(head.size)
        shutil.copyfileobj(before, out, CHUNK)
    return replace(text, path=target, above=head.above + names_rows(header) - 1, notes=told_above(head.above))


def told_above(rows: int) -> tuple[Finding, ...]:
    """Tell that so many rows stand above the names; nothing where there are none."""
    return (Finding("rows-above-header", row=1, value=str(rows), facts=rows),) if rows else ()


@contextmanager
def told_of_the_file(text: Text) -> Iterator[None]:
    """Tell rows of what is refused as rows of the sender's file, whatever stands above the names there."""
    try:
        yield
    except Refused as refused:
        raise Refused([_of_the_file(found, text.above) for found in refused.findings]) from refused


def notes_of_the_file(notes: tuple[Finding, ...], text: Text) -> tuple[Finding, ...]:
    """Tell rows of notes as rows of the sender's file, and how many rows stand above the names."""
    return (*text.notes, *(_of_the_file(note, text.above) for note in notes))


def elsewhere(text: Text, source: Source, settings: Settings) -> Finding | None:
    """Say so where every declared name stands in another row than the one that is declared."""
    with text.path.open("rb") as stream:
        start = stream.read(CHUNK)
    wanted = wanted_names(source)
    for record in _first_records(start, source.decode, settings):
        if record.row > 1 and wanted and wanted <= set(_cells(record, source.decode)):
            return Finding("header-elsewhere", row=record.row, expected=f"row {1 + text.above}")
    return None


class _Head(NamedTuple):
    """The names, how many rows stand above them, and where in the text the rows below them begin."""

    names: tuple[str, ...]
    above: int
    size: int


def _head(start: bytes, source: Source, settings: Settings) -> _Head:
    header, every = source.decode.header, list(_first_records(start, source.decode, settings))
    bom = len(_BOM) if start.startswith(_BOM) else 0
    above = _above(every, source)
    named = every[above : above + names_rows(header)]
    if len(named) < names_rows(header):
        raise Refused([Finding("header-not-found", row=above + 1, expected=", ".join(sorted(wanted_names(source))))])
    for record in named:
        if record.fault:
            raise Refused([Finding(record.fault, record.row, value=record.broken, expected="column names")])
    size = bom + sum(len(_bytes(record.text)) for record in every[: above + names_rows(header)])
    if header.columns:
        _check_first_row(every, above, source)
        return _Head(header.columns, above, size)
    return _Head(tuple(column or header.unnamed for column in _names(named, source.decode)), above, size)


def names_rows(header: Header) -> int:
    """Say in how many rows the names stand."""
    return 0 if header.columns else header.rows


def _above(every: list[Record], source: Source) -> int:
    """Count the rows above the names. Where no row has all that are declared, the one with most is refused later."""
    declared = source.decode.header.rows_above
    if declared != "until-names":
        return declared
    storeys = source.decode.header.rows
    named = [_names(every[i : i + storeys], source.decode) for i in range(len(every[:LOOKED_AT]))]
    best = best_start(named, wanted_names(source))
    if best is None:
        raise Refused([Finding("header-not-found", expected=", ".join(sorted(wanted_names(source))))])
    return best


def wanted_names(source: Source) -> set[str]:
    """Give the names that must be there."""
    return set(declared_columns(source)) - set(source.ignore)


def _check_first_row(every: list[Record], above: int, source: Source) -> None:
    """Refuse a file whose width is not that of the declared names, or whose first row has them."""
    columns = source.decode.header.columns
    if len(every) <= above:
        return
    cells = _cells(every[above], source.decode)
    if not every[above].fault and set(columns) & set(cells) and len(set(columns) & set(cells)) * 2 >= len(columns):
        raise Refused([Finding("unexpected-header", row=above + 1, value=", ".join(cells), expected="rows of values")])
    if not every[above].fault and any(cells) and len(cells) != len(columns):
        width = f"{len(columns)} columns ({', '.join(columns)})"
        raise Refused([Finding("column-count-differs", row=above + 1, value=f"{len(cells)} cells", expected=width)])


def _names(named: list[Record], decode: Decode) -> tuple[str, ...]:
    return joined([_cells(record, decode) for record in named], decode.header.joined_by)


def _first_records(start: bytes, decode: Decode, settings: Settings) -> Iterator[Record]:
    text = start.removeprefix(_BOM).decode("utf-8", errors="surrogateescape")
    for record in records_of(io.StringIO(text, newline=""), decode, settings):
        yield record
        if record.row > LOOKED_AT + max(_declared_rows(decode), 0):
            return


def _declared_rows(decode: Decode) -> int:
    return decode.header.rows_above if isinstance(decode.header.rows_above, int) else 0


def _cells(record: Record, decode: Decode) -> list[str]:
    lines = csv.reader(io.StringIO(record.text, newline=""), delimiter=decode.delimiter, quotechar=decode.quote)
    try:
        return [cell.strip() for cell in next(lines, [])]
    except csv.Error:  # a cell over the limit of the csv module, 128 KiB
        return []


def _line(names: tuple[str, ...], decode: Decode, start: bytes) -> bytes:
    end = "\r\n" if start.partition(b"\n")[0].endswith(b"\r") else "\n"
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=decode.delimiter, quotechar=decode.quote, lineterminator=end).writerow(names)
    return _bytes(out.getvalue())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogateescape")


def _of_the_file(found: Finding, above: int) -> Finding:
    return replace(found, row=found.row + above or None) if found.row else found
