"""Which lineage each variant of a world is, and how much of it is sequenced: all tables about genomes say the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.simulate.world.chance import chance, whole
from pipelines.simulate.world.world import World

_SEQUENCED = 0.2


@dataclass(frozen=True)
class Lineage:
    """A variant as the systems of names call it."""

    pango: str
    nextstrain: str
    clade: str
    label: str

    def name(self, system: str) -> str:
        """Give its name in a system."""
        return {"PANGO": self.pango, "NEXTSTRAIN": self.nextstrain, "GISAID_CLADE": self.clade}.get(system, "Other")


LINEAGES = (  # of the variants of a world, in their order; all were known when the window begins
    Lineage("B.1.1", "20B", "GR", "NONE"),
    Lineage("B.1.1.7", "20I", "GRY", "ALPHA"),
    Lineage("B.1.617.2", "21A", "GK", "DELTA"),
)


def sequenced(world: World) -> np.ndarray:
    """Give the specimens that were sequenced, by variant, region and day of report: one confirmed case in five."""
    counted = world.by_variant()
    drawn = whole(counted * _SEQUENCED, chance(world.seed, *world.names, "sequenced"))
    return np.asarray(np.minimum(drawn, counted))
