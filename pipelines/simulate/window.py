"""The days that are simulated, and whatever else every part of the truth must agree on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

Value = str | int | float | date | None
Fact = dict[str, Value]

BEFORE = 28  # days that are drawn before the window, so that what follows a case has cases to follow


@dataclass(frozen=True)
class Window:
    """Whole ISO weeks from a Monday on. The first vaccines are in use by then."""

    weeks: int
    first: date = date(2020, 11, 23)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the window."""
        return tuple(self.first + timedelta(days=i) for i in range(7 * self.weeks))

    @property
    def last(self) -> date:
        """The last day, a Sunday."""
        return self.days[-1]

    @property
    def drawn(self) -> int:
        """How many days are drawn: those before the window, and those of it."""
        return BEFORE + 7 * self.weeks
