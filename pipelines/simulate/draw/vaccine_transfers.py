"""Doses of vaccine that pass from one state to another. They leave in one week and arrive in the next, a few fewer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Periods
from pipelines.simulate.world.campaign import PRODUCTS
from pipelines.simulate.world.chance import chance

_OFTEN = 0.3  # of the weeks have a consignment
_BOXES, _BOX = 20, 1170  # a consignment has up to so many boxes of so many doses
_BROKEN = 200  # of so many doses one does not arrive


def vaccine_transfers(asked: Asked) -> Iterator[Columns]:
    """Give what the state gave, or received, by the other state, product and period, where there are doses."""
    (kind,) = asked.codes("period_type")
    for side in asked.codes("transfer_side"):
        yield from _told_by(side, kind, asked)


def _told_by(side: str, kind: str, asked: Asked) -> Iterator[Columns]:
    own, other = ("giving_country", "receiving_country")[:: 1 if side == "GIVER" else -1]
    states = sorted({p.country for p in asked.declared.places.values()} & {*asked.codes(other)})
    for state in (s for s in states if s != asked.source.country):
        pair = {own: asked.source.country, other: state}
        for product in (p for p in PRODUCTS if p in asked.codes("vaccine_product")):
            yield _of(
                pair["giving_country"], pair["receiving_country"], side, product, Periods.of(asked.window, kind), asked
            )


def _of(giver: str, receiver: str, side: str, product: str, periods: Periods, asked: Asked) -> Columns:
    rng = chance(asked.worlds.seed, "transfers", giver, receiver, product)
    weeks = len(periods.starts)
    given = (rng.random(weeks) < _OFTEN) * rng.integers(1, _BOXES, weeks) * _BOX
    arrived = np.concatenate([[0], given[:-1]])
    told = given if side == "GIVER" else arrived - arrived // _BROKEN
    starts = np.array(periods.starts, "datetime64[D]")
    return {
        "giving_country": giver,
        "receiving_country": receiver,
        "transfer_side": side,
        "vaccine_product": product,
        "period_start": starts[told > 0],
        "doses_transferred_count": told[told > 0],
    }
