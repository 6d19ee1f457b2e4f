"""The world that is simulated: in each state one epidemic by region and day, which all of its sources share.

`Worlds(declared, window, seed, scale).of(country)` gives the `World` of a state. It has the counts (`daily`,
`by_variant`, `campaign.doses`, `deaths_of_all_causes`), the persons (`people`; and `well`, who were only tested) and,
between two states, `traffic`. Counts and persons agree exactly. Everything is made from the seed by whole numbers and
exact doubles, when it is first asked for.
"""

from pipelines.simulate.world.people import People
from pipelines.simulate.world.well import Well
from pipelines.simulate.world.world import World, Worlds

__all__ = ["People", "Well", "World", "Worlds"]
