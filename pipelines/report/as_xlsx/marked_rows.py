"""The sender's rows in the order of the file, each with what became of its facts and with the problems in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.artefacts import Finding, Harmonised, Verdict
from pipelines.engine import names, parquet
from pipelines.numbering import Numbering

if TYPE_CHECKING:
    import duckdb

_BATCH = 1_000
_FINDING = "rule, source_row, source_column, field, value, expected, nearest, CAST(facts AS BIGINT)"


@dataclass(frozen=True)
class MarkedRow:
    """One row: its number in the sender's file, its cells, the fates of its facts, and its problems."""

    number: int
    cells: tuple[str | None, ...]
    fates: tuple[str, ...]
    found: tuple[Finding, ...]


def marked_rows(
    con: duckdb.DuckDBPyConnection, verdict: Verdict, harmonised: Harmonised, most: int | None
) -> Iterator[MarkedRow]:
    """Give every row; or, where `most` is a number, the first so many of those rows that have a problem."""
    kind, limit = ("LEFT JOIN", "") if most is None else ("JOIN", f"LIMIT {most}")
    fates = f"LEFT JOIN {parquet(verdict.fates)} x ON x.fact = h.file_row_number" if verdict.fates else ""
    numbering = Numbering(harmonised.extract.sheets)
    fate = "coalesce(h.set_aside, x.fate, 'accepted')" if verdict.fates else "coalesce(h.set_aside, 'accepted')"
    found = con.execute(f"""
        WITH marks AS (
          SELECT source_row, list(row({_FINDING}) ORDER BY source_column, rule, field) AS found
          FROM places WHERE {numbering.row_sql("source_row")} >= {harmonised.extract.first_row} GROUP BY source_row
        ), cells AS (
          SELECT {harmonised.extract.row_sql} AS source_row, [{names(harmonised.extract.columns)}] AS cells
          FROM {parquet(harmonised.extract.path, numbered=True)}
        ), shown AS (
          SELECT source_row, cells, found FROM cells {kind} marks USING (source_row) ORDER BY source_row {limit}
        ), fates AS (
          SELECT h.source_row, list_sort(list(DISTINCT {fate})) AS fates
          FROM {parquet(harmonised.path, numbered=True)} h SEMI JOIN shown USING (source_row) {fates}
          GROUP BY h.source_row
        )
        SELECT source_row, cells, coalesce(fates, []), coalesce(found, [])
        FROM shown LEFT JOIN fates USING (source_row) ORDER BY source_row""")
    while some := found.fetchmany(_BATCH):
        for number, cells, gone, problems in some:
            told = tuple(numbering.told(Finding(*problem)) for problem in problems)
            yield MarkedRow(number, tuple(cells), tuple(gone), told)


def rows_with_problems(con: duckdb.DuckDBPyConnection, harmonised: Harmonised) -> int:
    """Count the rows that have a problem."""
    row = Numbering(harmonised.extract.sheets).row_sql("source_row")
    below = f"{row} >= {harmonised.extract.first_row}"
    (count,) = con.execute(f"SELECT count(DISTINCT source_row) FROM places WHERE {below}").fetchone() or (0,)
    return int(count)


def about_header(con: duckdb.DuckDBPyConnection, harmonised: Harmonised) -> list[Finding]:
    """Give the problems of the header: those that stand in it or above it, and those of a column as a whole."""
    numbering = Numbering(harmonised.extract.sheets)
    above = f"{numbering.row_sql('source_row')} < {harmonised.extract.first_row}"
    header = f"{above} OR (source_row IS NULL AND source_column IS NOT NULL)"
    found = con.execute(f"SELECT {_FINDING} FROM places WHERE {header} ORDER BY ALL").fetchall()
    return [numbering.told(Finding(*problem)) for problem in found]


def first_places(con: duckdb.DuckDBPyConnection, numbering: Numbering) -> dict[str, Finding]:
    """Give the first place of each rule that is broken."""
    found = con.execute(
        f"SELECT DISTINCT ON (rule) {_FINDING} FROM places ORDER BY rule, source_row NULLS LAST, source_column, field"
    )
    return {problem[0]: numbering.told(Finding(*problem)) for problem in found.fetchall()}
