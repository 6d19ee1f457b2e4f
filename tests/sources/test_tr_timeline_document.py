"""Türkiye: the Ministry's daily figures as a document of JSON, in which each record stands under its day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.sources.real_files_page import on_the_page, told_by_rules
from tests.sources.test_tr_case_counts import MEANT

if TYPE_CHECKING:
    from tests.sources.conftest import Ran


@pytest.fixture(scope="module")
def document(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("tr/timeline_document")


@pytest.fixture(scope="module")
def records(document: Ran) -> dict[str, dict[str, Any]]:
    """The document by Python's own reader."""
    read: dict[str, dict[str, Any]] = json.loads(document.file.read_text(encoding="utf-8"))
    return read


def test_every_value_is_published_on_the_day_under_whose_name_it_stands(
    document: Ran, records: dict[str, dict[str, Any]]
) -> None:
    expected = set()
    for row, (name, record) in enumerate(records.items(), start=1):
        day = datetime.strptime(name, "%d/%m/%Y").date()  # noqa: DTZ007  a day has no zone
        for column, (indicator, measure, basis, changed) in MEANT.items():
            if record.get(column):
                meant = "CONF_LAB" if changed and day >= changed else basis
                expected.add((row, day, indicator, measure, meant, int(record[column])))
    found = document.rows("SELECT source_row, period_start, indicator, measure_type, case_basis, value FROM {t}")
    assert set(found) == expected
    assert len(found) == len(expected) == 6009


def test_a_key_that_some_records_lack_is_told_and_is_no_figure(
    document: Ran, records: dict[str, dict[str, Any]]
) -> None:
    lacking = sum("cases" not in record for record in records.values())
    notes = [(f.column, f.facts) for f in document.outcome.verdict.findings if f.rule == "missing-key"]
    assert notes == [("cases", lacking)] == [("cases", 260)]


def test_the_page_on_real_files_says_what_became_of_the_document(document: Ran) -> None:
    accounts, said = document.outcome.verdict.accounts, told_by_rules(document.outcome.verdict)
    page = (document.source.table, accounts.rows, accounts.facts, accounts.facts_by_fate, said)
    assert on_the_page("tr/timeline_document") == page
