"""The rule on new counts raises no alarm over a clean series with weekdays and growth, and finds a tenfold day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.declarations import load_declarations
from pipelines.declarations.model import TableRule

RULE = load_declarations().rules["new-count-is-in-line-with-history"]
ZERO = load_declarations().rules["week-is-not-all-zero"]
DAYS, KEY = 100, "region, pathogen, indicator, case_basis, date_basis, age_from_years, age_to_years, sex"
FACTS = "(SELECT *, false AS is_published FROM facts)"


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@st.composite
def clean(draw: st.DrawFn) -> list[int]:
    """Counts of a hundred days: a level, growth or decline, weekdays, and noise as of independent events."""
    level, growth = draw(st.floats(30, 5000)), draw(st.floats(-0.02, 0.05))
    work, weekend = draw(st.lists(st.floats(0.8, 1.2), min_size=5, max_size=5)), draw(st.floats(0.4, 0.9))
    noise = draw(st.lists(st.floats(-2, 2), min_size=DAYS, max_size=DAYS))
    means = [level * (1 + growth) ** n * [*work, weekend, weekend][n % 7] for n in range(DAYS)]
    return [max(0, round(mean + z * mean**0.5)) for mean, z in zip(means, noise, strict=True)]


def flagged(con: duckdb.DuckDBPyConnection, counts: list[int], rule: TableRule = RULE) -> set[int]:
    constants = ", ".join(f"'CASES' AS {field}" for field in KEY.split(", "))
    con.execute(
        "CREATE OR REPLACE TABLE facts AS SELECT day::DATE AS period_start, value, 'D' AS period_type,\n"
        f"'INCIDENT' AS measure_type, n AS source_row, NULL AS source_column, {constants} FROM (\n"
        "SELECT unnest($1) AS day, unnest($2) AS value, unnest(range(len($2))) AS n)",
        [[date(2021, 3, 1) + timedelta(days=n) for n in range(len(counts))], counts],
    )
    sql = (rule.fails_for or "").replace("{series}", FACTS)
    return {int(row) for row, *_ in con.execute(sql).fetchall()}


@given(clean())
def test_a_clean_series_raises_no_alarm(con: duckdb.DuckDBPyConnection, counts: list[int]) -> None:
    assert flagged(con, counts) == set()


@given(clean(), st.integers(60, DAYS - 1))
def test_a_tenfold_day_is_found_and_no_other(con: duckdb.DuckDBPyConnection, counts: list[int], day: int) -> None:
    spoiled = [count * 10 if n == day else count for n, count in enumerate(counts)]
    if counts[day] > 50:  # ten times nearly nothing may be chance
        assert flagged(con, spoiled) == {day}


@given(clean(), st.integers(60, DAYS - 1))
def test_a_day_of_which_nine_tenths_are_missing_is_found(
    con: duckdb.DuckDBPyConnection, counts: list[int], day: int
) -> None:
    spoiled = [count // 10 if n == day else count for n, count in enumerate(counts)]
    if counts[day] > 50:
        assert flagged(con, spoiled) == {day}


def test_a_step_that_the_days_behind_it_keep_is_no_alarm_but_is_one_while_it_is_the_newest(
    con: duckdb.DuckDBPyConnection,
) -> None:
    level = [100 + n % 7 for n in range(80)]
    wave = [count if n < 70 else 6 * count for n, count in enumerate(level)]
    assert flagged(con, wave[:71]) == {70}
    assert flagged(con, wave) & set(range(70, 76)) == set()


def test_a_zero_week_is_told_once_and_a_place_that_often_has_none_is_not_doubted(
    con: duckdb.DuckDBPyConnection,
) -> None:
    steady = [6] * 42 + [0] * 21
    sparse = ([70] + [0] * 13) * 4
    assert flagged(con, steady, ZERO) == {48}
    assert flagged(con, sparse, ZERO) == set()
    assert flagged(con, [6] * 42 + [0] * 6 + [1], ZERO) == set()
