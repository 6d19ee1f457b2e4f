"""Who is counted, by sex and age: the same persons as in every line list, added up instead of listed.

Of a few of them the sex or the age does not come with the count, as it is with reports by telephone and on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipelines.simulate.world.people import People, people

if TYPE_CHECKING:
    from pipelines.simulate.world.world import World

OLDEST, NOT_TOLD = 100, -1  # the last age; and, behind all sexes and all ages, those of whom they are not told
_AT_ONCE = 100_000
_OF_UNKNOWN_SEX, _OF_UNKNOWN_AGE = 0.02, 0.03
_THERE = {"HOSP": "HOSAD", "ICU": "ICUAD"}  # those there, and the event with which they come


def by_age_and_sex(world: World) -> Mapping[str, np.ndarray]:
    """Give the daily numbers of confirmed persons by indicator: `[sex, age, region, day]`, women first.

    At `NOT_TOLD` are those of unknown sex or age. Added up over sexes and ages, they are what `World.daily` says.
    """
    shape = (3, OLDEST + 2, len(world.regions), world.window.drawn)
    found = {i: np.zeros(shape, np.int64) for i in ("CASES", "DEATHS", "RECOVERED", "HOSAD", "ICUAD")}
    left = {i: np.zeros(shape, np.int64) for i in _THERE}
    for reported in people(world, 0, world.window.drawn - 1, _AT_ONCE):
        confirmed = reported.where(reported.classification == 0)
        ends = np.maximum(confirmed.discharge, confirmed.death)
        days = {
            "CASES": confirmed.report,
            "DEATHS": confirmed.death,
            "RECOVERED": np.maximum(confirmed.recovery, confirmed.discharge),
        }
        days |= {"HOSAD": confirmed.admission, "ICUAD": confirmed.intensive}
        for indicator, day in days.items():
            _add(found[indicator], confirmed, day)
        _add(left["HOSP"], confirmed, ends)
        _add(left["ICU"], confirmed, np.where(confirmed.intensive >= 0, ends, -1))
    return found | {i: np.cumsum(found[came] - left[i], axis=-1) for i, came in _THERE.items()}


def _add(counts: np.ndarray, persons: People, day: np.ndarray) -> None:
    there = (day >= 0) & (day < counts.shape[-1])
    sex = np.where(persons.chance("sex not told") < _OF_UNKNOWN_SEX, NOT_TOLD, np.where(persons.is_female, 0, 1))
    age = np.where(persons.chance("age not told") < _OF_UNKNOWN_AGE, NOT_TOLD, persons.age)
    np.add.at(counts, (sex[there], age[there], persons.region[there], day[there]), 1)
