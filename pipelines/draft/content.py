"""How well what stands in a column suits a field: the share of its cells that the field could take."""

from __future__ import annotations

import re
from itertools import islice

from pipelines.declarations.model import FieldEntry, Table
from pipelines.draft.drafted import Column
from pipelines.draft.figures import by_figures
from pipelines.draft.known import Known
from pipelines.draft.units import fits_range, takes_unit

_LINK = ("http:", "https:", "www.")
_MOST, _ALMOST = 0.9, 0.95
_ID = re.compile(r"(?=.*\d)[^\s]+(?: ?[-/№] ?[^\s]+)*")
_TELLING = re.compile(r"(?=.*[^\W\d_])(?=.*\d).+")  # letters and figures: what is written so is written so on purpose
_ANY = "Ab-1"  # a pattern that takes this takes whatever a sender's numbers are
_FEW = 200  # distinct texts that are held against a pattern
_PLACED = 0.3  # what places take from texts: they may be told in a text too


def content_fit(column: Column, field: str, entry: FieldEntry, known: Known, *, bounds: bool = False) -> float:
    """Give the share of a column's cells that a field could take; 1 for an empty column, which says nothing."""
    if not column.said:
        return 1.0
    if entry.type in {"code", "place"}:
        return known.share(column, field) or _figured(column, field, known)
    if entry.type == "date":
        return _days(column)
    if entry.type in {"integer", "decimal"}:
        return _numbers(column, field, entry, known, bounds=bounds)
    return _texts(column, field, entry, known)


def speaks_for_itself(field: str, entry: FieldEntry, content: float, column: Column, table: Table) -> bool:
    """Whether the cells alone make a field worth a thought: places, days, codes of several words, telling patterns."""
    if not column.said or content < _MOST:
        return False
    if entry.type == "text" and entry.pattern and not field.endswith("_url"):
        return not re.fullmatch(entry.pattern, _ANY) and _share(column, _TELLING) >= _ALMOST
    if field == table.key[0] and field.endswith("_id"):
        return True
    return (
        entry.type in {"place", "date"}
        or field.endswith("_url")
        or (entry.type == "code" and column.distinct > 1 and entry.codes != "yes_no_unknown")
    )


def _figured(column: Column, field: str, known: Known) -> float:
    if not column.said or column.distinct > _FEW:
        return 0.0
    told = by_figures((cell for cell, _ in column.common), field, known)
    return sum(n for cell, n in column.common if cell in told) / column.said


def _days(column: Column) -> float:
    return column.dates[0].cells / column.said if column.dates else 0.0


def _texts(column: Column, field: str, entry: FieldEntry, known: Known) -> float:
    """Texts fit any field of text; links only where links are asked, a record's numbers only where they look like it.

    Where the field says how its texts are written, those that are not are none of it.
    """
    links = sum(n for cell, n in column.common if cell.startswith(_LINK)) / column.said
    if field.endswith("_url") or links >= _ALMOST:
        return links if field.endswith("_url") else 0.0
    if entry.pattern:
        return _share(column, re.compile(entry.pattern))
    if field.endswith(("_id", "_pseudonym")):
        return max(0.0, _share(column, _ID) * (1.0 if column.unique else 0.6) - _days(column))
    numbers = 0.4 * column.numbers / column.said
    return max(0.0, 0.8 - _days(column) - numbers - _PLACED * known.places_share(column))


def _share(column: Column, pattern: re.Pattern[str]) -> float:
    """Give the share of the most frequent cells that are written so."""
    shown = [*islice(column.common, _FEW)]
    return sum(n for cell, n in shown if pattern.fullmatch(cell)) / max(1, sum(n for _, n in shown))


def _numbers(column: Column, field: str, entry: FieldEntry, known: Known, *, bounds: bool) -> float:
    if _days(column) >= _ALMOST and any(not cell.isdigit() for cell, _ in column.common[:1]):
        return 0.0  # days have figures, and are none
    if not takes_unit(column.name, field, known):
        return 0.0
    return column.figures(bounds=bounds) / column.said * (1.0 if fits_range(column, field, entry, known) else 0.7)
