"""Which field a column is: by the words above it, and by what stands in it. Both must agree to be certain."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.declarations.header_words import IGNORE, NUMBER, PERSON, plain
from pipelines.declarations.model import Table
from pipelines.draft.alike import alike
from pipelines.draft.content import content_fit, speaks_for_itself
from pipelines.draft.drafted import Column
from pipelines.draft.known import Known
from pipelines.draft.units import of_unit

_FIGURE = "value"  # a header that says no more than that may be any table's figure; it is never certain
_ALIKE, _FITS, _ALMOST = 0.55, 0.5, 0.95
_PART, _FORM = 0.99, 0.98  # a part gives way to the whole, and another form to a word
_CUT, _OURS = 0.975, 0.97  # so does a word beside one that nobody knows, and our word to a sender's
_NEEDED = 0.05  # what a table needs is likelier in a file than what it may have
_BETTER = 0.05


@dataclass(frozen=True)
class Fit:
    """How well a column suits a field: by its header (1: one of the words), by its cells (the share that fit)."""

    column: str
    field: str
    header: float
    content: float
    takes_bounds: bool = False  # the table has a field for the comparator of such a number
    is_ours: bool = False  # only our reports call the field so: likely, as no sender was seen to
    is_needed: bool = False  # the table cannot be without the field

    @property
    def score(self) -> float:
        """One figure to order by."""
        return 0.65 * self.header + 0.35 * self.content + (_NEEDED if self.is_needed and not self.worded else 0.0)

    @property
    def exact(self) -> bool:
        """Whether the header is one of the field's words."""
        return self.header >= _PART or (self.is_ours and self.header >= _OURS)

    @property
    def is_whole(self) -> bool:
        """Whether all that the header says is one of the field's words, in whatever form."""
        return self.header >= _FORM

    @property
    def worded(self) -> bool:
        """Whether one of the field's words stands in the header, in whatever form."""
        return self.header >= _OURS


def fits(column: Column, table: Table, known: Known) -> list[Fit]:
    """Give the fields of a table that a column may be, the likeliest first."""
    means, alone = known.means(column.name), of_unit(column.name, table, known)
    found = []
    for field in (*(f for f, use in table.fields.items() if not use.level_of), *table.deleted_by):
        entry = known.declared.fields[field]
        numbers = field == table.key[0] and entry.type == "text" and column.unique
        numbered = numbers and (known.wholly(column.name, NUMBER) or (_is_number(column.name, known) and _FORM))
        figure = field == table.fact and field not in means and _FIGURE in means and column.said > 0
        ours = known.is_ours(column.name, field) or figure
        header = max(_of_words(column.name, field, known, ours=ours), float(numbered))
        bounds = entry.comparator in table.fields
        content = content_fit(column, field, entry, known, bounds=bounds)
        if (
            header >= _OURS
            or (header >= _ALIKE and content >= _FITS and column.said)
            or speaks_for_itself(field, entry, content, column, table)
            or (field == alone and content >= _ALMOST and column.said)
        ):
            needed = field in table.fields and table.fields[field].required and table.fields[field].default is None
            found.append(Fit(column.name, field, header, content, bounds, ours and header < _FORM, needed))
    if of_a_person(column.name, known) and not any(f.is_whole for f in found):
        return []
    return sorted(found, key=lambda f: -f.score)


def _of_words(header: str, field: str, known: Known, *, ours: bool) -> float:
    form = known.has_form_of(header, field)
    if ours:
        return _FORM if form else _OURS
    if field in known.says(header):
        return 1.0
    if known.wholly(header, field):
        return _PART
    part = _CUT if known.has_part_for(header, field) else 0.0
    return _FORM if form else part or alike(header, field, known)


def _is_number(header: str, known: Known) -> bool:
    return known.has_part_for(header, NUMBER) or any(known.forms.is_near(text, NUMBER) for text in known.texts(header))


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


def is_likely(fit: Fit, every: dict[str, list[Fit]], best: dict[str, Fit]) -> bool:
    """Whether one field is well ahead of the others, without those that another column suits better.

    Where the cells alone speak, no other column may say the same.
    """
    mine = {f.field: f for f in every[fit.column]}
    held = (f for c, f in best.items() if c != fit.column and f.field in mine and f.content >= _FITS)
    taken = {f.field for f in held if f.worded or f.score >= mine[f.field].score + _BETTER}
    rivals = [f.score for f in every[fit.column] if f.field not in {*taken, fit.field}]
    ahead = fit.score - max(rivals, default=0.0)
    others = (f for c, found in every.items() if c != fit.column and c not in _settled(best) for f in found)
    if not fit.header and any(f.field == fit.field and f.content >= _ALMOST for f in others):
        return False
    enough = fit.content >= _FITS or (fit.exact and fit.content > 0)
    worded = fit.exact or (fit.worded and enough)
    return (worded and ahead > 0) or (enough and ahead >= 0.03)  # noqa: PLR2004


def _settled(best: dict[str, Fit]) -> set[str]:
    return {c for c, f in best.items() if f.worded and f.content >= _FITS}


def of_a_person(column: str, known: Known) -> bool:
    """Whether a header names, in any language, what a person is found by: a personal number, a name, a telephone."""
    said = f" {plain(column)} "
    return any(f" {word} " in said for word in known.headers.of(PERSON))


def is_beside(column: str, known: Known) -> bool:
    """Whether a header is a word for what no table takes: an address, a remark."""
    return IGNORE in known.means(column)
