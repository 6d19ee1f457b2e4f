"""Delimited text becomes a Parquet file of text cells, by DuckDB's strict reader with fixed columns."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines import engine
from pipelines.artefacts import EXTRACT, Delivery, Extract, Finding, Workspace, overheard
from pipelines.declarations.source import Source
from pipelines.decode.encodings import Text, check_encoding
from pipelines.decode.no_rows import check_rows
from pipelines.decode.records import broken_rows, completed, too_long
from pipelines.decode.structure import Scan, scan
from pipelines.errors import Refused
from pipelines.settings import Settings


def read_cells(
    delivery: Delivery,
    source: Source,
    workspace: Workspace,
    settings: Settings,
    text: Text,
    header: tuple[str, ...],
    seen: Scan,
) -> Extract:
    """Read every cell as text. Raises Refused with each broken row, or when the reader's count is not our own."""
    check_rows(seen.records, delivery, "rows under the column names", row=1)
    path, notes = _completed(source, workspace, settings, text.path, header, seen)
    target = workspace.file(EXTRACT)
    rows = _copied(path, header, source, target, workspace, settings)
    if rows != seen.records:
        counted = f"{seen.records} rows counted"
        raise Refused([Finding("row-count-differs", value=f"{rows} rows read", expected=counted)])
    _check_widths(path, header, source, settings, seen if path == text.path else scan(path, source.decode, settings))
    return Extract(delivery, target, header, rows, text.encoding, notes)


def _check_widths(path: Path, header: tuple[str, ...], source: Source, settings: Settings, seen: Scan) -> None:
    """Refuse rows with a cell too many, which the reader takes where the last one is empty. None has one too few."""
    expected = (seen.records + 1) * (len(header) - 1)
    if seen.delimiters != expected:
        read, counted = f"{expected} delimiters read", f"{seen.delimiters} delimiters counted"
        wrong = [Finding("row-count-differs", value=read, expected=counted)]
        raise Refused(list(broken_rows(path, source.decode, settings)) or wrong)


def _completed(
    source: Source, workspace: Workspace, settings: Settings, path: Path, header: tuple[str, ...], seen: Scan
) -> tuple[Path, tuple[Finding, ...]]:
    if not seen.blank_lines and source.decode.short_row is None:
        return path, ()
    check_encoding(path, source, settings)
    target = workspace.file("completed.csv")
    short = completed(path, source.decode, len(header), seen.records + 1, target, settings)
    notes = [Finding("short-row-not-reported", facts=short)] if short else []
    notes += [Finding("blank-row", row=row) for row in seen.blank_lines[:20]]
    return target, tuple(notes)


def _copied(
    path: Path, header: tuple[str, ...], source: Source, target: Path, workspace: Workspace, settings: Settings
) -> int:
    import duckdb  # noqa: PLC0415  heavy, and a refused file never gets here

    with engine.connect(settings, workspace.spill) as con:
        try:
            (rows,) = con.execute(copy_sql(path, header, source, target, settings)).fetchone() or (0,)
        except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
            check_encoding(path, source, settings)
            found = list(broken_rows(path, source.decode, settings))
            unknown = Finding("unreadable-row", value=overheard(error), expected=f"{len(header)} cells")
            raise Refused(found or list(too_long(path, source.decode, settings)) or [unknown]) from error
    return int(rows)


def copy_sql(path: Path, header: tuple[str, ...], source: Source, target: Path, settings: Settings) -> str:
    """Write the one statement that decodes: fixed columns, all text, strict, nothing detected, order kept.

    `new_line` is left alone: where it is given, DuckDB 1.5 reads no row at all of a file with other line ends.
    """
    columns = ", ".join(f"{engine.literal(c)}: 'VARCHAR'" for c in header)
    options = {
        "delim": source.decode.delimiter,
        "quote": source.decode.quote,
        "escape": source.decode.quote,
        "max_line_size": settings.max_line_bytes,
        "strict_mode": True,
        "auto_detect": False,
        "header": True,
        "compression": "none",  # else it follows the file's name, and columns come from folders named `year=2020`
        "hive_partitioning": False,
    }
    said = ", ".join(f"{k} = {engine.literal(v)}" for k, v in options.items())
    read = f"read_csv({engine.literal(_exactly(path))}, columns = {{{columns}}}, {said})"
    return f"COPY (SELECT * FROM {read}) TO {engine.literal(str(target))} (FORMAT parquet, COMPRESSION lz4_raw)"


def _exactly(path: Path) -> str:
    """Write a path as a pattern that only this file matches, whatever stands in its name."""
    return re.sub(r"[*?[]", r"[\g<0>]", str(path))
