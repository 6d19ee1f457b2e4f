"""Deaths of all causes by place, period, age and sex; those of the disease are among them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.errors import SalamatError
from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.world.chance import chance, shared_out

_SEXES = {"F": 0, "M": 1}
_BANDS = {(0, 39): 0.05, (40, 64): 0.2, (65, 74): 0.22, (75, 84): 0.28, (85, 125): 0.25}
_ALL = (-1, -1)


def deaths_all_cause(asked: Asked) -> Iterator[Columns]:
    """Give the deaths of every place and period, by the sexes and ages that the source says."""
    yield by_place_and_period(asked, _died, lambda s: s.code("sex", "_T") in {*_SEXES, "_T"}, measure="INCIDENT")


def _died(where: Where, series: Series) -> Daily:
    by_sex = shared_out(where.sum(where.world.deaths_of_all_causes), np.array([0.48, 0.52]), _rng(where, "sex"))
    cells = shared_out(by_sex, np.array(list(_BANDS.values())), _rng(where, "age"))  # day, sex, band
    sex, band = series.code("sex", "_T"), (_bound(series, "age_from_years"), _bound(series, "age_to_years"))
    cells = cells if sex == "_T" else cells[:, [_SEXES[sex]]]
    if band not in _BANDS and band != _ALL:
        raise SalamatError(f"the simulation knows the ages {list(_BANDS)}, not {band}; teach it to, in {__name__}")
    return {"deaths_all_cause_count": (cells if band == _ALL else cells[..., [list(_BANDS).index(band)]]).sum((1, 2))}


def _bound(series: Series, field: str) -> int:
    return int(str(series.codes.get(field, -1)))


def _rng(where: Where, what: str) -> np.random.Generator:
    return chance(where.world.seed, *where.world.names, "all deaths", where.place_id, what)
