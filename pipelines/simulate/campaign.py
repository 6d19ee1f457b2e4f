"""One place's vaccination: doses by product, group and number, day by day. A second dose follows a first one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.epidemic import later, whole
from pipelines.simulate.window import BEFORE, Window

_AFTER_THE_FIRST = {"1": 0, "2": 21, "3": 90}  # days
_WEEKDAYS = np.array([1.2, 1.2, 1.2, 1.2, 1.2, 0.7, 0.3])


@dataclass
class Campaign:
    """A campaign that grows from the window's first day on. What it drew once it says again."""

    expected: np.ndarray
    inhabitants: int
    rng: np.random.Generator
    first: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    @classmethod
    def drawn(cls, window: Window, rng: np.random.Generator, *, national: bool) -> Campaign:
        """Draw the size of a place and the pace of its campaign."""
        days = np.arange(-BEFORE, 7 * window.weeks)
        inhabitants = int(rng.integers(100_000, 900_000)) * (30 if national else 1)
        pace = inhabitants * (0.00005 + 0.00005 * rng.random()) / max(window.weeks, 4)
        return cls(np.maximum(days, 0) * pace * _WEEKDAYS[days % 7], inhabitants, rng)

    def doses(self, product: str, group: str, number: str) -> np.ndarray:
        """Give the doses of a day. Few who had a first one do not come again."""
        if number not in _AFTER_THE_FIRST:
            raise SalamatError(f"the simulation knows doses {', '.join(_AFTER_THE_FIRST)}, not {number}")
        if (product, group) not in self.first:
            self.first[product, group] = whole(self.expected * self.rng.random(), self.rng)
        again = later(self.first[product, group], min(_AFTER_THE_FIRST[number], len(self.expected)))
        return again if number == "1" else again - again // 20

    def population(self, group: str) -> int:
        """Give how many persons the group has, the same on every day."""
        if group not in self.groups:
            self.groups[group] = self.inhabitants * int(self.rng.integers(5, 20)) // 100
        return self.groups[group]
