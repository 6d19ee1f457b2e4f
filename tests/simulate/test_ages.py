"""What is told by age agrees with what is told of all ages: in counts, and in rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from pipelines.simulate.ages import ALL, BANDS, inhabitants
from pipelines.simulate.asked import asked_of
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

if TYPE_CHECKING:
    from pipelines.declarations import Declarations


def test_rates_of_ages_come_to_the_rate_of_all_but_for_persons_of_unknown_age(declared: Declarations) -> None:
    con = duckdb.connect()
    con.register("rates", truth(asked_of(declared.sources["kz/rates"], Worlds(declared, Window(9), seed=3))))
    con.execute("CREATE TABLE persons (age_from_years BIGINT, share DOUBLE)")
    con.executemany("INSERT INTO persons VALUES (?, ?)", [[low, inhabitants(1000, (low, high))] for low, high in BANDS])
    asked = """SELECT sum(rate * share) FILTER (age_from_years >= 0) / 1000, sum(rate) FILTER (age_from_years = -1)
        FROM rates LEFT JOIN persons USING (age_from_years)
        WHERE rate_indicator = 'CASES_PER_POPULATION' AND rate_unit = 'PER_100K'"""
    ((of_ages, of_all),) = con.execute(asked).fetchall()
    assert 0.9 * of_all < of_ages < of_all


def test_every_inhabitant_has_an_age() -> None:
    assert sum(inhabitants(1000, band) for band in BANDS) == inhabitants(1000, ALL) == 1000
