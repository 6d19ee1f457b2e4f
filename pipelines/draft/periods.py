"""Which day of its week or month a column of days names: the first is taken, the last is declared, others are asked."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipelines.declarations.dates import date_form
from pipelines.draft.drafted import Line, Said

_SUNDAY, _CALLED = 6, {"W": "week", "M": "month"}


def with_named_day(line: Line, period: Said | None, days: Sequence[date]) -> Line:
    """Give the line of the days with the day that they name, where each stands for a longer period."""
    form = date_form(line.read or "")
    if line.role != "map" or form is None or form.iso_week or not days:
        return line
    if period is None:
        sure = "likely" if line.confidence == "certain" else line.confidence
        return replace(line, confidence=sure, why=f"{line.why}; how long a period it names is open")
    if period.value == "D" or all(_is_first(day, period.value) for day in days):
        return line
    if all(_is_last(day, period.value) for day in days):
        return replace(line, confidence="likely", names="last-day", why=f"{line.why}; each is the last of its period")
    ask = f"{days[0]} is a {days[0]:%A}: which day of its {_CALLED[period.value]} does it name?"
    return replace(line, confidence="question", ask=ask)


def _is_first(day: date, period: str) -> bool:
    return day.weekday() == 0 if period == "W" else day.day == 1


def _is_last(day: date, period: str) -> bool:
    return day.weekday() == _SUNDAY if period == "W" else day.day == monthrange(day.year, day.month)[1]
