"""Which places were there when: a place of today in figures of a time before it came to be, as SQL."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations import Declarations
from pipelines.declarations.model import Place, Table
from pipelines.declarations.source import Source
from pipelines.declarations.words import in_scope
from pipelines.engine import literal, literals, name

_LAST_DAY = "CASE period_type WHEN 'W' THEN {time} + 6 WHEN 'M' THEN last_day({time}) ELSE {time} END"


def when_it_was_there(field: str, table: Table, source: Source, declared: Declarations) -> str | None:
    """Say as SQL when the place in a field was there, for a fact of another time; NULL for every other fact.

    A week or month of which the place saw one day is of its time. Nothing is given where all places of the source
    always were.
    """
    outside: dict[tuple[str, str], list[str]] = {}
    for place in declared.places.values():
        if in_scope(source, place.place_id, declared):
            for condition in _outside(place, table):
                outside.setdefault(condition, []).append(place.place_id)
    whens = (
        f" WHEN {name(field)} IN ({literals(places)}) AND {condition} THEN {literal(told)}"
        for (condition, told), places in outside.items()
    )
    return f"CASE{''.join(whens)} END" if outside else None


def _outside(place: Place, table: Table) -> Iterator[tuple[str, str]]:
    time = name(table.time)
    last = _LAST_DAY.format(time=time) if "period_type" in table.fields else time
    if place.valid_from:
        yield f"{last} < DATE '{place.valid_from}'", f"not before {place.valid_from}"
    if place.valid_to:
        yield f"{time} > DATE '{place.valid_to}'", f"not after {place.valid_to}"
