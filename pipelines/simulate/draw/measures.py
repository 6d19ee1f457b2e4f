"""Measures: in every place one spell after another of each kind, stricter and milder as the codebook's scale allows.

Where a source tells of the whole state beside its regions, the state is as strict as the strictest of them (OxCGRT).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, label, until
from pipelines.simulate.world.chance import chance

_HIGHEST = {"C4": 4, "C8": 4, "H6": 4, "H7": 5, **dict.fromkeys(("C1", "C2", "C6", "H2", "H8"), 3)}
_ELSE_HIGHEST = 2
_UNASKED = {"C8", "E1", "E2", "H2", "H3", "H7"}  # whether a part or the whole of the place is meant
_SPELLS, _PLACES = 3, 6


@dataclass(frozen=True)
class _Spell:
    """One measure in one place; `end` is its last day, also where nobody knows it yet."""

    place: str
    kind: str
    number: int
    announced: date
    start: date
    end: date
    value: int
    scope: str
    act: str


def measures(asked: Asked) -> Iterator[Columns]:
    """Give the spells that have begun, of every kind that the source can name, in a few of its places."""
    places = [where.place_id for where in asked.places()]
    regions, whole = [p for p in places if p != asked.source.country][:_PLACES], asked.source.country in places
    told = list[_Spell]()
    for kind in asked.codes("measure_indicator"):
        of_regions = [spell for place in regions for spell in _spells(place, kind, asked)]
        of_state = _spells(asked.source.country, kind, asked) if whole else ()
        told += [*of_regions, *(_strictest(spell, of_regions) for spell in of_state)]
    yield in_columns(_told(spell, asked) for spell in told)


def _spells(place: str, kind: str, asked: Asked) -> Iterator[_Spell]:
    rng = chance(asked.worlds.seed, "measure", place, kind)
    start = asked.window.first + timedelta(days=int(rng.integers(0, 7)))
    for number in range(1, _SPELLS + 1):
        end = start + timedelta(days=int(rng.integers(5, 20)))
        value = int(rng.integers(0, _HIGHEST.get(kind, _ELSE_HIGHEST) + 1))
        act = f"{int(rng.integers(1, 999))}"
        scope = "GENERAL" if rng.random() < 0.5 else "TARGETED"  # noqa: PLR2004  a coin
        announced = start - timedelta(days=int(rng.integers(0, 4)))
        yield _Spell(place, kind, number, announced, start, end, value, scope, act)
        start = end + timedelta(days=1)


def _strictest(spell: _Spell, of_regions: Sequence[_Spell]) -> _Spell:
    """Make a spell of the state as strict as the strictest of its regions in any of its days."""
    there = [s.value for s in of_regions if s.start <= spell.end and spell.start <= s.end]
    return replace(spell, value=max(there), scope="TARGETED") if there else spell


def _told(spell: _Spell, asked: Asked) -> Told:
    name, value, what = f"{spell.place}-{spell.kind}", spell.value, label(asked, "measure_indicator", spell.kind)
    read_at = f"acts.example/{asked.window.first:%Y}/{spell.act}" if value else None
    return {
        "region": spell.place,
        "measure_id": f"{name}-{spell.number}",
        "measure_indicator": spell.kind,
        "measure_value": value,
        "measure_scope": None if spell.kind in _UNASKED or not value else spell.scope,
        "measure_enforcement": "REQUIRED" if value > 1 else "RECOMMENDED",
        "announced_date": spell.announced,
        "measure_start_date": spell.start,
        "measure_end_date": until(spell.end, asked),
        "legal_act_number": spell.act,
        "legal_act_title": f"{what}, {spell.act}",
        "legal_url": read_at and f"https://{read_at}",
        "evidence_url": read_at and f"https://{read_at}/{spell.kind}",
        "archived_url": read_at and f"https://archive.example/{read_at}",
        "summary": what,
        "summary_language": asked.source.language[0],
        "supersedes_measure_id": f"{name}-{spell.number - 1}" if spell.number > 1 else None,
    }
