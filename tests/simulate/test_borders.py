"""Two states tell of one border, and of the same travellers: what they say agrees but for what one did not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.simulate.asked import asked_of
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

if TYPE_CHECKING:
    from pipelines.declarations import Declarations

COUNTS = ("vehicles_count", "wagons_count", "containers_count", "freight_tonnes")


@pytest.fixture(scope="module")
def told(declared: Declarations) -> duckdb.DuckDBPyConnection:
    """What every state's sender knows, in tables as the lake has them."""
    worlds, con = Worlds(declared, Window(4), seed=3), duckdb.connect()
    for table in ("freight_flows", "border_status", "stranded_citizens", "vaccine_transfers"):
        parts = []
        for source in (s for s in declared.sources.values() if s.table == table):
            con.register(f"from_{source.country}_{table}", truth(asked_of(source, worlds)))
            parts.append(f"SELECT '{source.country}' AS reporting_country, * FROM from_{source.country}_{table}")
        con.execute(f"CREATE TABLE {table} AS {' UNION ALL BY NAME '.join(parts)}")
    return con


@pytest.mark.parametrize("count", COUNTS)
def test_what_goes_out_of_one_state_comes_into_the_other(told: duckdb.DuckDBPyConnection, count: str) -> None:
    compared, wrong, different = told.execute(f"""
        SELECT count(*), count(*) FILTER (abs(a.{count} - b.{count}) > greatest(10, 0.1 * a.{count})),
          count(*) FILTER (a.{count} <> b.{count})
        FROM freight_flows a JOIN freight_flows b USING (border_crossing, period_type, period_start)
        WHERE a.reporting_country <> b.reporting_country AND a.direction = 'OUT' AND b.direction = 'IN'
          AND a.{count} IS NOT NULL AND b.{count} IS NOT NULL""").fetchone() or (0, 0, 0)
    assert compared > 100
    assert wrong == 0
    assert different > 0


def test_both_sides_tell_of_at_least_five_borders(told: duckdb.DuckDBPyConnection) -> None:
    borders = told.execute("""
        SELECT DISTINCT border_crossing[1:4] FROM freight_flows GROUP BY border_crossing
        HAVING count(DISTINCT reporting_country) = 2 ORDER BY 1""").fetchall()
    assert {"AZKZ", "AZTM", "KGKZ", "KGUZ", "KZUZ"} <= {b for (b,) in borders}


def test_what_one_side_lets_out_the_other_lets_in(told: duckdb.DuckDBPyConnection) -> None:
    compared, wrong = (
        told.execute("""
        SELECT count(*), count(*) FILTER (a.border_status <> b.border_status)
        FROM border_status a JOIN border_status b USING (border_crossing, border_traffic, status_start_date)
        WHERE a.reporting_country <> b.reporting_country AND a.direction = 'OUT' AND b.direction = 'IN'""").fetchone()
        or (
            0,
            0,
        )
    )
    assert compared > 20
    assert wrong == 0


def test_no_freight_passes_where_freight_is_closed(told: duckdb.DuckDBPyConnection) -> None:
    closed, passed = told.execute("""
        SELECT count(*), count(*) FILTER (f.vehicles_count > 0 OR f.wagons_count > 0 OR f.freight_tonnes > 0)
        FROM freight_flows f JOIN border_status s USING (reporting_country, border_crossing, direction)
        WHERE s.border_traffic = 'FREIGHT' AND s.border_status = 'CLOSED'
          AND f.period_start BETWEEN s.status_start_date AND coalesce(s.status_end_date, DATE '9999-12-31')
    """).fetchone() or (0, 0)
    assert closed > 10
    assert passed == 0


def test_host_and_home_count_nearly_the_same_citizens(told: duckdb.DuckDBPyConnection) -> None:
    pairs = told.execute("""
        SELECT host.host_country, host.home_country, bool_or(host.stranded_count <> home.stranded_count),
          max(abs(host.stranded_count - home.stranded_count) / greatest(host.stranded_count, 1))
        FROM stranded_citizens host JOIN stranded_citizens home
          USING (host_country, home_country, stranded_reason, period_type, period_start)
        WHERE host.reporting_side = 'HOST' AND home.reporting_side = 'HOME' GROUP BY ALL""").fetchall()
    assert {(host, home) for host, home, _, _ in pairs} == {("TR", "KG"), ("TR", "UZ")}
    assert all(differ and most <= 0.2 for _, _, differ, most in pairs)


def test_doses_that_one_state_gives_arrive_in_the_other_a_week_later(told: duckdb.DuckDBPyConnection) -> None:
    compared, wrong, fewer = told.execute("""
        WITH weekly AS (FROM vaccine_transfers WHERE period_type = 'W')
        SELECT count(*), count(*) FILTER (r.doses_transferred_count IS NULL
            OR g.doses_transferred_count - r.doses_transferred_count > 0.01 * g.doses_transferred_count),
          count(*) FILTER (r.doses_transferred_count < g.doses_transferred_count)
        FROM weekly g LEFT JOIN weekly r
          ON r.transfer_side = 'RECEIVER' AND r.period_start = g.period_start + 7
          AND r.giving_country = g.giving_country AND r.receiving_country = g.receiving_country
          AND r.vaccine_product = g.vaccine_product
        WHERE g.transfer_side = 'GIVER' AND g.receiving_country IN (SELECT reporting_country FROM weekly)
          AND g.reporting_country <> g.receiving_country
          AND g.period_start < (SELECT max(period_start) FROM weekly)""").fetchone() or (0, 0, 0)
    assert compared > 0
    assert (wrong, fewer) == (0, compared)
