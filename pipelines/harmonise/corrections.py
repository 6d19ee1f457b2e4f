"""Known errors of a sender, mended only where they stand exactly as declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.artefacts import Finding
from pipelines.declarations import Declarations
from pipelines.declarations.source import Correction, Source
from pipelines.engine import literal, name

if TYPE_CHECKING:
    import duckdb


def corrections_step(source: Source, declared: Declarations) -> list[tuple[str, str]]:
    """Write the step in which each corrected field takes its declared value where the sender's is the expected one."""
    mended = [
        f"{_mended(f, source, declared)} AS {name(f)}" for f in dict.fromkeys(c.field for c in source.corrections)
    ]
    return [("corrected", f"  SELECT * REPLACE ({', '.join(mended)})\n  FROM facts")] if mended else []


def _mended(field: str, source: Source, declared: Declarations) -> str:
    kind, value = declared.fields[field].sql_type, name(field)
    for correction in (c for c in source.corrections if c.field == field):
        expected = f"{_where(correction)} AND {name(field)} = CAST({literal(correction.expect)} AS {kind})"
        value = f"CASE WHEN {expected} THEN CAST({literal(correction.value)} AS {kind}) ELSE {value} END"
    return value


def correction_findings(
    con: duckdb.DuckDBPyConnection, source: Source, before: str, columns: dict[str, str | None]
) -> list[Finding]:
    """Look at what the sender says where a correction is declared: as expected, mended since, or a third value.

    `before` is a query of facts as they were before the corrections.
    """
    found: list[Finding] = []
    for correction in source.corrections:
        field, where = name(correction.field), _where(correction)
        column = f"coalesce(source_column, {literal(columns.get(correction.field))})"
        query = f"SELECT source_row, {column}, CAST({field} AS VARCHAR) FROM ({before}) WHERE {where}"
        found += [_finding(correction, row, column, value) for row, column, value in con.execute(query).fetchall()]
    return found


def _finding(correction: Correction, row: int, column: str | None, value: str | None) -> Finding:
    said = {str(correction.expect): "correction-applied", str(correction.value): "correction-no-longer-needed"}
    rule = said.get(str(value), "correction-finds-another-value")
    return Finding(rule, row, column, correction.field, value, f"{correction.expect}, to become {correction.value}")


def _where(correction: Correction) -> str:
    return " AND ".join(
        f"{name(f)} = {literal(v if isinstance(v, int | float) else str(v))}" for f, v in correction.where.items()
    )
