"""Doses of vaccine by place and period."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.world.campaign import AFTER_THE_FIRST, PRODUCTS

_FIRST = {"1", "_T"}
_SPARE, _REFUSED = 10, 20  # of so many doses that are given one more is delivered, and one person refused


def vaccinations(asked: Asked) -> Iterator[Columns]:
    """Give the doses of every product, group and number that the source names and that is in use."""
    yield by_place_and_period(asked, _given, _in_use)


def _in_use(series: Series) -> bool:
    product, number = series.code("vaccine_product", "_T"), series.code("dose_number", "_T")
    there = series.code("measure_type", "INCIDENT") == "PREVALENT"  # doses are given, and not there at a time
    return not there and product in {*PRODUCTS, "_T"} and number in {*AFTER_THE_FIRST, "_T"}


def _given(where: Where, series: Series) -> Daily:
    group, campaign = series.code("target_group", "ALL"), where.world.campaign
    product, number = series.code("vaccine_product", "_T"), series.code("dose_number", "_T")
    every = where.sum(campaign.doses(product, "ALL", "_T"))
    refused = where.sum(campaign.doses(product, group, "1")) // _REFUSED
    return {
        "doses_administered_count": where.sum(campaign.doses(product, group, number)),
        "doses_delivered_count": every + every // _SPARE,
        "first_dose_refused_count": refused if number in _FIRST else None,
        "target_population_count": int(where.sum(campaign.inhabitants(group))),
    }
