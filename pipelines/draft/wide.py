"""Wide files: columns that are days, places, or the names of what is counted, are found by their headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipelines.declarations.dates import date_form
from pipelines.declarations.folding import fold
from pipelines.declarations.model import Table
from pipelines.declarations.words import AMBIGUOUS, FOREIGN
from pipelines.draft.drafted import Confidence, Line
from pipelines.draft.known import Known
from pipelines.draft.measure import date_forms

if TYPE_CHECKING:
    import duckdb

_MANY = 3


@dataclass(frozen=True)
class Wide:
    """Columns whose name is a value: of the field `named`, read as `read`."""

    named: str
    columns: tuple[str, ...]
    read: str | None = None
    codes: dict[str, str] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()

    def name_is(self) -> Line:
        """Give the line that says what the names are."""
        told = f"each of {len(self.columns)} names {f'reads as {self.read}' if self.read else 'is a place'}"
        sure: Confidence = "likely" if self.codes else "certain"
        return Line("", "unpivot", sure, told, self.named, self.read, codes=self.codes, values=self.columns)

    def days(self) -> tuple[date, ...]:
        """Give the days that the names are, in order."""
        form = date_form(self.read) if self.read else None
        if form is None or form.month_words or form.iso_week:
            return ()
        return tuple(sorted({datetime.strptime(c, form.format).date() for c in self.columns}))  # noqa: DTZ007  a day


def dates_above(columns: Sequence[str], table: Table, known: Known, con: duckdb.DuckDBPyConnection) -> Wide | None:
    """Find columns that are days; only where most of the names that have figures are days of one form."""
    figures = [c for c in columns if sum(map(str.isdigit, c)) >= _MANY]
    if table.fact == "row" or len(figures) < _MANY:
        return None
    forms = [f for f in date_forms(figures, con, known.shell) if f.read != "instant"]
    if not forms or forms[0].cells < _MANY or forms[0].cells < len(figures):
        return None
    return Wide(table.time, tuple(figures), forms[0].read)


def places_above(columns: Sequence[str], table: Table, known: Known) -> Wide | None:
    """Find columns that are places of the state."""
    places = [f for f in table.fields if known.declared.fields[f].type == "place"]
    if table.fact == "row" or not places:
        return None
    named = known.in_cells(places[0])
    found = {c: named[fold(c)] for c in columns if named.get(fold(c), FOREIGN) != FOREIGN}
    if len(found) < _MANY:
        return None
    others = [p for p in found.values() if p != AMBIGUOUS]
    codes, unclear = dict[str, str](), list[str]()
    for column in (c for c, p in found.items() if p == AMBIGUOUS):
        meant = known.of_level(column, others)
        codes |= {column: meant} if meant else {}
        unclear += [] if meant else [column]
    return Wide(places[0], tuple(found), codes=codes, unclear=tuple(unclear))
