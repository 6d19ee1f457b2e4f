"""Which field a column is: by the words above it, and by what stands in it. Both must agree to be certain."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.declarations.header_words import IGNORE, NUMBER
from pipelines.declarations.model import FieldEntry, Table
from pipelines.draft.alike import alike
from pipelines.draft.drafted import Column
from pipelines.draft.known import Known
from pipelines.draft.units import fits_range

_LINK = ("http:", "https:", "www.")
_FIGURE = "value"  # a header that says no more than that may be any table's figure; it is never certain
_ALIKE, _FITS, _ALMOST = 0.55, 0.5, 0.95
_PART, _OURS = 0.99, 0.98  # a part of a header gives way to the whole, our reports' word to a sender's


@dataclass(frozen=True)
class Fit:
    """How well a column suits a field: by its header (1: one of the words), by its cells (the share that fit)."""

    column: str
    field: str
    header: float
    content: float
    takes_bounds: bool = False  # the table has a field for the comparator of such a number
    is_ours: bool = False  # only our reports call the field so: likely, as no sender was seen to

    @property
    def score(self) -> float:
        """One figure to order by."""
        return 0.65 * self.header + 0.35 * self.content

    @property
    def exact(self) -> bool:
        """Whether the header is one of the field's words."""
        return self.header >= _OURS


def fits(column: Column, table: Table, known: Known) -> list[Fit]:
    """Give the fields of a table that a column may be, the likeliest first."""
    means = known.means(column.name)
    found = []
    for field in (*(f for f, use in table.fields.items() if not use.level_of), *table.deleted_by):
        entry = known.declared.fields[field]
        numbered = NUMBER in means and field == table.key[0] and entry.type == "text" and column.unique
        figure = field == table.fact and field not in means and _FIGURE in means and column.said > 0
        ours = known.is_ours(column.name, field) or figure
        header = _of_words(column.name, field, known, ours=ours, numbered=numbered)
        bounds = entry.comparator in table.fields
        content = content_fit(column, field, entry, known, bounds=bounds)
        if (
            header >= _OURS
            or (header >= _ALIKE and content >= _FITS and column.said)
            or _speaks_for_itself(field, entry, content, column)
        ):
            found.append(Fit(column.name, field, header, content, bounds, ours))
    return sorted(found, key=lambda f: -f.score)


def _of_words(header: str, field: str, known: Known, *, ours: bool, numbered: bool) -> float:
    if ours:
        return _OURS
    if field in known.says(header) or numbered:
        return 1.0
    return _PART if field in known.means(header) else alike(header, field, known)


def content_fit(column: Column, field: str, entry: FieldEntry, known: Known, *, bounds: bool = False) -> float:
    """Give the share of a column's cells that a field could take; 1 for an empty column, which says nothing."""
    if not column.said:
        return 1.0
    if entry.type in {"code", "place"}:
        return known.share(column, field)
    if entry.type == "date":
        return column.dates[0].cells / column.said if column.dates else 0.0
    if entry.type in {"integer", "decimal"}:
        return _numbers(column, field, entry, known, bounds=bounds)
    return _texts(column, field)


def _texts(column: Column, field: str) -> float:
    """Texts fit any field of text; links only where links are asked, numbers of a record only where none is twice."""
    dates = column.dates[0].cells / column.said if column.dates else 0.0
    links = sum(n for cell, n in column.common if cell.startswith(_LINK)) / column.said
    if field.endswith("_url") or links >= _ALMOST:
        return links if field.endswith("_url") else 0.0
    if field.endswith(("_id", "_pseudonym")):
        return max(0.0, (1.0 if column.unique else 0.6) - dates)
    return max(0.0, 0.8 - dates - 0.4 * column.numbers / column.said)


def assigned(every: dict[str, list[Fit]]) -> dict[str, Fit]:
    """Give each column at most one field and each field at most one column, the best fits first."""
    taken: dict[str, Fit] = {}
    fields: set[str] = set()
    for fit in sorted((f for found in every.values() for f in found), key=lambda f: -f.score):
        if fit.column not in taken and fit.field not in fields and (fit.exact or fit.content >= _FITS):
            taken[fit.column] = fit
            fields.add(fit.field)
    return taken


def is_certain(fit: Fit, every: dict[str, list[Fit]]) -> bool:
    """Whether header and cells agree, and neither another field nor another column lays claim to the same."""
    rivals = [f for f in every[fit.column] if f.field != fit.field and f.exact and f.content >= _FITS]
    others = [f for found in every.values() for f in found if f.field == fit.field and f.column != fit.column]
    return (
        fit.exact
        and not fit.is_ours
        and fit.content >= _ALMOST
        and not rivals
        and not any(f.exact and f.content >= _FITS for f in others)
    )


def is_likely(fit: Fit, every: dict[str, list[Fit]]) -> bool:
    """Whether one field is well ahead of the others."""
    rivals = [f.score for f in every[fit.column] if f.field != fit.field]
    ahead = fit.score - max(rivals, default=0.0)
    enough = fit.content >= _FITS or (fit.exact and fit.content > 0)
    return (fit.exact and ahead > 0) or (enough and ahead >= 0.03)  # noqa: PLR2004


def is_beside(column: str, known: Known) -> bool:
    """Whether a header is a word for what no table takes: an address, a name, a remark."""
    return IGNORE in known.means(column)


def _numbers(column: Column, field: str, entry: FieldEntry, known: Known, *, bounds: bool) -> float:
    return column.figures(bounds=bounds) / column.said * (1.0 if fits_range(column, field, entry, known) else 0.7)


def _speaks_for_itself(field: str, entry: FieldEntry, content: float, column: Column) -> bool:
    """Whether the cells alone make a field worth a thought: places, days, and codes of a list of several words."""
    if not column.said or content < 0.9:  # noqa: PLR2004
        return False
    return (
        entry.type in {"place", "date"}
        or field.endswith("_url")
        or (entry.type == "code" and column.distinct > 1 and entry.codes != "yes_no_unknown")
    )
