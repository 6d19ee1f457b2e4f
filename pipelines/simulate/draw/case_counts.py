"""Counts of cases and what follows from them, by place and period."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period


def case_counts(asked: Asked) -> Iterator[Columns]:
    """Give every count that the source's columns name."""
    yield by_place_and_period(asked, _counted)


def _counted(where: Where, series: Series) -> Daily:
    daily = where.world.daily(series.code("indicator", "CASES"), series.code("case_basis", "UNK"))
    return {"value": where.sum(daily)}
