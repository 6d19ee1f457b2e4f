"""How a disease goes through the regions of a state: waves of variants, and who of the infected is ever reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.window import BEFORE, Window
from pipelines.simulate.world.chance import chance, shared_out, whole

VARIANTS = ("first", "second", "third")  # each spreads more easily than the one before
CLASSES = ("CONF", "PROB", "POSS")
LAGS = 9  # days from onset to report: 0 to 8

_BEGINS = np.array([-1.0, 0.25, 0.6])  # in lengths of the window
_PER_100K = np.array([4.0, 5.5, 8.0])  # infections a day at the peak: few, for line lists name everybody
_ASCERTAINED = 0.4
_OF_CLASS = np.array([0.75, 0.15, 0.1])
_LAG = np.array([2.0, 5.0, 8.0, 9.0, 7.0, 4.0, 3.0, 2.0, 1.0])
_WEEKDAYS = np.array([1.15, 1.1, 1.1, 1.05, 1.05, 0.85, 0.7])  # Monday to Sunday: offices report less at the weekend


@dataclass(frozen=True)
class Outbreak:
    """`infections` by region, variant and day of onset. `reported` by day of report, region, variant, class and lag.

    Day 0 of a report is BEFORE days ahead of the window; day 0 of an onset is LAGS - 1 days earlier still.
    """

    infections: np.ndarray
    reported: np.ndarray

    @classmethod
    def drawn(cls, names: tuple[str, str], population: np.ndarray, window: Window, seed: int, scale: float) -> Outbreak:
        """Draw the waves; `scale` makes all of them larger or smaller."""
        rng = chance(seed, *names, "outbreak")
        infections = whole(_expected(population, window, rng) * scale, rng)
        found = whole(infections * _ASCERTAINED, rng)
        by_class = shared_out(found, _OF_CLASS, rng)  # region, variant, onset, class
        by_lag = shared_out(np.moveaxis(by_class, 2, 3), _lags(window), rng)  # region, variant, class, onset, lag
        days = window.drawn
        reported = np.stack([by_lag[..., LAGS - 1 - k : LAGS - 1 - k + days, k] for k in range(LAGS)], axis=-1)
        return cls(infections, np.ascontiguousarray(np.moveaxis(reported, 3, 0)).astype(np.int32))

    @property
    def everybody(self) -> np.ndarray:
        """All who are reported, of every class, by region and day of report."""
        counted: np.ndarray = self.reported.sum(axis=(2, 3, 4), dtype=np.int64).T
        return counted

    @property
    def confirmed(self) -> np.ndarray:
        """Confirmed cases by region and day of report."""
        counted: np.ndarray = self.reported[:, :, :, 0, :].sum(axis=(2, 3), dtype=np.int64).T
        return counted


def _expected(population: np.ndarray, window: Window, rng: np.random.Generator) -> np.ndarray:
    """Give the infections that are expected, by region, variant and day of onset."""
    regions, length = len(population), 7 * window.weeks
    days = np.arange(-BEFORE - LAGS + 1, length)
    begins = _BEGINS * length + 10 * rng.random((regions, 1))
    peak = begins + length * (0.25 + 0.2 * rng.random((regions, 1))) + np.where(_BEGINS < 0, length * 0.9, 0)
    width = 10 + length * (0.08 + 0.08 * rng.random((regions, 1)))
    distance = (days - peak[..., None]) / width[..., None]
    wave = 0.03 + 1 / (1 + distance * distance)
    high = _PER_100K * (0.4 + 1.2 * rng.random((regions, 1))) * population[:, None] / 100_000
    expected: np.ndarray = np.where(days >= begins[..., None], wave * high[..., None], 0)
    return expected


def _lags(window: Window) -> np.ndarray:
    """Give, by day of onset, the shares of the days of delay: fewer are reported at a weekend."""
    onset = np.arange(-BEFORE - LAGS + 1, 7 * window.weeks)
    weights = _LAG * _WEEKDAYS[(onset[:, None] + np.arange(LAGS)) % 7]
    total = sum(weights[:, k] for k in range(LAGS))
    shares: np.ndarray = weights / np.asarray(total)[:, None]
    return shares
