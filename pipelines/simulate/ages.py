"""The bands of ages in which persons are told and counted: those of EpiPulse for respiratory diseases."""

from __future__ import annotations

from dataclasses import replace

from pipelines.simulate.asked import Asked, Series

BANDS = ((0, 4), (5, 14), (15, 24), (25, 49), (50, 64), (65, 79), (80, 125))
ALL, UNKNOWN = (-1, -1), (-2, -2)


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
