"""The persons of a state who are reported: one by one, in the order of report, as the counts say how many there are.

A person is the same in every table: number, age, sex, region, variant, days, and every `chance` that bears a name. So
a line list, laboratory results and admissions of one state speak of the same persons without knowing of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np

from pipelines.simulate.window import BEFORE
from pipelines.simulate.world.care import ADMITTED, COURSES, DIES, LEAVES, RECOVERS, TO_INTENSIVE, Ranks
from pipelines.simulate.world.chance import chance

if TYPE_CHECKING:
    from pipelines.simulate.world.world import World

_FEMALE = 0.52
_FEW = 256


@dataclass(frozen=True)
class Listed:
    """Some persons, an array per property. Days are counted as the world counts them; -1 is a day that never comes."""

    world: World

    def dates(self, days: np.ndarray, as_of: int) -> np.ndarray:
        """Give days as dates, and none for what never comes or has not come by the day `as_of`."""
        known = (days >= 0) & (days <= as_of)
        start = np.datetime64(self.world.window.first, "D") - BEFORE
        found: np.ndarray = np.where(known, start + days, np.datetime64("NaT", "D"))
        return found

    def where(self, chosen: np.ndarray) -> Self:
        """Give those for whom the array says true."""
        return replace(self, **{k: v[chosen] for k, v in vars(self).items() if isinstance(v, np.ndarray)})


@dataclass(frozen=True)
class People(Listed):
    """Persons who were reported.

    `rank` is the place of a confirmed case among those of its day and region, the most severe first; -1 for others.
    """

    number: np.ndarray
    report: np.ndarray
    onset: np.ndarray
    specimen: np.ndarray
    region: np.ndarray
    variant: np.ndarray
    classification: np.ndarray
    age: np.ndarray
    is_female: np.ndarray
    rank: np.ndarray
    is_silent: np.ndarray
    dies: np.ndarray
    is_ventilated: np.ndarray
    admission: np.ndarray
    intensive: np.ndarray
    discharge: np.ndarray
    recovery: np.ndarray
    death: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    def chance(self, name: str) -> np.ndarray:
        """Give a number from 0 to 1 for each person, always the same under the same name."""
        return _chances(self.world, name, self.report, self.number)


def people(world: World, first: int, last: int, most: int) -> Iterator[People]:
    """Give everybody who was reported from one day to another, whole days together, about so many at once."""
    sizes = world.outbreak.reported.sum(axis=(1, 2, 3, 4), dtype=np.int64)
    begin = first
    while begin <= last:
        end, total = begin + 1, int(sizes[begin])
        while end <= last and total + sizes[end] <= most:
            total += int(sizes[end])
            end += 1
        if total:
            yield _drawn(world, begin, end)
        begin = end


def _drawn(world: World, begin: int, end: int) -> People:
    cells = world.outbreak.reported[begin:end]
    places = np.nonzero(cells)
    day, region, variant, classification, lag = (np.repeat(p, cells[places]) for p in places)
    report, before = day + begin, int(world.outbreak.reported[:begin].sum(dtype=np.int64))
    number = before + np.arange(len(report))
    first, second, third = (_chances(world, name, report, number) for name in ("age", "older", "severity"))
    age = np.minimum(first * 100, 25 + second * 75).astype(np.int64)
    rank = _ranked(report * len(world.regions) + region, classification, age / 100 + third)
    course, went = _went(world.care.ranks, report, region, rank)
    never = np.full(len(report), -1)
    admission = np.where(went["hospital"], report + ADMITTED[course], never)
    at_home = ~went["hospital"]
    return People(
        world, number, report, report - lag,
        report - lag + (_chances(world, "specimen", report, number) * (lag + 1)).astype(np.int64),
        region, variant, classification, age, _chances(world, "sex", report, number) < _FEMALE, rank,
        went["silent"], went["dead"], went["ventilated"], admission,
        np.where(went["intensive"], report + TO_INTENSIVE[course], never),
        np.where(went["hospital"] & ~went["dead"], report + LEAVES[course], never),
        np.where(at_home, report + RECOVERS, never),
        np.where(went["dead"], report + DIES[course], never),
    )  # fmt: skip


def _ranked(cell: np.ndarray, classification: np.ndarray, severity: np.ndarray) -> np.ndarray:
    """Number the confirmed persons of each day and region from 0 on, the most severe first."""
    rank = np.full(len(cell), -1)
    (confirmed,) = np.nonzero(classification == 0)
    ordered = confirmed[np.lexsort((-severity[confirmed], cell[confirmed]))]
    place = np.arange(len(ordered))
    begins = np.append(True, cell[ordered][1:] != cell[ordered][:-1])[: len(ordered)]
    rank[ordered] = place - np.maximum.accumulate(np.where(begins, place, 0))
    return rank


def _went(
    ranks: Ranks, report: np.ndarray, region: np.ndarray, rank: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Give the course of each person, and whether it goes so far."""
    course = (rank + ranks.offset[region, report]) % COURSES
    confirmed = rank >= 0
    many = {k: getattr(ranks, k)[region, report] for k in ("hospital", "intensive", "ventilated", "dead", "silent")}
    went = {k: confirmed & (rank < many[k]) for k in ("hospital", "intensive", "ventilated", "dead")}
    return course, went | {"silent": confirmed & (rank >= ranks.cases[region, report] - many["silent"])}


def _chances(world: World, name: str, report: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Give a number per person from a stream of each day, so that the days that are drawn together do not matter."""
    days, nth = np.unique(report, return_inverse=True)
    sizes = world.starts[days + 1] - world.starts[days]
    begins = np.cumsum(sizes) - sizes
    drawn = [_of_day(size, world.seed, *world.names, name, str(day)) for day, size in zip(days, sizes, strict=True)]
    found: np.ndarray = np.concatenate(drawn or [np.empty(0)])[begins[nth] + number - world.starts[report]]
    return found


def _of_day(size: int, seed: int, *names: str) -> np.ndarray:
    """Few numbers are kept: beginning a stream is what costs, and a list that is sent whole says a day every week."""
    return _few(size, seed, *names) if size <= _FEW else chance(seed, *names).random(size)


@lru_cache(maxsize=65_536)  # 128 MiB at most
def _few(size: int, seed: int, *names: str) -> np.ndarray:
    return chance(seed, *names).random(size)
