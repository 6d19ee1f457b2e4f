"""An answer as a table: whole where it is written or passed on. In a terminal too narrow, as many columns as fit.

A few rows are then shown whole all the same, one below the other.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

Row = tuple[str | None, ...]

_NUMBERS = ("BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "DECIMAL", "FLOAT", "UBIGINT", "SMALLINT", "TINYINT")
_UNSEEN = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(128, 160))} | {9: "\\t", 10: "\\n", 13: "\\r"}
_FRAME = 3  # what a column takes beside its letters: a space on each side, and a line
_LONGEST = 40  # letters of a cell that stand on one line where the terminal is too narrow for all
_FEW = 5  # rows that are shown one below the other
_WHOLE = 10_000


def show_table(columns: Mapping[str, str], rows: Sequence[Row], said: str, out: Path | None) -> None:
    """Show rows under names with their DuckDB types. In a terminal too narrow for them, say what is left out."""
    width = _width(out)
    widths = [_needed([name, *(row[at] for row in rows)]) for at, name in enumerate(columns)]
    if sum(widths) + _FRAME * len(widths) + 1 <= width:
        show(_table(columns, rows, range(len(widths)), said), out)
        return
    fit = fitting([min(needed, _LONGEST) for needed in widths], width)
    left = len(widths) - sum(at is not None for at in fit)
    if left and 0 < len(rows) <= _FEW:
        show(_records(list(columns), rows, said), out)
        return
    more = f"; {left} of {len(widths)} columns do not fit: name those you want, or take --format csv" if left else ""
    show(_table(columns, rows, fit, said + more), out)


def show(what: object, out: Path | None) -> None:
    """Print to the terminal in its width, or elsewhere as wide as it needs to be."""
    from rich.console import Console  # noqa: PLC0415

    if out is None:
        Console(width=_width(out), highlight=False, markup=False, emoji=False).print(what)
        return
    with out.open("w", encoding="utf-8") as file:
        Console(file=file, width=_WHOLE, highlight=False, markup=False, emoji=False).print(what)


def fitting(widths: Sequence[int], width: int) -> list[int | None]:
    """Choose columns from both ends inwards while they fit; None stands where others are left out."""
    every = range(len(widths))
    if sum(widths) + _FRAME * len(widths) + 1 <= width:
        return list(every)
    left, kept = width - 1 - (_FRAME + 1), set[int]()
    for at in sorted(every, key=lambda i: (min(i, len(widths) - 1 - i), i)):
        left -= widths[at] + _FRAME
        if left < 0 and kept:
            break
        kept.add(at)
    first = next((at for at in every if at not in kept), None)
    if first is None:
        return list(every)
    return [*range(first), None, *(at for at in every[first:] if at in kept)]


def _table(columns: Mapping[str, str], rows: Sequence[Row], fit: Sequence[int | None], said: str) -> Table:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(caption=Text(said), caption_justify="left")
    named = list(columns.items())
    for at in fit:
        column, kind = ("\N{HORIZONTAL ELLIPSIS}", "") if at is None else named[at]
        right = kind.startswith(_NUMBERS) and not kind.endswith("]")
        table.add_column(Text(column.translate(_UNSEEN)), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("") if at is None else _cell(row[at]) for at in fit))
    return table


def _records(names: Sequence[str], rows: Sequence[Row], said: str) -> Table:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(caption=Text(said), caption_justify="left", show_header=False)
    table.add_column(no_wrap=False, style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            table.add_row(Text(name.translate(_UNSEEN)), _cell(cell))
        table.add_section()
    return table


def _cell(cell: str | None) -> Text:
    from rich.text import Text  # noqa: PLC0415

    return Text("NULL", style="dim") if cell is None else Text(cell.translate(_UNSEEN))


def _needed(cells: Sequence[str | None]) -> int:
    from rich.cells import cell_len  # noqa: PLC0415

    return max(cell_len("NULL" if cell is None else cell.translate(_UNSEEN)) for cell in cells)


def _width(out: Path | None) -> int:
    from rich.console import Console  # noqa: PLC0415

    return Console().width if out is None and sys.stdout.isatty() else _WHOLE
