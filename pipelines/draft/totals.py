"""Rows and columns that add up others.

A row is told by a column of which one word stands in the rows of the whole country only; a column by the parts beside
it, which are columns of the same figure.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.declarations.folding import fold
from pipelines.declarations.model import Table
from pipelines.draft.drafted import Column, Line
from pipelines.draft.known import Known
from pipelines.engine import literals, name, parquet

if TYPE_CHECKING:
    import duckdb

_LEVELS = 6


def with_totals(
    lines: list[Line],
    columns: dict[str, Column],
    table: Table,
    known: Known,
    con: duckdb.DuckDBPyConnection,
    extract: Path,
) -> list[Line]:
    """Give the lines, with those of columns that tell totals from their parts."""
    levels = {use.level_of: field for field, use in table.fields.items() if use.level_of}
    place = next((x for x in lines if x.field in levels and x.role == "map"), None)
    if place is None:
        return lines
    return [_level(x, columns[x.column], place, columns, known, con, extract) for x in lines]


def beside_its_parts(lines: list[Line], table: Table) -> list[Line]:
    """Give the lines, the figure's own column as one more of its parts' columns: of all sexes, where they have one."""
    parted = {field for x in lines if x.role == "unpivot" for field in x.meaning}
    whole = {field: use.default for field, use in table.fields.items() if field in parted and use.default is not None}
    if not parted or whole.keys() != parted:
        return lines
    return [
        replace(x, role="unpivot", meaning=whole) if x.role == "map" and x.field == table.fact else x for x in lines
    ]


def _level(
    line: Line,
    column: Column,
    place: Line,
    columns: dict[str, Column],
    known: Known,
    con: duckdb.DuckDBPyConnection,
    extract: Path,
) -> Line:
    """See whether one word of a column stands exactly in the rows of the whole country."""
    if line.role not in {"open", "ignore"} or line.field or not 1 < column.distinct <= _LEVELS:
        return line
    listed, places = known.in_cells(place.field or ""), known.declared.places
    whole = [
        c
        for c, _ in columns[place.column].common
        if (p := places.get(listed.get(fold(c), ""))) and p.geo_level == "country"
    ]
    if not whole:
        return line
    rows = con.execute(
        f"SELECT trim({name(line.column)}), count(*), "
        f"count(*) FILTER (trim({name(place.column)}) IN ({literals(whole)})) "
        f"FROM {parquet(extract)} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    sums = [word for word, n, of_all in rows if word and n == of_all]
    others = [word for word, _, of_all in rows if word and not of_all]
    if not sums or not others or len(sums) + len(others) < len(rows):
        return line
    told = f"{', '.join(sums)} stands in the rows of {', '.join(whole)} and in no other"
    return replace(
        line, role="total", confidence="likely", why=told, values=tuple(sums), others=tuple(others), candidates=()
    )
