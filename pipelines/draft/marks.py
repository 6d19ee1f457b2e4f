"""Decimal mark, mark between thousands, cells that say nothing: one answer for the file, from all its columns."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.declarations.folding import fold
from pipelines.draft.drafted import Column, Line, Said
from pipelines.draft.known import Known

_NAMES = {".": "dot", ",": "comma"}
_DASHES = {"-", "–", "—", "--", "…", "...", ".", ".."}


def marks(columns: Iterable[tuple[Column, bool]]) -> tuple[dict[str, Said], tuple[str, ...]]:
    """Weigh what the columns of figures show; the second of a pair says whether the column's field is a whole number.

    `1.234` alone is open: in a column of whole numbers it is a thousand, in another it is a question.
    """
    decimal, thousands, open_in = dict[str, list[str]](), dict[str, list[str]](), list[tuple[str, str, bool]]()
    for column, whole in columns:
        for kind, cells in column.evidence.items():
            told = f"{cells} cells of {column.name}"
            parts = kind.split(" ")
            if parts[0] == "open":
                open_in.append((parts[1], told, whole))
            for what, mark in zip(parts[::2], parts[1::2], strict=True):
                {"decimal": decimal, "thousands": thousands}.get(what, {}).setdefault(mark, []).append(told)
    asked = []
    for mark, told, whole in open_in:
        if whole and mark not in decimal:
            thousands.setdefault(mark, []).append(f"{told}, a whole number")
        elif mark not in decimal and mark not in thousands:
            other = "," if mark == "." else "."
            if other in decimal:
                thousands.setdefault(mark, []).append(told)
            else:
                asked.append(f"{told} are written as 1{mark}234: is '{mark}' the decimal mark, or between thousands?")
    found, wrong = _settled(decimal, thousands)
    return found, (*wrong, *asked)


def _settled(decimal: dict[str, list[str]], thousands: dict[str, list[str]]) -> tuple[dict[str, Said], list[str]]:
    found, wrong = dict[str, Said](), list[str]()
    for what, seen in (("decimal", decimal), ("thousands", thousands)):
        if len(seen) > 1:
            told = "; ".join(f"'{mark}' in {', '.join(where[:2])}" for mark, where in seen.items())
            wrong.append(f"the columns contradict each other about {what}: {told}")
        elif seen:
            ((mark, where),) = seen.items()
            sure = not any("whole number" in w for w in where)
            value = mark if what == "decimal" else _NAMES.get(mark, mark)
            found[what] = Said(value, "certain" if sure else "likely", "; ".join(where[:2]))
    both = set(decimal) & set(thousands)
    if both and not wrong:
        wrong.append(f"'{both.pop()}' stands before decimals in one column and between thousands in another")
    if found.get("thousands") and found["thousands"].value == "dot" and "decimal" not in found:
        found["decimal"] = Said(",", "likely", "the dot stands between thousands, and no decimal was seen")
    if found.get("decimal") is None and found.get("thousands") and found["thousands"].value == "comma":
        found["decimal"] = Said(".", "likely", "the comma stands between thousands")
    return found, wrong


def nothing(columns: Iterable[Column], lines: Iterable[Line], known: Known) -> Said | None:
    """Gather the cells that say nothing. A word that a column's own list knows, such as `unknown`, says something."""
    by_name = {column.name: column for column in columns}
    found = dict[str, int]()
    for line in lines:
        if line.role in {"ignore", "total"} or line.column not in by_name:
            continue
        listed = known.in_cells(line.field) if line.field and _has_words(line.field, known) else {}
        for cell, n in by_name[line.column].nothing.items():
            if fold(cell) not in listed:
                found[cell] = found.get(cell, 0) + n
    if not found:
        return None
    told = ", ".join(f"'{cell}' {n} times" for cell, n in found.items())
    return Said(list(found), "certain" if set(found) <= _DASHES else "likely", told)


def _has_words(field: str, known: Known) -> bool:
    return known.declared.fields[field].type in {"code", "place"}
