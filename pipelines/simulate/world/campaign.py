"""A state's vaccination: doses by product, group and number, region by region, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.window import BEFORE, Window
from pipelines.simulate.world.chance import chance, later, whole

PRODUCTS = {"COM": 0.4, "SPU": 0.2, "SIN": 0.3, "BECNBG": 0.1}  # each is given twice; what part of the doses is whose
GROUPS = {  # disjoint, and together everybody; the part of the population
    "Age<18": 0.3,
    "Age18_24": 0.1,
    "Age25_49": 0.34,
    "Age50_59": 0.11,
    "Age60_69": 0.09,
    "Age70_79": 0.04,
    "Age80+": 0.02,
}
_PARTS = {"HCW": 0.03, "LTCF": 0.01, "1_Age<60": 0.85, "1_Age60+": 0.15, "AgeUnk": 0.01}
_TOTAL, _EVERYBODY = "_T", "ALL"
AFTER_THE_FIRST = {"1": 0, "2": 21, "3": 90}  # days
_WEEKDAYS = np.array([1.2, 1.2, 1.2, 1.2, 1.2, 0.7, 0.3])
_A_DAY, _HALF_WAY = 0.002, 60


@dataclass(frozen=True)
class Campaign:
    """A campaign that grows from the window's first day on. Few who had a first dose do not come again."""

    names: tuple[str, str]
    population: np.ndarray
    window: Window
    seed: int
    drawn: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

    def doses(self, product: str, group: str, number: str) -> np.ndarray:
        """Give the doses by region and day. `_T` and `ALL` add up all the others."""
        if product == _TOTAL:
            return _sum(self.doses(p, group, number) for p in PRODUCTS)
        if number == _TOTAL:
            return _sum(self.doses(product, group, n) for n in AFTER_THE_FIRST)
        if group == _EVERYBODY:
            return _sum(self.doses(product, g, number) for g in GROUPS)
        if product not in PRODUCTS or number not in AFTER_THE_FIRST:
            known = f"products {', '.join(PRODUCTS)} and doses {', '.join(AFTER_THE_FIRST)}"
            raise SalamatError(f"the simulation knows {known}, not {product} {number}")
        again = later(self._first(product, group), AFTER_THE_FIRST[number])
        return again if number == "1" else again - again // 20

    def inhabitants(self, group: str) -> np.ndarray:
        """Give how many persons the group has, by region, the same on every day."""
        if group == _EVERYBODY:
            return _sum(self.inhabitants(g) for g in GROUPS)
        counted: np.ndarray = np.floor(self.population * _share(group)).astype(np.int64)
        return counted

    def _first(self, product: str, group: str) -> np.ndarray:
        """Draw the first doses of a product in a group once, and say the same again."""
        if (product, group) not in self.drawn:
            rng = chance(self.seed, *self.names, "doses", product, group)
            days = np.arange(-BEFORE, 7 * self.window.weeks)
            rises = np.where(days > 0, days / (days + _HALF_WAY), 0) * _WEEKDAYS[days % 7]
            share = PRODUCTS[product] * _A_DAY * (0.6 + 0.4 * rng.random(len(self.population)))
            self.drawn[product, group] = whole((self.inhabitants(group) * share)[:, None] * rises, rng)
        return self.drawn[product, group]


def _sum(several: Iterable[np.ndarray]) -> np.ndarray:
    added: np.ndarray = np.sum(list(several), axis=0)
    return added


def _share(group: str) -> float:
    known = {**GROUPS, **_PARTS}
    if group not in known:
        raise SalamatError(f"the simulation vaccinates {', '.join(known)}, not {group}; teach it to, in {__name__}")
    return known[group]
