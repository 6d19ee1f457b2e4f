"""One wave in one place: cases by day, with the rhythm of the week, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.window import BEFORE, Window

_WEEKDAYS = np.array([0.9, 1.1, 1.15, 1.1, 1.05, 0.95, 0.75])  # Monday to Sunday: offices report less at the weekend
_TO_DEATH, _TO_RECOVERY = 10, 14  # days
_IN_HOSPITAL = 10  # days


@dataclass(frozen=True)
class Epidemic:
    """Daily numbers from BEFORE the window to its end. `symptomatic` are some of the cases, `deaths` some of those."""

    cases: np.ndarray
    symptomatic: np.ndarray
    deaths: np.ndarray
    tests: np.ndarray
    shares: np.ndarray

    @classmethod
    def drawn(cls, window: Window, rng: np.random.Generator, *, national: bool) -> Epidemic:
        """Draw a wave that rises and falls inside the window; most places are small."""
        days = np.arange(-BEFORE, 7 * window.weeks)
        size = rng.random()
        peak, width = 7 * window.weeks * (0.4 + 0.4 * rng.random()), 14 + 14 * rng.random()
        wave = (2 + 90 * size * size * size) * (40 if national else 1) / (1 + ((days - peak) / width) ** 2)
        cases = whole(wave * _WEEKDAYS[days % 7] * (0.8 + 0.4 * rng.random(len(days))), rng)
        symptomatic = np.minimum(cases, whole(0.7 * cases, rng))
        deaths = later(np.minimum(symptomatic, whole(0.02 * cases, rng)), _TO_DEATH)
        tests = 8 * cases + whole((10 + 200 * size) * _WEEKDAYS[days % 7], rng)
        return cls(cases, symptomatic, deaths, tests, rng.integers(20, 120, len(days)) / 10)

    def daily(self, indicator: str, basis: str) -> np.ndarray:
        """Give the daily numbers of an indicator, those of cases on the basis on which they are counted."""
        cases = self.symptomatic if basis == "SYMPT_CONF_ONLY" else self.cases
        beds = np.convolve(cases, np.ones(_IN_HOSPITAL, np.int64))[: len(cases)] // 4
        known = {
            "CASES": cases,
            "DEATHS": self.deaths,
            "RECOVERED": later(cases, _TO_RECOVERY) - later(self.deaths, _TO_RECOVERY - _TO_DEATH),
            "TESTS": self.tests,
            "HOSP": beds,
            "SEVERE": beds // 4,
            "ICU": beds // 5,
            "VENT": beds // 10,
        }
        if indicator not in known:
            raise SalamatError(f"the simulation knows no {indicator}; teach it to, in pipelines/simulate/epidemic.py")
        daily: np.ndarray = known[indicator]
        return daily

    def share(self, indicator: str) -> np.ndarray:
        """Give a daily percentage between 2 and 12, whatever it is of."""
        if indicator.endswith("_POPULATION"):
            raise SalamatError(f"the simulation knows shares, and {indicator} is a rate per inhabitants")
        return self.shares


def whole(expected: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Round up or down by chance, so that small places have zeros and their sum is still right."""
    counted: np.ndarray = np.floor(expected + rng.random(len(expected))).astype(np.int64)
    return counted


def later(daily: np.ndarray, days: int) -> np.ndarray:
    """Give what happens so many days later."""
    moved: np.ndarray = np.concatenate([np.zeros(days, daily.dtype), daily[: len(daily) - days]])
    return moved
