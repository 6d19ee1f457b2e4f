"""Doses of vaccine by place and period."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.world.campaign import AFTER_THE_FIRST, PRODUCTS


def vaccinations(asked: Asked) -> Iterator[Columns]:
    """Give the doses of every product, group and number that the source names and that is in use."""
    yield by_place_and_period(asked, _given, _in_use)


def _in_use(series: Series) -> bool:
    product, number = series.code("vaccine_product", "_T"), series.code("dose_number", "_T")
    there = series.code("measure_type", "INCIDENT") == "PREVALENT"  # doses are given, and not there at a time
    return not there and product in {*PRODUCTS, "_T"} and number in {*AFTER_THE_FIRST, "_T"}


def _given(where: Where, series: Series) -> Daily:
    group, campaign = series.code("target_group", "ALL"), where.world.campaign
    doses = campaign.doses(series.code("vaccine_product", "_T"), group, series.code("dose_number", "_T"))
    return {
        "doses_administered_count": where.sum(doses),
        "target_population_count": int(where.sum(campaign.inhabitants(group))),
    }
