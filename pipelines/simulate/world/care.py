"""What follows a report: hospital, intensive care, death or recovery, counted exactly as the persons live it.

Of the confirmed cases of a day and a region the most severe ones have the lowest ranks: the first so many die, the
first so many are ventilated, and so on. What a rank lives through on which day is a fixed course of `COURSES`; so
the counts follow from numbers of persons alone, without a single person being drawn, and agree with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.simulate.world.chance import chance, later, whole

COURSES = 60
_course = np.arange(COURSES)
ADMITTED = _course % 3  # days after the report
TO_INTENSIVE = ADMITTED + _course % 2
DIES = 5 + (_course * 7) % 15
LEAVES = ADMITTED + 3 + (_course * 5) % 12
RECOVERS = 14

_IN_HOSPITAL, _INTENSIVE, _VENTILATED, _DIES = 0.12, 0.25, 0.5, 0.6  # each of those before
_SILENT = 0.15
_WELL, _USUAL = 120, 0.05  # so many a day are tested in a state and are well; in a smaller epidemic than this, fewer


@dataclass(frozen=True)
class Ranks:
    """Of the confirmed cases by region and day of report, how many go how far; `offset` says where courses begin."""

    cases: np.ndarray
    hospital: np.ndarray
    intensive: np.ndarray
    ventilated: np.ndarray
    dead: np.ndarray
    silent: np.ndarray
    offset: np.ndarray


@dataclass(frozen=True)
class Care:
    """Daily numbers by region and day. `in_...` are there at the end of the day, `well` are only tested."""

    ranks: Ranks
    admissions: np.ndarray
    intensive_admissions: np.ndarray
    deaths: np.ndarray
    recovered: np.ndarray
    in_hospital: np.ndarray
    in_intensive: np.ndarray
    ventilated: np.ndarray
    well: np.ndarray

    @classmethod
    def drawn(cls, names: tuple[str, str], cases: np.ndarray, population: np.ndarray, seed: int, scale: float) -> Care:
        """Draw how severe the disease is for the cases of each day, and let them live through it."""
        rng = chance(seed, *names, "care")
        hospital = whole(cases * _IN_HOSPITAL, rng)
        intensive = whole(hospital * _INTENSIVE, rng)
        ventilated, dead = whole(intensive * _VENTILATED, rng), whole(intensive * _DIES, rng)
        silent = np.minimum(whole(cases * _SILENT, rng), cases - hospital)
        ranks = Ranks(
            cases, hospital, intensive, ventilated, dead, silent, rng.integers(0, COURSES, cases.shape, np.int64)
        )
        well = _WELL * min(1, scale / _USUAL) * population[:, None] / max(1, population.sum())
        return cls(ranks, **_lived(ranks), well=whole(well * (0.7 + 0.6 * rng.random(cases.shape)), rng))


def _lived(ranks: Ranks) -> dict[str, np.ndarray]:
    """Add up what all ranks live through, course by course."""
    there = ("in_hospital", "in_intensive", "ventilated")
    events = ("admissions", "intensive_admissions", "deaths", "recovered")
    found = {k: np.zeros_like(ranks.cases) for k in (*events, *there)}
    found["recovered"] += later(ranks.cases - ranks.hospital, RECOVERS)
    for course in range(COURSES):
        for dies in (True, False):
            end = int(DIES[course] if dies else LEAVES[course])
            begins = {"in_hospital": int(ADMITTED[course])}
            begins |= dict.fromkeys(("in_intensive", "ventilated"), int(TO_INTENSIVE[course]))
            numbers = dict(_numbers(ranks, course, dies=dies))
            for where, begin in begins.items():
                found[where] += later(numbers[where], begin) - later(numbers[where], end)
            found["admissions"] += later(numbers["in_hospital"], begins["in_hospital"])
            found["intensive_admissions"] += later(numbers["in_intensive"], begins["in_intensive"])
            found["deaths" if dies else "recovered"] += later(numbers["in_hospital"], end)
    return found | {k: np.cumsum(found[k], axis=-1) for k in there}


def _numbers(ranks: Ranks, course: int, *, dies: bool) -> Iterator[tuple[str, np.ndarray]]:
    """Say how many of those who die, or do not, have this course, by how far they go."""
    first = (course - ranks.offset) % COURSES  # the lowest rank of this course
    for where, many in (
        ("in_hospital", ranks.hospital),
        ("in_intensive", ranks.intensive),
        ("ventilated", ranks.ventilated),
    ):
        deadly = np.minimum(ranks.dead, many)
        low, high = (np.zeros_like(many), deadly) if dies else (deadly, many)
        yield where, _below(high, first) - _below(low, first)


def _below(rank: np.ndarray, first: np.ndarray) -> np.ndarray:
    counted: np.ndarray = (rank - first + COURSES - 1) // COURSES
    return counted
