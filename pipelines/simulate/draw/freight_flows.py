"""Freight across borders. What goes out of one state comes into the other, but for what one of the two did not see."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.crossings import Crossing, crossings, passed, seen
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Periods

_TONNES = {"vehicles_count": 17.5, "wagons_count": 52.0}


def freight_flows(asked: Asked) -> Iterator[Columns]:
    """Give the freight of every crossing, direction and period that the source can name."""
    for kind in asked.codes("period_type"):
        for crossing in crossings(asked):
            for direction in asked.codes("direction"):
                told = _flow(crossing, direction, Periods.of(asked.window, kind), asked)
                yield {**told, "period_type": kind}


def _flow(crossing: Crossing, direction: str, periods: Periods, asked: Asked) -> Columns:
    daily, seed = passed(crossing, direction, asked.worlds), asked.worlds.seed
    counted = {what: seen(units, crossing, direction, what, seed) for what, units in _units(daily, crossing).items()}
    counted |= _at_the_post(daily)
    said: dict[str, np.ndarray] = {what: _per_period(units, periods) for what, units in counted.items()}
    tonnes = sum(weight * said[what] for what, weight in _TONNES.items() if what in said)
    return {
        "border_crossing": np.full(len(periods.starts), crossing.code, object),
        "partner_country": crossing.there,
        "transport_mode": crossing.mode,
        "direction": direction,
        "period_start": np.array(periods.starts, "datetime64[D]"),
        "freight_tonnes": tonnes,
        **{what: said.get(what) for what in ("vehicles_count", "wagons_count", "containers_count")},
        **{what: said[what] for what in _at_the_post(daily)},
    }


def _units(daily: np.ndarray, crossing: Crossing) -> dict[str, np.ndarray]:
    """Give what passes by what it is: on rails wagons, on the sea wagons and vehicles, else vehicles."""
    vehicles = {"vehicles_count": daily, "containers_count": daily * 3 // 10}
    wagons = {"wagons_count": daily // 2, "containers_count": daily * 4 // 10}
    return {"RAIL": wagons, "SEA": {**wagons, **vehicles}}.get(crossing.mode, vehicles)


def _at_the_post(daily: np.ndarray) -> dict[str, np.ndarray]:
    tested = daily * 2 // 3
    return {
        "vehicles_refused_count": daily // 60,
        "drivers_tested_count": tested,
        "drivers_positive_count": tested // 40,
    }


def _per_period(daily: np.ndarray, periods: Periods) -> np.ndarray:
    reached = np.cumsum(daily)
    return np.asarray(reached[periods.last] - reached[periods.first - 1])
