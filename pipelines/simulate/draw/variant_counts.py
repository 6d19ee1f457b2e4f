"""Counts of variants by place and period: of the specimens that were sequenced, those of each lineage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.genomes import LINEAGES, sequenced


def variant_counts(asked: Asked) -> Iterator[Columns]:
    """Give each lineage in each place and period; those of the columns, or where rows name them, all."""
    in_columns = asked.source.unpivot is not None
    every = asked.series if in_columns else tuple(_of_rows(asked))
    yield by_place_and_period(asked, _found, every=every, measure="INCIDENT")


def _of_rows(asked: Asked) -> Iterator[Series]:
    constants = asked.source.constants
    for lineage in LINEAGES:
        named = {"lineage": lineage.name(str(constants.get("lineage_system", "PANGO"))), "who_label": lineage.label}
        yield Series({"period_type": "W", **constants, **named}, date.min, date.max)


def _found(where: Where, series: Series) -> Daily:
    counted = [where.sum(one) for one in sequenced(where.world)]
    system, lineage = series.code("lineage_system", "PANGO"), series.code("lineage", "")
    names = [one.name(system) for one in LINEAGES]
    none: np.ndarray = np.zeros_like(counted[0])
    return {
        "detections_count": counted[names.index(lineage)] if lineage in names else none,
        "sequenced_count": np.sum(counted, axis=0),
    }
