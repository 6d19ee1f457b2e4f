"""How many people live in each region: as the register of populations says; where it says nothing, a share of the rest.

The year that is nearest counts, not the last one before: a region that was parted in between is another place by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from pipelines.declarations.registers import Row
from pipelines.simulate.world.chance import chance


def inhabitants(regions: Sequence[str], country: str, register: Iterable[Row], year: int) -> np.ndarray:
    """Give the inhabitants of each region in a year, by the rows of the register of populations.

    Regions of which nothing is known share what is left of the state's. Where nothing is known of the state either, or
    nothing is left, each has 60,000 to 650,000.
    """
    known = _known(register, year)
    counted = np.array([known.get(region, 0) for region in regions], np.int64)
    drawn = np.array([0 if region in known else _weight(region) for region in regions], np.int64)
    left = known.get(country, 0) - int(counted.sum())
    if left > 0 and drawn.any():
        drawn = drawn * left // int(drawn.sum())
    return np.asarray(counted + drawn)


def _known(register: Iterable[Row], year: int) -> Mapping[str, int]:
    """Give the inhabitants of every place of which they are known, of the nearest year, of two such the earlier one."""
    told = sorted(
        (
            str(row["place_id"]),
            abs(int(str(row["year"])) - year),
            int(str(row["year"])),
            int(str(row["population_count"])),
        )
        for row in register
    )
    return {place: many for place, _, _, many in reversed(told)}


def _weight(region: str) -> int:
    """Give a number for a region of which nothing is known: the same everywhere, and not the same for all."""
    return 60_000 + 10_000 * int(chance(0, "inhabitants", region).integers(0, 60))
