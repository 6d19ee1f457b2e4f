"""The rows above the data: titles, and the column names in one row or two; and so the place of the first row of data.

How many rows that are is declared, and both the writers and the key of the faults must say the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.declarations.decoding import Decode, Header

_TITLES = 3  # above the names, where the source says that they are looked for
_SHEETS = {"csv", "xlsx"}


def first_row_of(decode: Decode) -> int:
    """Give the row, as the path counts them, in which the first row of data stands."""
    if decode.format not in _SHEETS:
        return 1  # records are counted, and there are no names among them
    return 1 + len(rows_of_names((), decode.header))


def rows_of_names(columns: Sequence[str], header: Header) -> list[list[str]]:
    """Give the rows that stand above the data."""
    return [*_titles(len(columns), header), *_named(columns, header)]


def _titles(wide: int, header: Header) -> list[list[str]]:
    many = _TITLES if header.rows_above == "until-names" else header.rows_above
    told = ["COVID-19", *(f"{n}." for n in range(2, many + 1))][:many]
    return [[title, *[""] * max(wide - 1, 0)] for title in told]


def _named(columns: Sequence[str], header: Header) -> list[list[str]]:
    if header.columns:
        return []
    return [list(columns)] if header.rows == 1 else _two_storeys(columns, header.joined_by)


def _two_storeys(columns: Sequence[str], joined_by: str) -> list[list[str]]:
    """Part the names into two rows. An upper name stands once, above the first of those that share it."""
    upper, lower, last = list[str](), list[str](), ""
    for column in columns:
        over, parted, under = column.partition(joined_by)
        upper.append("" if parted and over == last else over)
        lower.append(under)
        last = over
    return [upper, lower]
