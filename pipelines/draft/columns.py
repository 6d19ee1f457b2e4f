"""A line for each column: what its name stands for, or the field that suits it best, or a question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.declarations.model import Table
from pipelines.draft.above import HINT, meanings_above
from pipelines.draft.drafted import Column, Line
from pipelines.draft.known import Known
from pipelines.draft.lines import line_of, rest_of
from pipelines.draft.match import Fit, assigned, fits
from pipelines.draft.references import with_references
from pipelines.draft.wide import Wide

if TYPE_CHECKING:
    import duckdb

_DIGITS, _ENDS = 4, 20


def lines_of(
    columns: list[Column], wide: Wide | None, used: Table, known: Known, con: duckdb.DuckDBPyConnection, extract: Path
) -> list[Line]:
    """Say of each column what it is taken for; those whose names are days or places are left to `wide`."""
    apart = set(wide.columns) if wide else set()
    long = [c for c in columns if c.name not in apart]
    every = {
        c.name: [f for f in fits(c, used, known) if not (wide and f.field in {wide.named, used.fact})] for c in long
    }
    meanings = {} if wide else meanings_above(_counting(long, every, used.fact), used, known)
    filled = {c.name for c in long if c.said}
    meanings = {c: said for c, said in meanings.items() if said[1] > HINT or (c in filled and not every[c])}
    every = {c: [] if c in meanings else found for c, found in every.items()}
    every = with_references(every, long, used)
    best = assigned(every)
    lines = list[Line]()
    for column in long:
        if column.name in meanings:
            lines.append(_meant(column, *meanings[column.name]))
        elif column.name in best:
            lines.append(line_of(column, best, every, known, con, extract))
        else:
            lines.append(rest_of(column, every[column.name], known))
    return lines


def measured(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Give the columns to be measured: of hundreds of columns that are days, only the first and last dozens."""
    days = [c for c in columns if sum(map(str.isdigit, c)) >= _DIGITS]
    left = set(days[_ENDS:-_ENDS])
    return tuple(c for c in columns if c not in left)


def _counting(columns: list[Column], every: dict[str, list[Fit]], fact: str) -> list[Column]:
    """Leave out columns whose header is exactly a word for a field of their own, and those that read as days."""
    own = {c for c, found in every.items() if any(f.exact and f.content >= 0.5 and f.field != fact for f in found)}  # noqa: PLR2004
    days = {c.name for c in columns if c.dates and c.dates[0].cells == c.said}
    return [c for c in columns if c.name not in own | days]


def _meant(column: Column, meaning: dict[str, Any], covered: float) -> Line:
    told = f"{covered:.0%} of the header's words say so; {column.numbers} of {column.said} cells are numbers"
    sure = covered >= 1 and column.said > 0 and column.numbers == column.said
    return Line(column.name, "unpivot", "certain" if sure else "likely", told, read=column.wrap, meaning=meaning)


def told_apart(lines: list[Line]) -> list[Line]:
    """Give the lines, with a question where two columns of figures would be the same figure."""
    meanings = [x.meaning for x in lines if x.role == "unpivot"]
    return [_doubled(x, lines) if x.role == "unpivot" and meanings.count(x.meaning) > 1 else x for x in lines]


def _doubled(line: Line, lines: list[Line]) -> Line:
    others = ", ".join(f"'{x.column}'" for x in lines if x is not line and x.meaning == line.meaning)
    ask = f"{others} would be the same figure: what tells them apart, or which of them is to be ignored?"
    return replace(line, confidence="question", ask=ask)
