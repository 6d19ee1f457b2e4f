"""Persons who were tested and turned out not to have the disease: no table but that of the laboratories names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.simulate.window import BEFORE
from pipelines.simulate.world.chance import chance
from pipelines.simulate.world.people import Listed

if TYPE_CHECKING:
    from pipelines.simulate.world.world import World

_LONGEST = 3  # days from the specimen to the result, and less


@dataclass(frozen=True)
class Well(Listed):
    """Such persons, in the order of the day on which the result was there; counted from 0 in the window."""

    number: np.ndarray
    report: np.ndarray
    region: np.ndarray

    def chance(self, name: str) -> np.ndarray:
        """Give a number from 0 to 1 for each person, always the same under the same name."""
        many = int(self.world.care.well[:, BEFORE:].sum())
        return np.asarray(_stream(self.world, name).random(many)[self.number])

    @property
    def specimen(self) -> np.ndarray:
        """The days on which the specimens were taken."""
        return np.asarray(self.report - (self.chance("specimen") * _LONGEST).astype(np.int64))

    @property
    def age(self) -> np.ndarray:
        """The ages, in years."""
        return (self.chance("age") * 90).astype(np.int64)

    @property
    def is_female(self) -> np.ndarray:
        """Who is a woman or a girl."""
        return np.asarray(self.chance("sex") < 0.5)  # noqa: PLR2004  one of two


def well(world: World, last: int) -> Well:
    """Give all of the window whose result was there by a day."""
    daily = world.care.well[:, BEFORE : last + 1].T
    day, region = (np.repeat(place, daily.ravel()) for place in np.indices(daily.shape).reshape(2, -1))
    return Well(world, np.arange(len(day)), day + BEFORE, region)


def _stream(world: World, name: str) -> np.random.Generator:
    return chance(world.seed, *world.names, "tested", name)
