"""Measures: in every place one spell after another of each kind, stricter and milder as the codebook's scale allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, label, until
from pipelines.simulate.world.chance import chance

_HIGHEST = {"C4": 4, "C8": 4, "H6": 4, "H7": 5, **dict.fromkeys(("C1", "C2", "C6", "H2", "H8"), 3)}
_ELSE_HIGHEST = 2
_UNASKED = {"C8", "E1", "E2", "H2", "H3", "H7"}  # whether a part or the whole of the place is meant
_SPELLS, _PLACES = 3, 6


def measures(asked: Asked) -> Iterator[Columns]:
    """Give the spells that have begun, of every kind that the source can name, in a few of its places."""
    places = [where.place_id for where in asked.places()][:_PLACES]
    told = [s for place in places for kind in asked.codes("measure_indicator") for s in _spells(place, kind, asked)]
    yield in_columns(told)


def _spells(place: str, kind: str, asked: Asked) -> Iterator[Told]:
    rng = chance(asked.worlds.seed, "measure", place, kind)
    start = asked.window.first + timedelta(days=int(rng.integers(0, 7)))
    for number in range(1, _SPELLS + 1):
        end = start + timedelta(days=int(rng.integers(5, 20)))
        value = int(rng.integers(0, _HIGHEST.get(kind, _ELSE_HIGHEST) + 1))
        act = f"{int(rng.integers(1, 999))}"
        general = "GENERAL" if rng.random() < 0.5 else "TARGETED"  # noqa: PLR2004  a coin
        yield {
            "region": place,
            "measure_id": f"{place}-{kind}-{number}",
            "measure_indicator": kind,
            "measure_value": value,
            "measure_scope": None if kind in _UNASKED or not value else general,
            "measure_enforcement": "REQUIRED" if value > 1 else "RECOMMENDED",
            "announced_date": start - timedelta(days=int(rng.integers(0, 4))),
            "measure_start_date": start,
            "measure_end_date": until(end, asked),
            "legal_act_number": act,
            "legal_url": f"https://acts.example/{asked.window.first:%Y}/{act}" if value else None,
            "summary": label(asked, "measure_indicator", kind),
            "summary_language": asked.source.language[0],
            "supersedes_measure_id": f"{place}-{kind}-{number - 1}" if number > 1 else None,
        }
        start = end + timedelta(days=1)
