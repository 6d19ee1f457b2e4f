"""A case: what the lake holds, the rows that come then, and which of these break the rule. And series to make it of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.validate.breaking.case import EARLY, Row, Value

WEEKDAYS = (1.2, 1.1, 1.0, 1.0, 0.9, 0.6, 0.4)  # Monday first: fewer are counted at the weekend
PEOPLE = {"TR-NOWHERE": 1000}


@dataclass(frozen=True)
class Beside:
    """`published` are rows by table of the same source, `elsewhere` those of another state."""

    table: str
    rule: str
    rows: Sequence[Row]
    published: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    guilty: tuple[int, ...] = ()
    told: str | None = None
    elsewhere: Mapping[str, Sequence[Row]] = field(default_factory=dict)


def day(n: int) -> date:
    return EARLY + timedelta(days=n)


def weekly_pattern(days: int, level: float = 100, growth: float = 0.01) -> list[int]:
    """Counts with weekdays, growth and some noise that is the same every time; the first day is a Monday."""
    noise = (0, 3, -4, 2, 5, -3, -1, 4, -2, 1, -5)
    return [
        max(0, round(level * WEEKDAYS[n % 7] * (1 + growth) ** n + noise[n % 11] * level**0.5 / 10))
        for n in range(days)
    ]


def series(said: Row, values: Sequence[int], time: str, value: str, step: int = 1) -> list[dict[str, Value]]:
    return [{**said, time: day(n * step), value: v} for n, v in enumerate(values)]


def many(number: int, *said: Row, key: str) -> Iterator[dict[str, Value]]:
    """Rows alike but for their key; each of `said` in turn."""
    for n in range(number):
        yield {key: f"{key}-{n}", **said[n % len(said)]}
