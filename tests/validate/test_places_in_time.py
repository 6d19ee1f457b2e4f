"""A place is named only of times in which it was there: in every place field, by the day that the table goes by."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.declarations import Declarations
from tests.validate.trying import Row, made, sent

ULYTAU, BEFORE, FIRST = "KZ-62", date(2022, 6, 7), date(2022, 6, 8)
RULE = "place-of-another-time"


def told(table: str, rows: list[Row], declared: Declarations, folder: Path, named: str) -> list[dict[str, Any]]:
    source = sent(table, tuple(rows[0]), named=named)
    facts = made(rows, source, declared, folder)
    return facts.tried([e for e in facts.field_rules() if e.rule.id == RULE]).problems


def test_a_place_is_flagged_before_it_came_to_be_in_the_field_that_names_it(
    declared: Declarations, tmp_path: Path
) -> None:
    rows: list[Row] = [
        {"report_date": BEFORE, "region_notification": ULYTAU, "region_residence": "KZ-35"},
        {"report_date": FIRST, "region_notification": ULYTAU, "region_residence": ULYTAU},
        {"report_date": BEFORE, "region_notification": "KZ-35", "region_residence": ULYTAU},
        {"report_date": None, "region_notification": ULYTAU, "region_residence": None},
        {"report_date": date(2018, 6, 18), "region_notification": "KZ-79", "region_residence": "KZ"},
    ]
    found = told("cases", rows, declared, tmp_path, "kz/tried")
    said = [(p["fact"], p["field"], p["value"], p["expected"]) for p in found]
    assert said == [
        (0, "region_notification", ULYTAU, "not before 2022-06-08"),
        (2, "region_residence", ULYTAU, "not before 2022-06-08"),
        (4, "region_notification", "KZ-79", "not before 2018-06-19"),
    ]


@pytest.mark.parametrize(
    ("period", "start", "guilty"),
    [
        ("D", BEFORE, [0]),
        ("D", FIRST, []),
        ("W", date(2022, 5, 30), [0]),
        ("W", date(2022, 6, 6), []),
        ("M", date(2022, 5, 1), [0]),
        ("M", date(2022, 6, 1), []),
    ],
)
def test_a_period_counts_that_has_one_day_of_the_place(
    period: str, start: date, guilty: list[int], declared: Declarations, tmp_path: Path
) -> None:
    rows: list[Row] = [{"period_type": period, "period_start": start, "region": ULYTAU}]
    assert [p["fact"] for p in told("case_counts", rows, declared, tmp_path, "kz/tried")] == guilty


def test_a_source_whose_places_always_were_is_not_asked(declared: Declarations, tmp_path: Path) -> None:
    rows: list[Row] = [{"period_type": "D", "period_start": BEFORE, "region": "TR-34"}]
    facts = made(rows, sent("case_counts", tuple(rows[0])), declared, tmp_path)
    assert [e for e in facts.field_rules() if e.rule.id == RULE] == []


def test_a_place_is_flagged_after_its_last_day(declared: Declarations, tmp_path: Path) -> None:
    ended = declared.places["TR-34"].model_copy(update={"valid_to": BEFORE})
    declared = _with_places(declared, {**declared.places, "TR-34": ended})
    rows: list[Row] = [{"period_type": "W", "period_start": d, "region": "TR-34"} for d in (BEFORE, FIRST)]
    (problem,) = told("case_counts", rows, declared, tmp_path, "tr/tried")
    assert (problem["fact"], problem["expected"]) == (1, "not after 2022-06-07")


def _with_places(declared: Declarations, places: dict[str, Any]) -> Declarations:
    registered = copy(declared.registered)
    registered.__dict__["places"] = places
    return replace(declared, registered=registered)
