"""Column names that stand over one or more rows: how they are joined, and in which of the first rows they stand.

Only the standard library is imported here: the child that reads workbooks joins names as the reader of text does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

LOOKED_AT = 100  # rows in which the names are looked for

Spans = Mapping[int, int]  # of one row: the first column of merged cells, counted from 0, and their last one


def joined(storeys: Sequence[Sequence[str]], joined_by: str, spans: Sequence[Spans] = ()) -> tuple[str, ...]:
    """Join the names of rows that stand over each other.

    An upper cell stands for the empty ones to its right that have a name beneath, until the next upper cell; where it
    is merged, exactly for those that it covers.
    """
    width = max(map(len, storeys), default=0)
    above, until = [""] * len(storeys), [width] * len(storeys)
    names = []
    for column in range(width):
        cells = [storey[column] if column < len(storey) else "" for storey in storeys]
        for level, cell in enumerate(cells):
            if cell:
                above[level:] = [cell, *[""] * (len(cells) - level - 1)]
                until[level] = spans[level].get(column, width) if spans else width
            elif column > until[level]:
                above[level] = ""
        said = [above[level] if any(cells[level + 1 :]) else cell for level, cell in enumerate(cells)]
        names.append(joined_by.join(part for part in said if part))
    return tuple(names)


def best_start(named: Sequence[Collection[str]], wanted: Collection[str]) -> int | None:
    """Say which of these rows of names has most of those that are wanted, the first of equals; None where none has."""
    found = [len(set(wanted) & set(names)) for names in named]
    most = max(found, default=0)
    return found.index(most) if most else None
