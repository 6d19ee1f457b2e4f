"""In which unit the figures of a column are: by its header, by what schemas/units.csv knows, by the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.declarations.header_words import plain_unit
from pipelines.declarations.units import conversion, converted
from pipelines.draft.drafted import Column, Confidence

if TYPE_CHECKING:
    from pipelines.declarations.model import FieldEntry, Table
    from pipelines.draft.known import Known

_SAID = re.compile(r"[(\[]([^)\]]*)[)\]]|,\s*([^,]*)$")


def unit_of(column: Column, field: str, known: Known) -> tuple[str | None, Confidence, str]:
    """Give the unit to be declared, none where it is the field's own, how sure that is, and why.

    It is a question where the header names a unit of which nothing says what it is in ours.
    """
    entry = known.declared.fields[field]
    if entry.type != "decimal" or entry.unit is None:
        return None, "certain", ""
    said = said_unit(column.name, known)
    if said is None and (odd := _like_a_unit(column.name)):
        return None, "question", f"the header says {odd}, which is no unit that is known"
    if said == entry.unit:
        return None, "certain", f"the header says {said}"
    if said and conversion(field, said, entry, known.declared):
        return said, "certain", f"the header says {said}"
    if said:
        return said, "question", f"the header says {said}, and nothing says what that is in {entry.unit}"
    return _unsaid(column, field, entry, known)


def takes_unit(header: str, field: str, known: Known) -> bool:
    """Whether the unit that a header names, if it names one, is the field's, or can be made it."""
    said = said_unit(header, known)
    return said is None or known.declared.fields[field].unit is None or _takes(said, field, known)


def of_unit(header: str, table: Table, known: Known) -> str | None:
    """Give the one field of a table that takes the unit which a header names, if it names one and there is no other."""
    said = said_unit(header, known)
    found = [f for f in table.fields if said and known.declared.fields[f].unit and _takes(said, f, known)]
    return found[0] if len(found) == 1 else None


def _takes(said: str, field: str, known: Known) -> bool:
    entry = known.declared.fields[field]
    return said == entry.unit or (
        entry.type == "decimal" and conversion(field, said, entry, known.declared) is not None
    )


def fits_range(column: Column, field: str, entry: FieldEntry, known: Known) -> bool:
    """Whether the figures lie in the field's range, in the unit that they are taken for."""
    unit = unit_of(column, field, known)[0]
    return _inside(column, field, unit, entry, known)


def said_unit(header: str, known: Known) -> str | None:
    """Give the unit that a header names behind a comma or in brackets."""
    parts = (plain_unit(inside or behind) for inside, behind in _SAID.findall(header))
    return next((unit for part in parts if (unit := known.headers.units.get(part))), None)


def _like_a_unit(header: str) -> str | None:
    """Give what stands where a unit would, if it is written as one: something for each of something."""
    return next((part for pair in _SAID.findall(header) for part in pair if re.search(r"\w/\w|\d\^", part)), None)


def _unsaid(column: Column, field: str, entry: FieldEntry, known: Known) -> tuple[str | None, Confidence, str]:
    others = [*dict.fromkeys(_others(field, entry, known))]
    if _inside(column, field, None, entry, known):
        own = any(of == field and into == entry.unit for of, _, into in known.declared.units)
        told = f"no unit is said; it is taken for {entry.unit}, and might be {', '.join(others)}" if own else ""
        return None, "likely" if own else "certain", told
    fit = [unit for unit in others if _inside(column, field, unit, entry, known)]
    if len(fit) == 1:
        return fit[0], "likely", f"no unit is said; only as {fit[0]} they lie in the field's range"
    return None, "likely", "some figures lie outside the field's range"


def _others(field: str, entry: FieldEntry, known: Known) -> Iterator[str]:
    return (unit for of, unit, into in known.declared.units if into == entry.unit and of in {"", field})


def _inside(column: Column, field: str, unit: str | None, entry: FieldEntry, known: Known) -> bool:
    low, high = column.low, column.high
    how = conversion(field, unit, entry, known.declared) if unit else None
    if how and low is not None and high is not None:
        low, high = (converted(Decimal(str(round(end, 6))), how) for end in (low, high))
    below = entry.minimum is not None and low is not None and low < entry.minimum
    return not (below or (entry.maximum is not None and high is not None and high > entry.maximum))
