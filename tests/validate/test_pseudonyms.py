"""Numbers that stand for persons are no personal ones: a delivery of such is held, and no report repeats them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.declarations import Declarations
from pipelines.report.mistakes import every_place
from tests.validate.trying import Cell, Made, Row, made, sent

RULE = "pseudonyms-are-not-personal-numbers"


def taj(n: int, wrong_by: int = 0) -> str:
    """A made-up number with the check digit of Hungary's, or with another."""
    eight = f"{10_000_000 + n * 7919:08}"
    check = sum(int(digit) * weight for digit, weight in zip(eight, (3, 7) * 4, strict=True))
    return f"{eight}{(check + wrong_by) % 10}"


def delivery(numbers: list[str], declared: Declarations, folder: Path, named: str = "hu/x") -> Made:
    case: Row = {"pathogen": "SARSCOV2", "region_notification": named[:2].upper()}
    rows: list[Row] = [
        {**case, "case_id": said, "report_date": date(2021, 3, 1) + timedelta(n)} for n, said in enumerate(numbers)
    ]
    return made(rows, sent("cases", tuple(rows[0]), named=named), declared, folder)


def found(made_: Made) -> list[int]:
    return made_.tried([e for e in made_.field_rules() if e.rule.id == RULE]).guilty(RULE)


def grouped(number: str) -> str:
    return f"{number[:3]}-{number[3:6]}-{number[6:]}"


SENT = {
    "twelve of twelve": ([taj(n) for n in range(12)], [*range(12)]),
    "in groups": ([grouped(taj(n)) for n in range(10)], [*range(10)]),
    "nine of ten": ([*(taj(n) for n in range(9)), "none"], [*range(9)]),
    "eight of ten": ([*(taj(n) for n in range(8)), "none", "x"], []),
    "nine of nine": ([taj(n) for n in range(9)], []),
    "one number in twelve rows": ([taj(1)] * 12, []),
    "another check digit": ([taj(n, 1) for n in range(12)], []),
    "numbers in a row": ([str(123_456_700 + n) for n in range(1000)], []),
    "more around them": ([f"HU{taj(n)}" for n in range(12)], []),
}


@pytest.mark.parametrize(("numbers", "guilty"), SENT.values(), ids=SENT)
def test_nearly_all_numbers_of_at_least_ten_must_be_personal_ones(
    numbers: list[str], guilty: list[int], declared: Declarations, tmp_path: Path
) -> None:
    assert found(delivery(numbers, declared, tmp_path)) == guilty


def test_they_are_those_of_the_state_that_reports(declared: Declarations, tmp_path: Path) -> None:
    pins = [f"2{n:02}0119{n:02}00017" for n in range(10, 22)]  # of Kyrgyzstan: sex, day of birth, number
    for named, many in {"kg/x": 12, "hu/x": 0, "tm/x": 0}.items():
        assert len(found(delivery(pins, declared, tmp_path, named))) == many


@pytest.mark.parametrize("field", ["case_id", "specimen_id"])
def test_every_field_that_stands_for_a_person_is_looked_at(field: str, declared: Declarations, tmp_path: Path) -> None:
    rows: list[Row] = [{field: taj(n)} for n in range(12)]
    assert len(found(made(rows, sent("lab_results", (field,), named="hu/x"), declared, tmp_path))) == 12


def test_the_delivery_is_held_and_no_number_is_repeated(declared: Declarations, tmp_path: Path) -> None:
    numbers = [taj(n) for n in range(12)]
    verdict = delivery(numbers, declared, tmp_path).verdict()
    assert (verdict.decision, [(f.rule, f.facts) for f in verdict.findings]) == ("held", [(RULE, 12)])
    said = repr(verdict) + repr(list(every_place(verdict)))
    assert [number for number in numbers if number in said] == []


def test_no_other_rule_repeats_what_one_withholds(declared: Declarations, tmp_path: Path) -> None:
    """A person who stands there twice is told under the number: not where that is a personal one."""
    person: dict[str, Cell] = {"age_years": 30, "sex": "F", "region_residence": "KG-GB", "onset_date": date(2021, 3, 1)}
    person |= {"report_date": date(2021, 3, 2), "hospitalisation_date": date(2021, 3, 3)}
    person |= {"outcome_date": date(2021, 3, 9), "region_notification": "KG-GB", "pathogen": "SARSCOV2"}
    said = {}
    for length in (13, 14):
        rows: list[Row] = [{**person, "case_id": f"{n}" * length} for n in (1, 2)]
        facts = made(rows, sent("cases", tuple(rows[0]), named="kg/x"), declared, tmp_path)
        tried = facts.tried([e for e in facts.suite() if e.field == "case_id"])
        said[length] = [p["value"] for p in tried.problems if p["rule"] == "one-person-is-not-two-cases"]
    assert said == {13: ["1" * 13, "2" * 13], 14: [None, None]}


def test_every_rule_for_which_a_number_of_a_person_is_held_withholds_it(declared: Declarations) -> None:
    private = {field for field, entry in declared.fields.items() if entry.pseudonym or entry.prose}
    rules = {rule.id: rule for several in declared.table_rules.values() for rule in several}
    held = [r for r in rules.values() if r.consequence == "hold" and private & {*r.fields[:1], *r.each}]
    about = [*held, declared.rules["personal-data"], declared.rules[RULE]]
    assert len(about) > 8
    assert [rule.id for rule in about if rule.tells_value] == []
    named = [r for r in declared.rules.values() if r.id.endswith(("national-number", "names-no-person"))]
    assert [rule.id for rule in named if rule.tells_value] == []
