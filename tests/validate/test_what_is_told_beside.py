"""A finding points at the suspect cell, and tells beside it what that was compared with."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.declarations import Declarations
from tests.validate.trying import Row, made, sent

CASE: Row = {"pathogen": "SARSCOV2", "report_date": date(2020, 7, 14)}
DIED: Row = {"pathogen": "INFL", "death_date": date(2020, 7, 1)}
TOLD = [
    (
        "no-date-before-the-pathogen-was-known",
        {**CASE, "onset_date": date(2019, 1, 1), "specimen_date": date(2020, 7, 13)},
        [("onset_date", "2019-01-01", "here: pathogen SARSCOV2")],
    ),
    (
        "no-date-before-the-pathogen-was-known",
        {**CASE, "onset_date": date(2019, 1, 1), "report_date": date(2019, 1, 4)},
        [
            ("onset_date", "2019-01-01", "here: pathogen SARSCOV2"),
            ("report_date", "2019-01-04", "here: pathogen SARSCOV2"),
        ],
    ),
    (
        "no-date-after-death",
        {**DIED, "onset_date": date(2020, 6, 20), "discharge_date": date(2020, 7, 9)},
        [("discharge_date", "2020-07-09", "here: death_date 2020-07-01")],
    ),
    (
        "onset-is-not-after-report",
        {**CASE, "onset_date": date(2020, 8, 1)},
        [("onset_date", "2020-08-01", "onset_date not after report_date; here: report_date 2020-07-14")],
    ),
    (
        "age-lies-in-its-band",
        {"age_years": 40, "age_from_years": 0, "age_to_years": None},
        [],
    ),
    (
        "age-lies-in-its-band",
        {"age_years": 40, "age_from_years": 0, "age_to_years": 9},
        [("age_years", "40", "here: age_from_years 0, age_to_years 9")],
    ),
    # beside a word only words are told: days would part what is one mistake
    ("death-date-implies-outcome-died", {**DIED, "outcome": "A"}, [("outcome", "A", None)]),
    ("icu-implies-hospitalised", {"icu": "Y", "hospitalised": "N"}, [("hospitalised", "N", "here: icu Y")]),
]


@pytest.mark.parametrize(("rule", "row", "told"), TOLD, ids=[f"{n} {rule}" for n, (rule, *_) in enumerate(TOLD)])
def test_the_suspect_cell_is_shown_and_the_others_are_told(
    rule: str, row: Row, told: list[tuple[str, str, str | None]], declared: Declarations, tmp_path: Path
) -> None:
    facts = made([row], sent("cases", tuple(row)), declared, tmp_path)
    found = facts.tried([e for e in facts.table_rules() if e.rule.id == rule]).problems
    assert [(p["field"], p["value"], p["expected"]) for p in found] == told


def test_a_rule_of_any_of_several_days_is_made_where_one_is_sent(declared: Declarations, tmp_path: Path) -> None:
    rule = next(r for r in declared.table_rules["cases"] if r.id == "no-date-after-death")
    assert rule.lacks({"death_date", "icu_date"}) == []
    assert rule.lacks({"death_date"}) == list(rule.each)
    assert rule.lacks({"icu_date"}) == ["death_date"]
    facts = made([DIED], sent("cases", tuple(DIED)), declared, tmp_path)
    assert "no-date-after-death" not in {e.rule.id for e in facts.table_rules()}
