"""Figures by place and period: each series in each place in each day, week, month or year of the window."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.window import BEFORE, Window

Daily = Mapping[str, np.ndarray | float | None]

_BEGINS: Mapping[str, Callable[[date], bool]] = {
    "D": lambda _: True,
    "W": lambda day: day.weekday() == 0,
    "M": lambda day: day.day == 1,
    "Y": lambda day: (day.month, day.day) == (1, 1),
}


@dataclass(frozen=True)
class Periods:
    """The whole periods of a window: their first days, and their first and last days as worlds count days."""

    starts: tuple[date, ...]
    first: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, window: Window, kind: str) -> Periods:
        """Give the periods of a kind. Of months or years where none is whole, the one in which the window begins."""
        if kind not in _BEGINS:
            raise SalamatError(f"the simulation knows days, weeks, months and years, not the period {kind}")
        days = window.days
        begins = [i for i, day in enumerate(days) if _BEGINS[kind](day)]
        ends = [*begins[1:], *([len(days)] if _BEGINS[kind](window.last + timedelta(days=1)) else [])]
        if not ends:
            start = days[0].replace(day=1) if kind == "M" else days[0].replace(month=1, day=1)
            return cls((start,), np.array([BEFORE]), np.array([BEFORE + len(days) - 1]))
        starts = tuple(days[i] for i in begins[: len(ends)])
        return cls(starts, BEFORE + np.array(begins[: len(ends)]), BEFORE + np.array(ends) - 1)


def by_place_and_period(
    asked: Asked,
    daily: Callable[[Where, Series], Daily],
    wanted: Callable[[Series], bool] = lambda _: True,
    *,
    every: Sequence[Series] | None = None,
    measure: str = "",
    added_up: Collection[str] = (),
) -> Columns:
    """Give the facts of all wanted series in all places and periods.

    `daily` gives, for one place and series, a field's number of each day as an array, or one value for the whole
    series. Numbers of days become those of the period as `measure_type` says: INCIDENT adds them up, CUMULATIVE adds
    up all since before the window, and anything else (PREVALENT, a share) takes the last day's. `measure` says it for a
    table that has no such field, of which `added_up` are INCIDENT beside others; and `every` names the series where
    they are not those that the source can say.
    """
    blocks: list[dict[str, np.ndarray]] = []
    for where in asked.places():
        for series in (s for s in (asked.series if every is None else every) if wanted(s)):
            periods = Periods.of(asked.window, series.code("period_type", "D"))
            holds = np.array([series.since <= start <= series.until for start in periods.starts], bool)
            usual = series.code("measure_type", measure)
            said = {
                f: _per_period(v, "INCIDENT" if f in added_up else usual, periods)
                for f, v in daily(where, series).items()
            }
            said |= {f: _same(v, len(holds)) for f, v in {**series.codes, "region": where.place_id}.items()}
            said["period_start"] = np.array(periods.starts, "datetime64[D]")
            blocks.append({f: column[holds] for f, column in said.items()})
    fields = dict.fromkeys(f for block in blocks for f in block)
    return {
        f: np.concatenate([b[f] if f in b else _same(None, len(b["period_start"])) for b in blocks]) for f in fields
    }


def _per_period(daily: np.ndarray | float | None, measure: str, periods: Periods) -> np.ndarray:
    if not isinstance(daily, np.ndarray):
        return _same(daily, len(periods.starts))
    if measure not in {"INCIDENT", "CUMULATIVE"}:
        return np.asarray(daily[periods.last])
    reached = np.cumsum(daily)
    if measure == "CUMULATIVE":
        return np.asarray(reached[periods.last])
    return np.asarray(reached[periods.last] - reached[periods.first - 1])


def _same(value: object, times: int) -> np.ndarray:
    same: np.ndarray = np.empty(times, type(value) if isinstance(value, float | int) else object)
    same[:] = value
    return same
