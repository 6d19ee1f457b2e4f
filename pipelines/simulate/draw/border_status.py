"""What may cross a border, spell by spell. Both sides tell the same of what goes from one state to the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.simulate.asked import Asked
from pipelines.simulate.crossings import Crossing, crossings, is_shut
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, until
from pipelines.simulate.world.chance import chance

if TYPE_CHECKING:
    import numpy as np

_SPELLS = ("LIMITED", "OPEN", "LIMITED", "OPEN")
_FREIGHT = {"FREIGHT", "TRANSIT", "CREW"}  # closed only where no freight passes
_FEWEST_DAYS, _MOST_DAYS = 5, 20


def border_status(asked: Asked) -> Iterator[Columns]:
    """Give the spells of every crossing, direction and traffic that the source can name, as far as they have begun."""
    yield in_columns(
        spell
        for crossing in crossings(asked)
        for direction in asked.codes("direction")
        for traffic in asked.codes("border_traffic")
        for spell in _spells(crossing, direction, traffic, asked)
    )


def _spells(crossing: Crossing, direction: str, traffic: str, asked: Asked) -> Iterator[Told]:
    rng = chance(asked.worlds.seed, "status", crossing.code, *crossing.ends(direction), traffic)
    start, shut = asked.window.first, traffic in _FREIGHT and is_shut(crossing, asked.worlds)
    for number, status in enumerate(_SPELLS):
        end = start + timedelta(days=int(rng.integers(_FEWEST_DAYS, _MOST_DAYS)))
        last = number == len(_SPELLS) - 1
        closed = shut or (number == 0 and traffic not in _FREIGHT)
        yield {
            "border_crossing": crossing.code,
            "direction": direction,
            "border_traffic": traffic,
            "status_start_date": start,
            "status_end_date": None if last else until(end, asked),
            **_rules("CLOSED" if closed else status, traffic, rng),
        }
        start = end + timedelta(days=1)


def _rules(status: str, traffic: str, rng: np.random.Generator) -> Told:
    """Give what is asked at the crossing in a spell. The same draws are made whatever the status."""
    wait, queue, days = int(rng.integers(2, 40)), int(rng.integers(0, 300)), int(rng.integers(1, 15))
    limited, free = status == "LIMITED", status == "OPEN"
    return {
        "border_status": status,
        "open_hours_per_day": {"CLOSED": 0, "LIMITED": 12, "OPEN": 24}[status],
        "queue_vehicles_count": 0 if status == "CLOSED" else queue,
        "wait_median_hours": None if status == "CLOSED" else wait / 2,
        "wait_p90_hours": None if status == "CLOSED" else wait * 2.5,
        "entry_test": "PCR" if limited else "NONE",
        "test_validity_hours": 72 if limited else None,
        "quarantine_days": 0 if free or traffic in _FREIGHT else days,
        "driver_regime": "DISINFECTION" if limited else "NONE",
        "green_lane": "Y" if traffic in _FREIGHT else "N",
        "documents_digital": "Y" if free else "N",
        "vaccination_certificate_accepted": "Y" if free else "N",
        "stay_maximum_hours": 120 if limited else None,
        "restriction_reason": None if free else "EPIDEMIC",
    }
