"""Borders: the crossings that a source can name, what passes them, and what each of the two sides sees of it.

What passes from one state to another is drawn once, whoever tells of it. Each side counts a little less than passed,
never more than two of a hundred: what crosses at midnight is counted on another day by one, a plate is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.world import Worlds
from pipelines.simulate.world.chance import chance, shared_out

_UNSEEN, _SEVERAL = 0.02, 3


@dataclass(frozen=True)
class Crossing:
    """A crossing as one of its two states sees it."""

    code: str
    here: str
    there: str
    mode: str

    def ends(self, direction: str) -> tuple[str, str]:
        """Give from where to where what passes goes."""
        return (self.there, self.here) if direction == "IN" else (self.here, self.there)


def crossings(asked: Asked, field: str = "border_crossing") -> Iterator[Crossing]:
    """Give the crossings of the source's own state that it can name in a field."""
    own, rows = asked.source.country, asked.declared.registers["border_crossings"].rows
    for code in asked.codes(field):
        row = next(r for r in rows if r["border_crossing"] == code)
        ends = (str(row["first_country"]), str(row["second_country"]))
        if own in ends:
            there = ends[1] if own == ends[0] else ends[0]
            yield Crossing(code, own, there, str(row["transport_mode"]))


def passed(crossing: Crossing, direction: str, worlds: Worlds) -> np.ndarray:
    """Give how many units pass the crossing on each day: its part of all that goes from one state to the other."""
    origin, goal = crossing.ends(direction)
    parallel = _between(origin, goal, worlds)
    weights = np.array([1 + int(chance(worlds.seed, "weight", code).integers(0, 4)) for code in parallel], float)
    weights[[_is_shut(code, parallel) for code in parallel]] = 0
    daily = worlds.traffic(origin, goal)
    shares = np.broadcast_to(weights / weights.sum(), (len(daily), len(parallel)))
    parts = shared_out(daily, shares, chance(worlds.seed, "crossings", origin, goal))
    return np.asarray(parts[:, parallel.index(crossing.code)])


def seen(daily: np.ndarray, crossing: Crossing, direction: str, what: str, seed: int) -> np.ndarray:
    """Give what the crossing's own side counts of what passes."""
    rng = chance(seed, "seen", crossing.here, crossing.code, direction, what)
    return np.asarray(daily - np.floor(daily * _UNSEEN * rng.random(len(daily))).astype(np.int64))


def is_shut(crossing: Crossing, worlds: Worlds) -> bool:
    """Whether no freight may pass: the last of three or more crossings between two states."""
    return _is_shut(crossing.code, _between(crossing.here, crossing.there, worlds))


def _is_shut(code: str, parallel: Sequence[str]) -> bool:
    return len(parallel) >= _SEVERAL and code == parallel[-1]


def _between(one: str, other: str, worlds: Worlds) -> list[str]:
    rows = worlds.declared.registers["border_crossings"].rows
    ends = {one, other}
    return sorted(str(r["border_crossing"]) for r in rows if {r["first_country"], r["second_country"]} == ends)
