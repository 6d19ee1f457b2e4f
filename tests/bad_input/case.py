"""One bad file: which line of the list it is, how it is made from the good one, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Break = Callable[[str], bytes]
Told = tuple[str, int | None, str | None, str | None]  # rule, row, column, value as written


@dataclass(frozen=True)
class Case:
    """A file for a source, and every finding with its place. `line`: of the list of hostile files; None: our own.

    The list is a hundred lines long, of which those stand in `listed.py` that no table of cases has.
    """

    line: int | None
    name: str
    make: Break
    told: list[Told]
    source: str = "kz/bulletin"
