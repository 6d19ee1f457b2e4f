"""The rule on new counts raises no alarm over a clean series with weekdays and growth, and finds a tenfold day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.declarations import load_declarations
from pipelines.declarations.model import TableRule, Totals
from pipelines.declarations.new_counts import new_counts

DECLARED = load_declarations()
RULE = DECLARED.rules["new-count-is-in-line-with-history"]
ZERO = DECLARED.rules["week-is-not-all-zero"]
STILL = DECLARED.rules["figures-do-not-stand-still"]
DAYS, KEY = 100, "region, pathogen, indicator, case_basis, date_basis, age_from_years, age_to_years, sex"
TABLE, FACTS = DECLARED.tables["case_counts"], "(SELECT *, false AS is_published FROM facts)"
TOTALS = TABLE.totals or Totals(field="", total="", new="")
KINDS = pytest.mark.parametrize("kind", [TOTALS.new, TOTALS.total])


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


def flagged(
    con: duckdb.DuckDBPyConnection, counts: list[int], rule: TableRule = RULE, *, kind: str = TOTALS.new
) -> set[int]:
    """The days that a rule flags, of new counts or of the running total that they add up to."""
    constants = ", ".join(f"'CASES' AS {field}" for field in ("reporting_country", "source", *KEY.split(", ")))
    values = list(accumulate(counts, initial=1000))[1:] if kind == TOTALS.total else counts
    con.execute(
        "CREATE OR REPLACE TABLE facts AS SELECT day::DATE AS period_start, value, 'D' AS period_type,\n"
        f"'{kind}' AS measure_type, n AS source_row, NULL AS source_column,\n"
        f"{constants} FROM (SELECT unnest($1) AS day, unnest($2) AS value, unnest(range(len($2))) AS n)",
        [[date(2021, 3, 1) + timedelta(days=n) for n in range(len(values))], values],
    )
    sql = (rule.fails_for or "").replace("{new}", new_counts(FACTS, TABLE, TOTALS))
    return {int(row) for row, *_ in con.execute(sql).fetchall()}


@KINDS
@given(counts=clean())
def test_a_clean_series_raises_no_alarm(con: duckdb.DuckDBPyConnection, counts: list[int], kind: str) -> None:
    assert flagged(con, counts, kind=kind) == set()


@KINDS
@given(counts=clean(), day=st.integers(60, DAYS - 1))
def test_a_tenfold_day_is_found_and_no_other(
    con: duckdb.DuckDBPyConnection, counts: list[int], day: int, kind: str
) -> None:
    spoiled = [count * 10 if n == day else count for n, count in enumerate(counts)]
    if counts[day] > 50:  # ten times nearly nothing may be chance
        assert flagged(con, spoiled, kind=kind) == {day}


@KINDS
@given(counts=clean(), day=st.integers(60, DAYS - 1))
def test_a_day_of_which_nine_tenths_are_missing_is_found(
    con: duckdb.DuckDBPyConnection, counts: list[int], day: int, kind: str
) -> None:
    spoiled = [count // 10 if n == day else count for n, count in enumerate(counts)]
    if counts[day] > 50:
        assert flagged(con, spoiled, kind=kind) == {day}


@KINDS
def test_a_step_that_the_days_behind_it_keep_is_no_alarm_but_is_one_while_it_is_the_newest(
    con: duckdb.DuckDBPyConnection, kind: str
) -> None:
    level = [100 + n % 7 for n in range(80)]
    wave = [count if n < 70 else 6 * count for n, count in enumerate(level)]
    assert flagged(con, wave[:71], kind=kind) == {70}
    assert flagged(con, wave, kind=kind) & set(range(70, 76)) == set()


@KINDS
def test_a_zero_week_is_told_once_and_a_place_that_often_has_none_is_not_doubted(
    con: duckdb.DuckDBPyConnection, kind: str
) -> None:
    steady = [6] * 42 + [0] * 21
    sparse = ([70] + [0] * 13) * 4
    assert flagged(con, steady, ZERO, kind=kind) == {48}
    assert flagged(con, sparse, ZERO, kind=kind) == set()
    assert flagged(con, [6] * 42 + [0] * 6 + [1], ZERO, kind=kind) == set()


@KINDS
def test_what_grows_by_the_same_for_a_week_stands_still(con: duckdb.DuckDBPyConnection, kind: str) -> None:
    assert flagged(con, [30 + n % 5 for n in range(20)] + [40] * 7, STILL, kind=kind) == {26}


def test_a_total_that_fell_by_a_slip_is_no_spike_when_it_is_mended(con: duckdb.DuckDBPyConnection) -> None:
    counts = [100 + n % 7 for n in range(80)]
    slip = [*counts[:70], counts[70] - 5000, counts[71] + 5000, *counts[72:]]
    assert flagged(con, slip, kind=TOTALS.total) == set()


def test_a_total_beside_which_new_counts_are_told_is_looked_at_once(con: duckdb.DuckDBPyConnection) -> None:
    flagged(con, [100 + n % 7 for n in range(70)] + [20_000], kind=TOTALS.total)
    con.execute(f"INSERT INTO facts SELECT * REPLACE ('{TOTALS.new}' AS measure_type, 100 AS value) FROM facts")
    sql = (RULE.fails_for or "").replace("{new}", new_counts(FACTS, TABLE, TOTALS))
    assert con.execute(sql).fetchall() == []


def test_a_step_over_a_missing_day_is_of_no_one_period_and_is_not_lost(con: duckdb.DuckDBPyConnection) -> None:
    flagged(con, [10] * 10, kind=TOTALS.total)
    con.execute("DELETE FROM facts WHERE source_row = 5")
    steps = f"SELECT source_row, value, is_of_one_period FROM {new_counts(FACTS, TABLE, TOTALS)} ORDER BY ALL"
    one = [(n, 10, True) for n in (1, 2, 3, 4, 7, 8, 9)]
    assert con.execute(steps).fetchall() == sorted([*one, (6, 20, False)])
