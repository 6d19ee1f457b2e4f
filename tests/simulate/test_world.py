"""One epidemic per state: what is counted and who is counted agree exactly, and the same seed is the same world."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.registers import Row
from pipelines.errors import SalamatError
from pipelines.simulate.asked import asked_of
from pipelines.simulate.draw import module_of
from pipelines.simulate.figures import Periods
from pipelines.simulate.truth import truth
from pipelines.simulate.window import BEFORE, Window
from pipelines.simulate.world import People, World, Worlds
from pipelines.simulate.world.by_age import NOT_TOLD
from pipelines.simulate.world.inhabitants import inhabitants
from pipelines.simulate.world.people import people
from pipelines.simulate.world.well import well

STATE = sorted({place.country for place in load_declarations().places.values()})[3]


@pytest.fixture(scope="module")
def world(declared: Declarations) -> World:
    return Worlds(declared, Window(8), seed=3).of(STATE)


@pytest.fixture(scope="module")
def everybody(world: World) -> People:
    (all_of_them,) = people(world, 0, world.window.drawn - 1, most=10**9)
    return all_of_them


@pytest.fixture(scope="module")
def counted(world: World, everybody: People) -> Callable[[np.ndarray], np.ndarray]:
    """Count days of persons by region and day."""

    def by_region_and_day(days: np.ndarray) -> np.ndarray:
        found, there = np.zeros((len(world.regions), world.window.drawn), np.int64), days < world.window.drawn
        np.add.at(found, (everybody.region[there & (days >= 0)], days[there & (days >= 0)]), 1)
        return found

    return by_region_and_day


def test_persons_and_counts_agree(world: World, everybody: People, counted: Callable[[np.ndarray], np.ndarray]) -> None:
    confirmed = everybody.rank >= 0
    ended = np.maximum(everybody.discharge, everybody.death)
    told = {
        "CASES": np.where(confirmed, everybody.report, -1),
        "DEATHS": everybody.death,
        "HOSAD": everybody.admission,
        "ICUAD": everybody.intensive,
        "RECOVERED": np.where(confirmed, np.maximum(everybody.discharge, everybody.recovery), -1),
    }
    assert [i for i, days in told.items() if not np.array_equal(counted(days), world.daily(i))] == []
    assert world.daily("DEATHS").sum() > 10
    there = np.cumsum(counted(everybody.admission) - counted(np.where(everybody.admission >= 0, ended, -1)), axis=1)
    assert np.array_equal(there, world.daily("HOSP"))


def test_by_age_and_sex_the_counts_are_those_of_the_same_persons(world: World, everybody: People) -> None:
    told = world.by_age_and_sex
    assert [i for i, cells in told.items() if not np.array_equal(cells.sum(axis=(0, 1)), world.daily(i))] == []
    assert min(cells.min() for cells in told.values()) >= 0
    old_women = (everybody.rank >= 0) & everybody.is_female & (everybody.age >= 80)
    of_unknown = ~((everybody.chance("sex not told") >= 0.02) & (everybody.chance("age not told") >= 0.03))
    assert told["CASES"][0, 80:NOT_TOLD].sum() == (old_women & ~of_unknown).sum() > 10
    not_told = told["CASES"][NOT_TOLD].sum() + told["CASES"][:NOT_TOLD, NOT_TOLD].sum()
    assert not_told == ((everybody.rank >= 0) & of_unknown).sum() > 10


def test_of_everything_that_is_part_of_another_there_is_no_more(world: World) -> None:
    for part, whole in (("ICU", "HOSP"), ("VENT", "ICU"), ("ICU", "SEVERE"), ("SEVERE", "HOSP"), ("CASES", "TESTS")):
        assert (world.daily(part) <= world.daily(whole)).all(), (part, whole)
        assert world.daily(part).min() >= 0
    assert (world.daily("CASES", "SYMPT_CONF_ONLY") <= world.daily("CASES")).all()
    assert np.array_equal(world.by_variant().sum(axis=0), world.daily("CASES"))
    assert (world.deaths_of_all_causes >= world.daily("DEATHS")).all()


def test_a_person_is_the_same_however_the_days_are_taken_together(world: World, everybody: People) -> None:
    one_by_one = list(people(world, 0, world.window.drawn - 1, most=1))
    assert len(one_by_one) > 50
    for name in ("number", "age", "onset", "specimen", "death", "rank"):
        assert np.array_equal(np.concatenate([getattr(p, name) for p in one_by_one]), getattr(everybody, name))
    drawn = np.concatenate([p.chance("something") for p in one_by_one])
    assert np.array_equal(drawn, everybody.chance("something"))
    assert 0.4 < drawn.mean() < 0.6


def test_doses_add_up_over_products_groups_and_numbers(world: World) -> None:
    campaign = world.campaign
    products = sum(campaign.doses(p, "ALL", "1") for p in ("COM", "SPU", "SIN", "BECNBG"))
    assert np.array_equal(products, campaign.doses("_T", "ALL", "1"))
    assert np.array_equal(sum(campaign.doses("_T", "ALL", n) for n in "123"), campaign.doses("_T", "ALL", "_T"))
    assert (np.cumsum(campaign.doses("_T", "ALL", "2"), 1) <= np.cumsum(campaign.doses("_T", "ALL", "1"), 1)).all()
    assert (campaign.doses("_T", "ALL", "1").sum(1) < campaign.inhabitants("ALL")).all()
    assert campaign.doses("_T", "ALL", "1")[:, : BEFORE + 1].sum() == 0


def test_the_same_seed_is_the_same_world_and_another_is_not(declared: Declarations, world: World) -> None:
    cases = [Worlds(declared, Window(8), seed).of(STATE).daily("CASES") for seed in (3, 4)]
    assert np.array_equal(cases[0], world.daily("CASES"))
    assert not np.array_equal(cases[1], world.daily("CASES"))
    assert int(cases[0].sum()) == 24433  # as everywhere


def _row(place: str, year: int, many: int) -> Row:
    return {"place_id": place, "year": year, "population_count": many}


def test_a_region_has_as_many_inhabitants_as_are_known_in_the_nearest_year() -> None:
    known = [_row("A-1", 2012, 9), _row("A-1", 2022, 5), _row("A-1", 2018, 7), _row("A-2", 2024, 3)]
    assert inhabitants(("A-1", "A-2"), "A", known, 2020).tolist() == [7, 3]


def test_regions_of_which_nothing_is_known_share_what_is_left_of_the_state() -> None:
    known = [_row("A", 2020, 1_000_000), _row("A-1", 2020, 700_000)]
    first, *others = inhabitants(("A-1", "A-2", "A-3"), "A", known, 2020).tolist()
    assert first == 700_000
    assert 299_990 < sum(others) <= 300_000
    assert min(others) > 1_000
    assert inhabitants(("B-1",), "B", known, 2020).min() >= 60_000


@pytest.mark.parametrize("state", sorted({place.country for place in load_declarations().places.values()})[:7])
def test_the_regions_of_a_state_have_about_its_inhabitants(declared: Declarations, state: str) -> None:
    told = {
        row["year"]: row["population_count"]
        for row in declared.registers["populations"].rows
        if row["place_id"] == state
    }
    everybody = int(Worlds(declared, Window(8)).of(state).population.sum())
    assert abs(everybody / int(str(told[2020])) - 1) < 0.06


def test_a_larger_scale_is_a_larger_epidemic(declared: Declarations, world: World) -> None:
    larger = Worlds(declared, Window(8), 3, scale=5).of(STATE).daily("CASES").sum()
    assert 4.8 < larger / world.daily("CASES").sum() < 5.2


def test_tests_do_not_stand_still_where_few_are_ill(declared: Declarations) -> None:
    tests = Worlds(declared, Window(8), seed=3, scale=0.05).of(STATE).daily("TESTS")
    weeks = np.lib.stride_tricks.sliding_window_view(tests, 7, axis=1)
    assert tests.sum(axis=0).min() > 50
    assert not ((weeks.min(axis=2) == weeks.max(axis=2)) & (weeks.min(axis=2) >= 10)).any()


def test_the_tests_that_are_counted_are_those_of_the_persons_who_were_tested(world: World, everybody: People) -> None:
    tested, of_them = well(world, world.window.drawn - 1), np.zeros_like(world.daily("TESTS"))
    np.add.at(of_them, (tested.region, tested.report), 1)
    np.add.at(of_them, (everybody.region, everybody.report), 1)
    assert np.array_equal(of_them[:, BEFORE:], world.daily("TESTS")[:, BEFORE:])
    assert of_them.sum() > len(tested.number) > 1000
    earlier = well(world, BEFORE + 10)
    assert np.array_equal(earlier.chance("age"), tested.chance("age")[: len(earlier.number)])


def test_both_sides_of_a_border_see_the_same_traffic(declared: Declarations) -> None:
    here, there = Worlds(declared, Window(2), 1), Worlds(declared, Window(2), 1)
    assert np.array_equal(here.traffic("here", "there"), there.traffic("here", "there"))
    assert not np.array_equal(here.traffic("here", "there"), here.traffic("there", "here"))


def test_what_was_known_on_a_day_is_part_of_what_is_known_later(declared: Declarations) -> None:
    worlds = Worlds(declared, Window(4), 2)
    now = asked_of(declared.sources["kz/cases"], worlds)
    then = now.on(worlds.window.days[17])
    early, late = truth(then), truth(now)
    assert 0 < early.num_rows < late.num_rows
    assert set(early["case_id"].to_pylist()) <= set(late["case_id"].to_pylist())
    assert max(early["report_date"].to_pylist()) == then.as_of
    assert max(day for day in early["death_date"].to_pylist() if day) <= then.as_of


def test_a_table_that_nobody_draws_is_told() -> None:
    with pytest.raises(SalamatError, match=r"draws no weather yet: add pipelines/simulate/draw/weather.py"):
        module_of("weather")


@pytest.mark.parametrize(("kind", "how_many"), [("D", 70), ("W", 10), ("M", 2), ("Y", 1)])
def test_periods_are_whole_and_follow_each_other(kind: str, how_many: int) -> None:
    periods = Periods.of(Window(10), kind)
    assert len(periods.starts) == how_many
    assert (periods.first[1:] == periods.last[:-1] + 1).all()


def test_no_period_is_made_up() -> None:
    with pytest.raises(SalamatError, match="not the period Q"):
        Periods.of(Window(1), "Q")
