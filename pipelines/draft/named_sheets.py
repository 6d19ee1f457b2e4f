"""What the names of sheets say of their rows: a field, or nothing; where a field may be meant, it is asked."""

from __future__ import annotations

from dataclasses import replace

from pipelines.draft.drafted import Column, Line, Said, Sniffed

_SHOWN = 6


def with_sheet(lines: list[Line], columns: list[Column], sniffed: Sniffed) -> tuple[list[Line], Sniffed]:
    """Give the lines and the decoding without the column of the sheets' names, where it is of no use.

    It is of none where what it might say stands in the rows already, or where there is one sheet, whose name says
    nothing: each row keeps its sheet in the lake. Several sheets whose names no field takes are a question.
    """
    line = next((x for x in lines if x.column == sniffed.sheet), None)
    if line is None or line.role == "map" or (line.candidates and line.candidates[0] not in _filled(lines)):
        return lines, sniffed
    others, column = [x for x in lines if x is not line], next(c for c in columns if c.name == line.column)
    if line.candidates or column.distinct == 1:
        return others, _without_column(sniffed, line)
    named = ", ".join(f"'{cell}'" for cell, _ in column.common[:_SHOWN])
    ask = f"the sheets are called {named}: what does that say of their rows? Map it, or take `column` out of sheets"
    return [*others, replace(line, ask=ask)], sniffed


def _filled(lines: list[Line]) -> set[str]:
    return {x.field for x in lines if x.field and x.role == "map"}


def _without_column(sniffed: Sniffed, line: Line) -> Sniffed:
    sheets = sniffed.decode["sheets"]
    left = {key: said for key, said in sheets.value.items() if key != "column"}
    decode = {key: said for key, said in sniffed.decode.items() if key != "sheets"}
    told = f"{sheets.why}; {line.candidates[0]} stands in the rows" if line.candidates else sheets.why
    return replace(sniffed, decode={**decode, **({"sheets": Said(left, sheets.confidence, told)} if left else {})})
