"""Figures by place and period: cases and what follows from them, doses of vaccine, shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np

from pipelines.declarations import Declarations
from pipelines.declarations.model import Scalar
from pipelines.declarations.source import Source
from pipelines.errors import SalamatError
from pipelines.simulate.campaign import Campaign
from pipelines.simulate.epidemic import Epidemic
from pipelines.simulate.spoken import spoken
from pipelines.simulate.window import BEFORE, Fact, Window

_PLACES = 30  # a wave does not reach every place of a large state at once
_PRODUCTS = ("COM", "SPU", "SIN", "BECNBG")  # each is given twice
_NOT_REPORTED, _DAY_NOT_REPORTED = 0.01, 0.05
_TOTALS = {"UNK", "_T", "ALL"}
_DAYS_OF = {"D": 1, "W": 7}


@dataclass(frozen=True)
class _Series:
    """The codes of one series of figures, and the days in which they hold."""

    codes: dict[str, Scalar]
    since: date
    until: date


def figures(source: Source, declared: Declarations, window: Window, rng: np.random.Generator) -> list[Fact]:
    """Draw every figure of the source: each series in each place in each period. None is not reported."""
    series = list(_series(source, declared))
    found = [f for place in _places(source, declared, window, rng) for f in _of(place, series, source, window, rng)]
    level = {p.place_id: p.geo_level for p in declared.places.values()}
    facts = [{**source.constants, **f, "geo_level": level[str(f["region"])]} for f in found]
    return sorted(_thinned(facts, source, declared, rng), key=lambda f: str(f["period_start"]))


def _places(source: Source, declared: Declarations, window: Window, rng: np.random.Generator) -> list[str]:
    if "region" in source.constants:
        return [str(source.constants["region"])]
    unpivot = source.unpivot
    if unpivot and unpivot.name_is and unpivot.name_is.field == "region":
        return [place for place in spoken(source, declared, "region") if place in declared.places]
    own = [p for p in declared.places.values() if p.country == source.country and p.geo_level == "region"]
    named = spoken(source, declared, "region")
    there = [p.place_id for p in own if p.place_id in named and not (p.valid_from and p.valid_from > window.first)]
    taken = sorted(int(i) for i in rng.permutation(len(there))[:_PLACES])
    return [there[i] for i in taken]


def _series(source: Source, declared: Declarations) -> Iterator[_Series]:
    """Give the codes of every series: those of the columns' meanings, crossed with those that the rows name."""
    fields = [f for f in source.map if declared.fields[f].type == "code"]
    choices = [[(f, code) for code in _choices(source, declared, f)] for f in fields]
    for values, since, until in _meant(source):
        for chosen in product(*choices):
            yield _Series({**source.constants, **values, **dict(chosen)}, since, until)


def _choices(source: Source, declared: Declarations, field: str) -> list[str]:
    own = {str(code) for code in source.map[field].codes.values()}
    said = [code for code in spoken(source, declared, field) if code not in _TOTALS and (not own or code in own)]
    return [code for code in said if code in _PRODUCTS] if field == "vaccine_product" else said


def _meant(source: Source) -> Iterator[tuple[dict[str, Scalar], date, date]]:
    unpivot = source.unpivot
    if unpivot is None or not isinstance(unpivot.columns, dict):
        yield {}, date.min, date.max
        return
    for meanings in unpivot.columns.values():
        yield from ((m.values(), m.from_ or date.min, m.until or date.max) for m in meanings)


def _of(place: str, series: list[_Series], source: Source, window: Window, rng: np.random.Generator) -> Iterator[Fact]:
    """Draw the figures of one place. Everything that is said of it comes from one epidemic, or one campaign."""
    national = "region" in source.constants
    epidemic, campaign = Epidemic.drawn(window, rng, national=national), Campaign.drawn(window, rng, national=national)
    for one in series:
        codes = {k: str(v) for k, v in one.codes.items()}
        more: dict[str, np.ndarray | int]
        if source.table == "vaccinations":
            group = codes.get("target_group", "ALL")
            daily = campaign.doses(codes.get("vaccine_product", "_T"), group, codes.get("dose_number", "_T"))
            more = {"doses_administered_count": daily, "target_population_count": campaign.population(group)}
        elif source.table == "rates":
            more = {"rate": epidemic.share(codes["rate_indicator"])}
        else:
            more = {"value": epidemic.daily(codes["indicator"], codes.get("case_basis", "UNK"))}
        yield from _periods(place, one, more, source, window)


def _periods(
    place: str, series: _Series, drawn: dict[str, np.ndarray | int], source: Source, window: Window
) -> Iterator[Fact]:
    measure, kind = str(series.codes.get("measure_type", "")), str(series.codes["period_type"])
    if kind not in _DAYS_OF:
        raise SalamatError(f"{source.source}: the simulation knows days and weeks, not the period {kind}")
    said = {f: d if isinstance(d, int) else _per_period(d, measure, _DAYS_OF[kind]) for f, d in drawn.items()}
    for i in range(len(window.days) // _DAYS_OF[kind]):
        start = window.first + timedelta(days=i * _DAYS_OF[kind])
        if series.since <= start <= series.until:
            now = {f: d if isinstance(d, int) else d[i].item() for f, d in said.items()}
            yield {**series.codes, "region": place, "period_start": start, **now}


def _per_period(daily: np.ndarray, measure: str, days: int) -> np.ndarray:
    if measure == "INCIDENT":
        summed: np.ndarray = daily[BEFORE:].reshape(-1, days).sum(axis=1)
        return summed
    reached = np.cumsum(daily) if measure == "CUMULATIVE" else daily
    last: np.ndarray = reached[BEFORE:][days - 1 :: days]
    return last


def _thinned(facts: list[Fact], source: Source, declared: Declarations, rng: np.random.Generator) -> Iterator[Fact]:
    """Leave a few figures unreported; where the sender has a short row for it, also some whole periods."""
    fact, silent = declared.tables[source.table].fact, set[object]()
    if source.decode.short_row:
        silent = {d for d in sorted({str(f["period_start"]) for f in facts}) if rng.random() < _DAY_NOT_REPORTED}
    for one in facts:
        unsaid = rng.random() < _NOT_REPORTED or str(one["period_start"]) in silent
        yield {**one, fact: None} if unsaid else one
