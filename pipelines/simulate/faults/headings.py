"""Faults of delimited text whose column names are not in its first row: they stand below titles, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.declarations.decoding import Decode
from pipelines.simulate.faults.injected import FileFault

Text = Callable[[list[str], Decode], list[str] | None]


def heading_faults(decode: Decode) -> Iterator[FileFault]:
    """Give every fault that the rows above the data can have."""
    if decode.header.columns:
        yield FileFault("names-in-a-file-without", ("unexpected-header",), _named)
        yield FileFault("column-dropped", ("column-count-differs",), _cells(lambda cells: cells[:-1]))
        yield FileFault("column-added", ("column-count-differs",), _cells(lambda cells: [*cells, "1"]))
    elif decode.header.rows_above == "until-names":
        yield FileFault("title-more", ("rows-above-header",), lambda lines, _: ["COVID-19", *lines])
        yield FileFault("names-lost", ("header-not-found",), _without_names)


def _named(lines: list[str], decode: Decode) -> list[str]:
    return [decode.delimiter.join(decode.header.columns), *lines]


def _cells(change: Callable[[list[str]], list[str]]) -> Text:
    """Change all rows alike."""

    def changed(lines: list[str], decode: Decode) -> list[str] | None:
        if any(decode.quote in line for line in lines):
            return None
        return [decode.delimiter.join(change(line.split(decode.delimiter))) for line in lines]

    return changed


def _without_names(lines: list[str], decode: Decode) -> list[str]:
    """Leave out the row of the names: the first one that is filled; titles have one cell."""
    names = next(i for i, line in enumerate(lines) if all(line.split(decode.delimiter)))
    return [*lines[:names], *lines[names + 1 :]]
