"""What a table's module is asked: which source, in which worlds, as known on which day; and what the source can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from pipelines.declarations import Declarations
from pipelines.declarations.model import Scalar
from pipelines.declarations.source import Source
from pipelines.declarations.words import in_scope
from pipelines.errors import SalamatError
from pipelines.simulate.pen import Pen
from pipelines.simulate.spoken import spoken
from pipelines.simulate.window import BEFORE, Window
from pipelines.simulate.world import World, Worlds
from pipelines.simulate.world.chance import chance

if TYPE_CHECKING:
    import numpy as np

_TOTALS = {"UNK", "_T", "ALL"}
_OF_ONE_FIGURE = {"obs_status", "missing_reason"}  # what is said of each figure tells no series apart


@dataclass(frozen=True)
class Where:
    """A place that a source can name, and the regions of its world that lie in it."""

    place_id: str
    world: World
    regions: tuple[int, ...]

    def sum(self, daily: np.ndarray) -> np.ndarray:
        """Add up over the place's regions what is given by region."""
        added: np.ndarray = daily[list(self.regions)].sum(axis=0)
        return added


@dataclass(frozen=True)
class Series:
    """The codes of one series of figures, and the days in which they hold."""

    codes: Mapping[str, Scalar]
    since: date
    until: date

    def code(self, field: str, otherwise: str) -> str:
        """Give the code of a field, or another where the source does not say."""
        return str(self.codes.get(field, otherwise))


@dataclass(frozen=True)
class Asked:
    """A source of which the facts are asked, as its sender knows them at the end of the day `as_of`.

    What chance gives must not depend on `as_of`: a later day knows more, and nothing else.
    """

    source: Source
    declared: Declarations
    worlds: Worlds
    as_of: date

    @property
    def window(self) -> Window:
        """The days that are simulated."""
        return self.worlds.window

    @property
    def world(self) -> World:
        """The world of the source's own state."""
        return self.worlds.of(self.source.country)

    @property
    def today(self) -> int:
        """The day `as_of` as worlds count days."""
        return BEFORE + (self.as_of - self.window.first).days

    def on(self, as_of: date) -> Asked:
        """Ask the same as of another day."""
        return replace(self, as_of=as_of)

    def pen(self, use: str) -> Pen:
        """Give a pen of the sender's."""
        words = self.worlds.words.setdefault(self.source.source, {})
        return Pen(self.source, self.declared, self.chance(use), words)

    def chance(self, use: str) -> np.random.Generator:
        """Give a stream of chance of the source's own; what the whole state shares comes from its world."""
        return chance(self.worlds.seed, self.source.source, use)

    @cached_property
    def said(self) -> frozenset[str]:
        """The fields that the source says something of; others are absent, or what the table says by default."""
        unpivot, fields = self.source.unpivot, self.declared.tables[self.source.table].fields
        said = {*self.source.constants, *self.source.map, *(f for f, use in fields.items() if use.level_of)}
        said |= {self.source.count.into} if self.source.count else set()
        if unpivot:
            said |= {unpivot.into, *([unpivot.name_is.field] if unpivot.name_is else [])}
            meanings = unpivot.columns.values() if isinstance(unpivot.columns, dict) else ()
            said |= {f for several in meanings for meaning in several for f in meaning.values()}
        return frozenset(said)

    def codes(self, field: str) -> tuple[str, ...]:
        """Give the codes that the source can say in a field: one if it is a constant.

        Where the source has words of its own for the field, only those; else totals and unknown are left out. Where its
        own words are for totals alone, they are there beside all others.
        """
        if field in self.source.constants:
            return (str(self.source.constants[field]),)
        named = self._named(field)
        own = {str(code) for code in (self.source.map[field].codes if field in self.source.map else {}).values()}
        only = own - _TOTALS
        return tuple(code for code in named if code in own or (not only and code not in _TOTALS))

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """The codes of every series: those of the columns' meanings, crossed with those that the rows name."""
        kinds = {f: e.type for f, e in self.declared.fields.items()}
        headed = self.source.unpivot.name_is.field if self.source.unpivot and self.source.unpivot.name_is else None
        fields = [
            f
            for f in (*self.source.map, *([headed] if headed else []))
            if kinds[f] == "code" and f not in _OF_ONE_FIGURE
        ]
        choices = [[(f, code) for code in self.codes(f)] for f in fields]
        return tuple(
            Series({**self.source.constants, **values, **dict(chosen)}, since, until)
            for values, since, until in self._meant()
            for chosen in product(*choices)
        )

    def places(self, field: str = "region") -> tuple[Where, ...]:
        """Give the places that the source can name in a field, or its constant one; each with its regions.

        Its own state is among them where the source has a word of its own for it: then it has rows of the whole, too.
        """
        if field in self.source.constants:
            return (self._where(str(self.source.constants[field])),)
        named = self._named(field)
        places = [self.declared.places[p] for p in named if p in self.declared.places]
        abroad = [p for p in places if p.geo_level == "country" and p.country != self.source.country]
        whole = {*self.source.map[field].codes.values()} & {self.source.country} if field in self.source.map else set()
        own = [p for p in places if p.geo_level == "region" or (p in abroad and self.source.reports_on)]
        own += [self.declared.places[str(p)] for p in whole]
        found = [self._where(p.place_id) for p in own if in_scope(self.source, p.place_id, self.declared)]
        there = tuple(w for w in found if w.regions)
        if not there:
            told = f"no place of {self.source.country} has a name that this source can write"
            raise SalamatError(f"{self.source.source}: {told} in {field}")
        return there

    def _named(self, field: str) -> Mapping[str, tuple[str, ...]]:
        words = self.worlds.words.setdefault(self.source.source, {})
        if field not in words:
            words[field] = spoken(self.source, self.declared, field)
        return words[field]

    def _where(self, place_id: str) -> Where:
        """Give a place with its regions; one that is no region and no state of theirs has none."""
        place = self.declared.places[place_id]
        world = self.worlds.of(place.country)
        regions = [i for i, r in enumerate(world.regions) if place_id in {r, place.country}]
        return Where(place_id, world, tuple(regions))

    def _meant(self) -> Iterator[tuple[Mapping[str, Scalar], date, date]]:
        unpivot = self.source.unpivot
        if unpivot is None or not isinstance(unpivot.columns, dict):
            yield {}, date.min, date.max
            return
        for meanings in unpivot.columns.values():
            yield from ((m.values(), m.from_ or date.min, m.until or date.max) for m in meanings)


def asked_of(source: Source, worlds: Worlds, as_of: date | None = None) -> Asked:
    """Ask a source what its sender knows; at the end of the window, if no day is given."""
    return Asked(source, worlds.declared, worlds, as_of or worlds.window.last)
