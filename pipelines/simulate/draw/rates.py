"""Rates and shares by place and period, from the same counts as everything else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.ages import ALL, UNKNOWN, band, by_age, inhabitants, of_ages
from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period

_PER_POPULATION = "_PER_POPULATION"
_BY_AGE = {"CASES", "DEATHS", "HOSAD"}
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
    """Give every rate that the source names; where rows name the unit, in such as go with it.

    Where they name ages, what is counted by person is given for each of them too.
    """
    named = "rate_unit" in asked.source.map
    wanted = (series for series in by_age(asked) if _has_ages(series))
    yield by_place_and_period(asked, _rated, lambda s: not named or _fits(s), every=tuple(wanted))


def _has_ages(series: Series) -> bool:
    by_person = series.code("rate_indicator", "").removesuffix(_PER_POPULATION) in _BY_AGE
    return band(series) == ALL or (band(series) != UNKNOWN and by_person)  # nobody lives there at an unknown age


def _fits(series: Series) -> bool:
    indicator, unit = series.code("rate_indicator", ""), series.code("rate_unit", "PERCENT")
    if indicator.endswith(_PER_POPULATION):
        return unit != "PERCENT"
    return unit == "PERCENT" and indicator in {*_SHARES, *_BEDS, "VACCINATION_COVERAGE"}


def _rated(where: Where, series: Series) -> Daily:
    """Give a rate of the last seven days, with one digit behind the decimal mark."""
    named, per = series.code("rate_indicator", ""), _PER[series.code("rate_unit", "PERCENT")]
    part, whole = _part_and_whole(where, named, band(series))
    tenths = np.minimum(_TENTHS * per * part, _TENTHS * per * whole) // np.maximum(whole, 1)
    return {"rate": tenths / _TENTHS}


def _part_and_whole(where: Where, named: str, ages: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    population = inhabitants(int(where.sum(where.world.population)), ages)
    if named in _SHARES:
        part, whole = (_of_a_week(where.sum(where.world.daily(i))) for i in _SHARES[named])
        return part, whole
    if named in _BEDS:
        there = where.sum(where.world.daily(_BEDS[named]))
        return there, np.full_like(there, there.max() + 1)
    counted = named.removesuffix(_PER_POPULATION)
    if counted in _OF:
        part = _of_a_week(where.sum(_daily(where, _OF[counted], ages)))
        return part, np.full_like(part, population)
    if named == "VACCINATION_COVERAGE":
        first = np.cumsum(where.sum(where.world.campaign.doses("_T", "ALL", "1")))
        return first, np.full_like(first, population)
    raise SalamatError(f"the simulation knows no rate {named}; teach it to, in {__name__}")


def _daily(where: Where, indicator: str, ages: tuple[int, int]) -> np.ndarray:
    return where.world.daily(indicator) if ages == ALL else of_ages(where.world.by_age_and_sex[indicator], ages)


def _of_a_week(daily: np.ndarray) -> np.ndarray:
    reached = np.cumsum(daily)
    return np.asarray(reached - np.concatenate([np.zeros(_WEEK, reached.dtype), reached[:-_WEEK]]))
