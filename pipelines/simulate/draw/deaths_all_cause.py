"""Deaths of all causes by place, period, age and sex; those of the disease are among them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.ages import ALL, band, by_age
from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.world.chance import chance, shared_out

_SEXES = {"F": 0, "M": 1}
_BANDS = {(0, 39): 0.05, (40, 64): 0.2, (65, 74): 0.22, (75, 84): 0.28, (85, 125): 0.25}


def deaths_all_cause(asked: Asked) -> Iterator[Columns]:
    """Give the deaths of every place and period, by the sexes and ages that the source says."""
    every = by_age(asked, tuple(_BANDS))
    yield by_place_and_period(
        asked, _died, lambda s: s.code("sex", "_T") in {*_SEXES, "_T"}, every=every, measure="INCIDENT"
    )


def _died(where: Where, series: Series) -> Daily:
    regions = [Where(where.world.regions[i], where.world, (i,)) for i in where.regions]
    cells = np.sum([_cells(region) for region in regions], axis=0)  # a state is what its regions add up to
    sex, ages = series.code("sex", "_T"), band(series)
    cells = cells if sex == "_T" else cells[:, [_SEXES[sex]]]
    if ages not in _BANDS and ages != ALL:
        raise SalamatError(f"the simulation knows the ages {list(_BANDS)}, not {ages}; teach it to, in {__name__}")
    died = (cells if ages == ALL else cells[..., [list(_BANDS).index(ages)]]).sum((1, 2))
    return {"deaths_all_cause_count": died, **(_beside(where) if (sex, ages) == ("_T", ALL) else {})}


def _cells(where: Where) -> np.ndarray:
    """Give the deaths of a region by day, sex and band."""
    by_sex = shared_out(where.sum(where.world.deaths_of_all_causes), np.array([0.48, 0.52]), _rng(where, "sex"))
    return shared_out(by_sex, np.array(list(_BANDS.values())), _rng(where, "age"))


def _beside(where: Where) -> Daily:
    """Give what is known of all ages and sexes together: how many had the disease; the others were expected."""
    covid = where.world.daily("DEATHS")
    expected = where.sum(where.world.deaths_of_all_causes - covid)
    return {"deaths_expected_count": expected, "deaths_covid_count": where.sum(covid)}


def _rng(where: Where, what: str) -> np.random.Generator:
    return chance(where.world.seed, *where.world.names, "all deaths", where.place_id, what)
