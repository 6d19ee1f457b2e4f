"""Counts of cases and what follows from them, by place and period, and by age and sex where the source says so."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.errors import SalamatError
from pipelines.simulate.ages import ALL, band, by_age, of_ages
from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.world.by_age import NOT_TOLD

_SEXES = {"F": [0], "M": [1], "UNK": [NOT_TOLD], "_T": [0, 1, NOT_TOLD]}
_THERE = {"HOSP", "ICU", "VENT", "SEVERE"}  # at a time; all others happen in it


def case_counts(asked: Asked) -> Iterator[Columns]:
    """Give every count that the source names; where it also names the measure, those of which that can be said."""
    named = "measure_type" in asked.source.map
    yield by_place_and_period(asked, _counted, lambda s: not named or _fits(s), every=by_age(asked))


def _fits(series: Series) -> bool:
    return (series.code("indicator", "CASES") in _THERE) == (series.code("measure_type", "INCIDENT") == "PREVALENT")


def _counted(where: Where, series: Series) -> Daily:
    indicator, sex, ages = series.code("indicator", "CASES"), series.code("sex", "_T"), band(series)
    if sex == "_T" and ages == ALL:
        return {"value": where.sum(where.world.daily(indicator, series.code("case_basis", "UNK")))}
    known = where.world.by_age_and_sex
    if indicator not in known or sex not in _SEXES:
        raise SalamatError(f"the simulation counts {', '.join(known)} by age and sex, not {indicator} of {sex}")
    return {"value": where.sum(of_ages(known[indicator][_SEXES[sex]], ages))}
