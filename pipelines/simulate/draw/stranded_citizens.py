"""Citizens stranded abroad, week by week. The host counts them all; the home state a few less, for not all call it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Periods
from pipelines.simulate.world.chance import chance, shared_out, whole

_UNHEARD = 12  # of so many, the home state does not know of one
_STAYS = 0.8  # of those who were stranded a week before


def stranded_citizens(asked: Asked) -> Iterator[Columns]:
    """Give those whom the state hosts, or its own citizens, by the other state, reason and period."""
    (kind,) = asked.codes("period_type")
    for side in asked.codes("reporting_side"):
        yield from _told_by(side, kind, asked)


def _told_by(side: str, kind: str, asked: Asked) -> Iterator[Columns]:
    own, other = ("host_country", "home_country") if side == "HOST" else ("home_country", "host_country")
    states = sorted({p.country for p in asked.declared.places.values()} & {*asked.codes(other)})
    for state in (s for s in states if s != asked.source.country):
        pair = {own: asked.source.country, other: state}
        yield from _of(pair["host_country"], pair["home_country"], side, Periods.of(asked.window, kind), asked)


def _of(host: str, home: str, side: str, periods: Periods, asked: Asked) -> Iterator[Columns]:
    names = [c.code for c in asked.declared.codes["stranded_reason"].codes if c.code != "_T"]
    rng = chance(asked.worlds.seed, "stranded", host, home)
    week = np.arange(len(periods.starts))
    everybody = whole((100 + 900 * rng.random()) * _STAYS**week, rng)
    reasons = shared_out(everybody, np.broadcast_to(np.full(len(names), 1 / len(names)), (len(week), len(names))), rng)
    heard = reasons if side == "HOST" else reasons - reasons // _UNHEARD
    said = asked.codes("stranded_reason") if "stranded_reason" in asked.said else ("_T",)
    for reason in (r for r in (*names, "_T") if r in said):
        known = heard.sum(axis=1) if reason == "_T" else heard[:, names.index(reason)]
        yield {**_told(known), **_whose(host, home, side, reason, periods)}


def _told(known: np.ndarray) -> Columns:
    """Give what is told of so many: fewer are helped, extended, in quarantine; who was there before may be home."""
    before = np.concatenate([[0], known[:-1]])
    return {
        "stranded_count": known,
        "visa_extended_count": known // 3,
        "assisted_count": known // 4,
        "repatriated_air_count": before // 6,
        "repatriated_land_count": before // 20,
        "in_quarantine_count": known // 10,
    }


def _whose(host: str, home: str, side: str, reason: str, periods: Periods) -> Columns:
    return {
        "host_country": host,
        "home_country": home,
        "reporting_side": side,
        "stranded_reason": reason,
        "period_start": np.array(periods.starts, "datetime64[D]"),
    }
