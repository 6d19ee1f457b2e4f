"""In which of the first rows the column names stand, in one row or in two; the same for text and for workbooks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipelines.declarations.decoding import Header
from pipelines.declarations.header_words import HeaderWords
from pipelines.headings import Spans, joined

_JOINED_BY, _UNNAMED = Header().joined_by, "row"
_NUMBERED = "what are the columns called? no row has their names, so they are numbered: name them in decode: header"
_PAIR = 2  # a title over two columns is no name of the first
_FIGURE = re.compile(r"^[\W\d_]*\d[\W\d_]*$")


def names_in(
    rows: list[list[str]], width: int, words: HeaderWords, spans: Sequence[Spans] = ()
) -> tuple[int, dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    """Find the names: how many rows stand above them, how they stand, what they are, and what is open.

    They are in the first row that is as wide as the rest, filled, and with words in it; or in two that fill each other;
    or one of them is missing, as in a table that a statistics program wrote with its row numbers; or there are none.
    `spans`: how far merged cells reach, of each row.
    """
    for at, row in enumerate(rows[:30]):
        below = rows[at + 1 :]
        if _fills(row, width) and _heads(row, below, words) and not _is_one_of(row, [*rows[:at], *below], words):
            return at, {}, tuple(row), ()
        both = joined([row, *below[:1]], _JOINED_BY, spans[at : at + 2])
        if len(below) > 1 and _are_names(below[0]) and _fills(both, width) and _heads(both, below[1:], words):
            return at, {"rows": 2}, both, ()
        named = [cell or _UNNAMED for cell in row]
        lacks_one = row.count("") == 1 and width > _PAIR and not _named_below(below, width)
        if lacks_one and _fills(named, width) and _heads(named, below, words):
            return at, {"unnamed": _UNNAMED}, tuple(named), ()
    if len(rows[0]) == width and _is_one_of(rows[0], rows[1:], words):
        numbered = tuple(f"column {number}" for number in range(1, width + 1))
        return 0, {"columns": list(numbered)}, numbered, (_NUMBERED,)
    asked = "where do the column names stand? say it in decode: header, in one of its four ways"
    return 0, {}, tuple(cell or f"({i})" for i, cell in enumerate(rows[0], start=1)), (asked,)


def _named_below(below: list[list[str]], width: int) -> bool:
    """Whether the next row is one of names: then what stands above it is a title."""
    following = next((row for row in below if any(row)), [])
    return _fills(following, width) and not any(_FIGURE.match(cell) for cell in following)


def _are_names(row: list[str]) -> bool:
    """Whether a row has names for some columns, or one for several, and no figure."""
    return any(row) and len({*row, ""}) <= len(row) and not any(_FIGURE.match(cell) for cell in row)


def _fills(row: Sequence[str], width: int) -> bool:
    return len(row) == width == len(set(row)) and all(row)


def _heads(row: Sequence[str], below: list[list[str]], words: HeaderWords) -> bool:
    if any(words.targets(cell) for cell in row):
        return True
    figures = sum(bool(_FIGURE.match(cell)) for cell in row)
    return figures < len(row) and (figures <= len(row) / 2 or not below)


def _is_one_of(row: Sequence[str], others: list[list[str]], words: HeaderWords) -> bool:
    """Whether half of its cells stand in their columns again, and none is known for a name: then it has no names."""
    again = sum(any(cell in other[place : place + 1] for other in others) for place, cell in enumerate(row))
    return again >= len(row) / 2 and not any(words.targets(cell) for cell in row)
