"""One state's epidemic: everything that any of its sources can tell of comes from here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from pipelines.declarations import Declarations
from pipelines.errors import SalamatError
from pipelines.simulate.window import BEFORE, Window
from pipelines.simulate.world.by_age import by_age_and_sex
from pipelines.simulate.world.campaign import Campaign
from pipelines.simulate.world.care import Care
from pipelines.simulate.world.chance import chance, whole
from pipelines.simulate.world.inhabitants import inhabitants
from pipelines.simulate.world.outbreak import Outbreak
from pipelines.simulate.world.people import People, people

_DEATHS_A_DAY = 25  # of a million inhabitants, of all other causes


@dataclass(frozen=True)
class World:
    """The regions of a state, in a fixed order, and what happens in them on which day.

    Arrays of numbers are `[region, day]`; day BEFORE is the window's first. `scale` makes the epidemic larger.
    """

    country: str
    regions: tuple[str, ...]
    population: np.ndarray
    window: Window
    seed: int
    scale: float

    @property
    def names(self) -> tuple[str, str]:
        """What makes this state's chance its own."""
        return "world", self.country

    @cached_property
    def outbreak(self) -> Outbreak:
        """Infections and reports."""
        return Outbreak.drawn(self.names, self.population, self.window, self.seed, self.scale)

    @cached_property
    def care(self) -> Care:
        """Hospital, intensive care, deaths, recovery, tests."""
        return Care.drawn(self.names, self.outbreak.confirmed, self.population, self.seed, self.scale)

    @cached_property
    def campaign(self) -> Campaign:
        """Doses of vaccine."""
        return Campaign(self.names, self.population, self.window, self.seed)

    @cached_property
    def starts(self) -> np.ndarray:
        """How many persons were reported before each day."""
        sizes = self.outbreak.reported.sum(axis=(1, 2, 3, 4), dtype=np.int64)
        return np.concatenate([[0], np.cumsum(sizes)])

    def daily(self, indicator: str, basis: str = "UNK") -> np.ndarray:
        """Give the daily numbers of an indicator, those of cases on the basis on which they are counted."""
        care, cases = self.care, self.outbreak.confirmed
        known = {
            "CASES": cases - care.ranks.silent if basis == "SYMPT_CONF_ONLY" else cases,
            "DEATHS": care.deaths,
            "RECOVERED": care.recovered,
            "TESTS": self.outbreak.everybody + care.well,
            "DETECTIONS": cases,
            "HOSAD": care.admissions,
            "ICUAD": care.intensive_admissions,
            "HOSP": care.in_hospital,
            "SEVERE": care.in_intensive + (care.in_hospital - care.in_intensive) // 10,
            "ICU": care.in_intensive,
            "VENT": care.ventilated,
        }
        if indicator not in known:
            raise SalamatError(f"the simulation knows no {indicator}; teach it to, in {__name__}")
        return np.asarray(known[indicator])

    @cached_property
    def by_age_and_sex(self) -> Mapping[str, np.ndarray]:
        """The daily numbers `[sex, age, region, day]` of the indicators that are counted by person."""
        return by_age_and_sex(self)

    def by_variant(self) -> np.ndarray:
        """Give the confirmed cases `[variant, region, day]` by day of report; variants as in `outbreak.VARIANTS`."""
        counted: np.ndarray = self.outbreak.reported[:, :, :, 0, :].sum(axis=3, dtype=np.int64).transpose(2, 1, 0)
        return counted

    @cached_property
    def deaths_of_all_causes(self) -> np.ndarray:
        """All deaths by region and day, those of the disease among them."""
        rng = chance(self.seed, *self.names, "other deaths")
        usual = self.population[:, None] * (_DEATHS_A_DAY / 1e6) * np.ones((1, self.window.drawn))
        return np.asarray(whole(usual, rng) + self.care.deaths)

    def people(self, as_of: int | None = None, most: int = 100_000) -> Iterator[People]:
        """Give everybody who was reported in the window, in the order of report, about so many at once."""
        last = self.window.drawn - 1 if as_of is None else as_of
        return people(self, BEFORE, last, most)


@dataclass(frozen=True)
class Worlds:
    """The worlds of all states under one seed, each made when it is first asked for."""

    declared: Declarations
    window: Window
    seed: int = 1
    scale: float = 1.0
    made: dict[str, World] = field(default_factory=dict, repr=False)
    figures: dict[str, list[Any]] = field(default_factory=dict, repr=False)  # of each source, as its table was drawn
    words: dict[str, dict[str, Mapping[str, tuple[str, ...]]]] = field(
        default_factory=dict, repr=False
    )  # of each source

    def of(self, country: str) -> World:
        """Give the world of a state. The same one for every source."""
        if country not in self.made:
            regions = self._regions(country)
            register = self.declared.registers["populations"].rows
            population = inhabitants(regions, country, register, self.window.first.year)
            self.made[country] = World(country, regions, population, self.window, self.seed, self.scale)
        return self.made[country]

    def traffic(self, here: str, there: str) -> np.ndarray:
        """Give how many vehicles go from one state to another on each day; both sides see the same."""
        rng = chance(self.seed, "traffic", here, there)
        rhythm = np.array([1.1, 1.1, 1.1, 1.1, 1.1, 0.9, 0.6])[np.arange(-BEFORE, 7 * self.window.weeks) % 7]
        return whole((40 + 160 * rng.random()) * rhythm * (0.8 + 0.4 * rng.random(self.window.drawn)), rng)

    def _regions(self, country: str) -> tuple[str, ...]:
        """Give the regions of a state that are there in the whole window; of a small state, the state itself."""
        own = [p for p in self.declared.places.values() if p.country == country and p.geo_level == "region"]
        first, last = self.window.days[0], self.window.last
        there = [
            p for p in own if not (p.valid_from and p.valid_from > first) and not (p.valid_to and p.valid_to < last)
        ]
        return tuple(sorted(p.place_id for p in there)) or (country,)
