"""The bands of ages in which persons are told and counted: those of EpiPulse for respiratory diseases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.simulate.asked import Asked, Series
from pipelines.simulate.world.by_age import NOT_TOLD, OLDEST

if TYPE_CHECKING:
    import numpy as np

BANDS = ((0, 4), (5, 14), (15, 24), (25, 49), (50, 64), (65, 79), (80, 125))
ALL, UNKNOWN = (-1, -1), (-2, -2)
_OF_ALL = {ALL: 1.0, **dict(zip(BANDS, (0.085, 0.165, 0.15, 0.34, 0.155, 0.085, 0.02), strict=True))}


def by_age(asked: Asked, bands: tuple[tuple[int, int], ...] = BANDS) -> tuple[Series, ...]:
    """Give the series of a source, each once for every band and for all ages, where the source sends ages in rows.

    And once for the unknown ages, where it has a word for them.
    """
    if "age_from_years" not in asked.source.map:
        return asked.series
    unknown = (UNKNOWN,) if UNKNOWN[0] in asked.source.map["age_from_years"].codes.values() else ()
    return tuple(
        replace(series, codes={**series.codes, "age_from_years": low, "age_to_years": high})
        for series in asked.series
        for low, high in (*bands, *unknown, ALL)
    )


def band(series: Series) -> tuple[int, int]:
    """Give the band of a series, `ALL` where it says nothing of ages."""
    low, high = (int(str(series.codes.get(f, -1))) for f in ("age_from_years", "age_to_years"))
    return low, high


def of_ages(counted: np.ndarray, ages: tuple[int, int]) -> np.ndarray:
    """Add up what a world counts by sex and age over both: all sexes that are given, and the ages of a band."""
    lowest, highest = (NOT_TOLD, NOT_TOLD) if ages == UNKNOWN else (ages[0], min(ages[1], OLDEST))
    several = slice(None) if ages == ALL else slice(lowest, highest + 1 or None)
    added: np.ndarray = counted[:, several].sum(axis=(0, 1))
    return added


def inhabitants(population: int, ages: tuple[int, int]) -> int:
    """Give how many of so many inhabitants are of the ages of a band."""
    return int(population * _OF_ALL[ages])
