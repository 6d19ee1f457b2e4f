"""Rates and shares by place and period, from the same counts as everything else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period

_OF = {"CASES": "CASES", "DEATHS": "DEATHS", "TESTS": "TESTS", "HOSAD": "HOSAD"}
_PER = {"PERCENT": 100, "PER_100K": 100_000, "PER_MILLION": 1_000_000}
_SHARES = {  # a part, and the whole that it is of
    "TEST_POSITIVITY": ("CASES", "TESTS"),
    "PNEUMONIA_SHARE": ("ICU", "HOSP"),
    "CASE_FATALITY": ("DEATHS", "CASES"),
}
_BEDS = {"BED_OCCUPANCY": "HOSP", "ICU_OCCUPANCY": "ICU", "VENT_OCCUPANCY": "VENT"}
_WEEK, _TENTHS = 7, 10


def rates(asked: Asked) -> Iterator[Columns]:
    """Give every rate that the source names; where rows name the unit, in such as go with it."""
    named = "rate_unit" in asked.source.map
    yield by_place_and_period(asked, _rated, lambda series: not named or _fits(series))


def _fits(series: Series) -> bool:
    indicator, unit = series.code("rate_indicator", ""), series.code("rate_unit", "PERCENT")
    if indicator.endswith("_PER_POPULATION"):
        return unit != "PERCENT"
    return unit == "PERCENT" and indicator in {*_SHARES, *_BEDS, "VACCINATION_COVERAGE"}


def _rated(where: Where, series: Series) -> Daily:
    """Give a rate of the last seven days, with one digit behind the decimal mark."""
    named, per = series.code("rate_indicator", ""), _PER[series.code("rate_unit", "PERCENT")]
    part, whole = _part_and_whole(where, named)
    tenths = np.minimum(_TENTHS * per * part, _TENTHS * per * whole) // np.maximum(whole, 1)
    return {"rate": tenths / _TENTHS}


def _part_and_whole(where: Where, named: str) -> tuple[np.ndarray, np.ndarray]:
    inhabitants = int(where.sum(where.world.population))
    if named in _SHARES:
        part, whole = (_of_a_week(where.sum(where.world.daily(i))) for i in _SHARES[named])
        return part, whole
    if named in _BEDS:
        there = where.sum(where.world.daily(_BEDS[named]))
        return there, np.full_like(there, there.max() + 1)
    counted = named.removesuffix("_PER_POPULATION")
    if counted in _OF:
        part = _of_a_week(where.sum(where.world.daily(_OF[counted])))
        return part, np.full_like(part, inhabitants)
    if named == "VACCINATION_COVERAGE":
        first = np.cumsum(where.sum(where.world.campaign.doses("_T", "ALL", "1")))
        return first, np.full_like(first, inhabitants)
    raise SalamatError(f"the simulation knows no rate {named}; teach it to, in {__name__}")


def _of_a_week(daily: np.ndarray) -> np.ndarray:
    reached = np.cumsum(daily)
    return np.asarray(reached - np.concatenate([np.zeros(_WEEK, reached.dtype), reached[:-_WEEK]]))
