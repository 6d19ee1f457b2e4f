"""The rows above the data: titles, and the column names in one row or two; and so the place of the first row of data.

How many rows that are is declared, and both the writers and the key of the faults must say the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.declarations.decoding import Decode, Header
from pipelines.numbering import SHEET_ROWS
from pipelines.simulate.lay_out import Row, Sheet

_TITLES = 3  # above the names, where the source says that they are looked for
_SHEETS = {"csv", "xlsx"}


def first_row_of(decode: Decode) -> int:
    """Give the row, as the path counts them, in which the first row of data stands."""
    if decode.format not in _SHEETS:
        return 1  # records are counted, and there are no names among them
    return 1 + len(rows_of_names((), decode.header))


def places_of(sheet: Sheet, decode: Decode) -> list[int]:
    """Give the number that the path counts each row by: those of a second sheet stand behind a first one that is full.

    Sheets stand in the order in which their first rows do.
    """
    first, sheets = first_row_of(decode), dict[str, int]()
    if decode.sheets.column is None:
        return list(range(first, first + len(sheet.rows)))
    places = []
    for row in sheet.rows:
        page = page_of(row, decode)
        nth = list(sheets).index(page) if page in sheets else len(sheets)
        sheets[page] = sheets.get(page, 0) + 1
        places.append(nth * SHEET_ROWS + first + sheets[page] - 1)
    return places


def page_of(row: Row, decode: Decode) -> str:
    """Say by which key its sheet is known: a workbook takes two names that differ in capitals for one."""
    return row.cells[decode.sheets.column].text.casefold() if decode.sheets.column else ""


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
    return _storeys(columns, header) if header.rows > 1 else [list(columns)]


def _storeys(columns: Sequence[str], header: Header) -> list[list[str]]:
    """Part the names into their rows. An upper name stands once, above the first of those that share it."""
    rows, last = [list[str]() for _ in range(header.rows)], [""]
    for column in columns:
        parts = column.split(header.joined_by, header.rows - 1)
        for level, row in enumerate(rows):
            part = parts[level] if level < len(parts) else ""
            is_shared = level < len(parts) - 1 and parts[: level + 1] == last[: level + 1]
            row.append("" if is_shared else part)
        last = parts
    return rows
