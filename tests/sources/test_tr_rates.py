"""Türkiye: the share of patients with pneumonia, written `%9,4`, or `%` where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran


@pytest.fixture(scope="module")
def rates(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("tr/rates")


def test_a_percent_sign_and_a_decimal_comma_are_read_for_what_they_are(rates: Ran) -> None:
    assert rates.one("SELECT rate, rate_unit, rate_indicator FROM {t} WHERE period_start = '2020-07-29'") == (
        9.4,
        "PERCENT",
        "PNEUMONIA_SHARE",
    )


def test_a_bare_percent_sign_is_absent(rates: Ran) -> None:
    bare = [r["date"] for r in rates.records if r["pneumoniaPercent"] == "%"]
    assert (len(bare), bare[0]) == (332, "04/07/2021")
    assert rates.one("SELECT count(*) FROM {t} WHERE period_start = '2021-07-04'") == 0
    assert rates.one("SELECT min(rate) FROM {t}") > 0


def test_every_share_is_published_as_it_was_written(rates: Ran) -> None:
    expected = {
        datetime.strptime(r["date"], "%d/%m/%Y").date(): float(r["pneumoniaPercent"][1:].replace(",", "."))  # noqa: DTZ007
        for r in rates.records
        if len(r["pneumoniaPercent"]) > 1
    }
    found: list[tuple[date, float]] = rates.rows("SELECT period_start, rate FROM {t}")
    assert dict(found) == expected
    assert len(found) == 340


def test_rows_and_facts_are_all_accounted_for(rates: Ran) -> None:
    accounts = rates.outcome.verdict.accounts
    assert accounts.facts_by_fate == accounts.rows_by_fate == {"accepted": 340, "not-reported": 472}
    assert (accounts.rows, accounts.facts) == (812, 812)


def test_every_share_leads_to_its_cell(rates: Ran) -> None:
    (column,) = rates.rows("SELECT source_column FROM lake.column_mappings WHERE field = 'rate'")[0]
    at = rates.cells[0].index(column)
    for row, rate in rates.rows("SELECT source_row, rate FROM {t}"):
        assert rates.cells[row - 1][at].lstrip("%").replace(",", ".") in {f"{rate:g}", f"{rate}"}
