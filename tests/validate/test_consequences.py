"""What a rule declares to follow, follows: for the fact, and for the delivery."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.artefacts import Finding, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.model import Consequence, TableRule
from pipelines.errors import SalamatError
from pipelines.validate import gx_duckdb
from pipelines.validate.expected import UNEXPECTED_ROWS, Expected
from tests.validate.trying import Made, Row, Unread, made, sent

RULE = "onset-is-not-after-report"
FIELDS = ("case_id", "pathogen", "region_notification", "report_date", "onset_date")
GOOD: Row = {"pathogen": "SARSCOV2", "region_notification": "TR", "report_date": date(2021, 3, 5)}
TURNED: Row = {**GOOD, "onset_date": date(2021, 3, 6)}
UNREAD: Row = {**GOOD, "onset_date": Unread("yesterday", "not-a-date")}

Make = Callable[..., Made]


@pytest.fixture
def make(declared: Declarations, tmp_path: Path) -> Make:
    """Make a delivery of these cases, numbered unless they say otherwise, perhaps under other rules."""

    def make(*rows: Row, notes: tuple[Finding, ...] = (), rule: TableRule | None = None, **source: Any) -> Made:
        numbered = [{"case_id": f"case {n}", **row} for n, row in enumerate(rows)]
        sending = sent("cases", FIELDS).model_copy(update=source)
        return made(numbered, sending, _under(rule, declared) if rule else declared, tmp_path, notes)

    return make


def _under(rule: TableRule, declared: Declarations) -> Declarations:
    """The declarations, with this rule in place of the one of its name."""
    own = tuple(rule if other.id == rule.id else other for other in declared.table_rules["cases"])
    rules, table_rules = {**declared.rules, rule.id: rule}, {**declared.table_rules, "cases": own}
    return dataclasses.replace(declared, rules=rules, table_rules=table_rules)


def _rule(declared: Declarations, **update: Any) -> TableRule:
    return declared.rules[RULE].model_copy(update=update)


def _told(verdict: Verdict) -> list[tuple[str, int]]:
    return [(finding.rule, finding.facts) for finding in verdict.findings]


# What follows for the delivery


def test_a_faultless_delivery_is_accepted(make: Make) -> None:
    verdict = make(GOOD, GOOD).verdict()
    assert (verdict.decision, verdict.findings) == ("accepted", ())
    assert all(check.passed for check in verdict.checks if check.failed is not None)


@pytest.mark.parametrize(
    ("consequence", "decision", "fate", "flags"),
    [
        ("reject", "partly-accepted", "rejected", ()),
        ("hold", "held", "accepted", ()),
        ("refuse", "refused", "accepted", ()),
        ("flag", "accepted", "accepted", (RULE,)),
        ("note", "accepted", "accepted", ()),
    ],
)
def test_the_consequence_of_a_rule_decides(
    consequence: Consequence, decision: str, fate: str, flags: tuple[str, ...], make: Make, declared: Declarations
) -> None:
    delivery = make(TURNED, *[GOOD] * 9, rule=_rule(declared, consequence=consequence))
    verdict, tried = delivery.verdict(), delivery.tried(delivery.suite())
    assert (verdict.decision, _told(verdict)) == (decision, [(RULE, 1)])
    assert tried.fates == {0: (fate, flags)}
    (check,) = (check for check in verdict.checks if check.rule == RULE)
    assert (check.consequence, check.failed, check.passed) == (consequence, 1, False)


def test_an_end_that_cannot_be_read_rejects_no_spell_that_follows(declared: Declarations, tmp_path: Path) -> None:
    spell: Row = {"border_crossing": "AZTR-SADARAK-DILUCU", "direction": "IN", "border_traffic": "FREIGHT"}
    spell = {**spell, "border_status": "OPEN"}
    mistyped = {**spell, "status_start_date": date(2021, 1, 4), "status_end_date": Unread("31.02.2021", "not-a-date")}
    following = {**spell, "status_start_date": date(2021, 3, 1), "status_end_date": None}
    sending = sent("border_status", tuple(following))
    delivery = made([mistyped, following], sending, declared, tmp_path)
    tried = delivery.tried(delivery.suite())
    assert tried.guilty("not-a-date") == [0]
    assert tried.guilty("status-spells-do-not-overlap") == []


@pytest.mark.parametrize(
    ("rule", "decision"), [("correction-finds-another-value", "held"), ("correction-applied", "accepted")]
)
def test_what_was_noted_before_counts_as_well(rule: str, decision: str, make: Make) -> None:
    assert make(GOOD, notes=(Finding(rule),)).verdict().decision == decision


def test_the_graver_consequence_decides(make: Make, declared: Declarations) -> None:
    refusing, held = _rule(declared, consequence="refuse"), Finding("correction-finds-another-value")
    assert make(TURNED, UNREAD, GOOD, notes=(held,), rule=refusing).verdict().decision == "refused"
    assert make(UNREAD, *[GOOD] * 9, notes=(held,)).verdict().decision == "held"


def test_more_rejected_facts_than_the_source_allows_hold_the_delivery(make: Make) -> None:
    assert make(UNREAD, *[GOOD] * 4).verdict().decision == "partly-accepted"  # exactly a fifth
    held = make(UNREAD, UNREAD, *[GOOD] * 7).verdict()
    assert (held.decision, _told(held)) == ("held", [("not-a-date", 2), ("too-many-rejected", 2)])
    assert held.findings[-1].value == "22.2%"
    assert held.findings[-1].expected == "at most 20%"
    assert make(UNREAD, UNREAD, GOOD, hold_above_rejected_share=0.7).verdict().decision == "partly-accepted"


@pytest.mark.parametrize("rows", [(UNREAD, UNREAD), ({**GOOD, "set_aside": "out-of-scope"},), ()], ids=len)
def test_a_delivery_of_which_nothing_is_accepted_is_refused(rows: tuple[Row, ...], make: Make) -> None:
    verdict = make(*rows).verdict()
    assert (verdict.decision, verdict.findings[-1].rule) == ("refused", "nothing-accepted")
    assert verdict.accounts.balanced()


def test_alike_facts_are_a_note_and_facts_at_odds_are_rejected(make: Make) -> None:
    alike = make(*[{**GOOD, "case_id": "1"}] * 3, GOOD).verdict()
    assert (alike.decision, _told(alike)) == ("accepted", [("identical-duplicate", 2)])
    assert alike.accounts.facts_by_fate == {"accepted": 2, "identical-duplicate": 2}
    odd = make({**GOOD, "case_id": "1"}, {**TURNED, "case_id": "1"}, *[GOOD] * 9).verdict()
    assert odd.decision == "partly-accepted"
    assert ("conflicting-duplicate", 2) in _told(odd)
    assert odd.accounts.facts_by_fate == {"accepted": 9, "rejected": 2}


def test_what_was_set_aside_is_neither_tried_nor_counted_as_rejected(make: Make) -> None:
    verdict = make(*[{**UNREAD, "set_aside": "total-of-parts"}] * 5, GOOD).verdict()
    assert (verdict.decision, verdict.findings) == ("accepted", ())
    assert verdict.accounts.facts_by_fate == {"accepted": 1, "total-of-parts": 5}


def test_rules_that_are_not_tried_here_say_why(make: Make, declared: Declarations) -> None:
    verdict = make(GOOD).verdict()
    why = {check.rule: check.why_not for check in verdict.checks if check.failed is None}
    tried = {check.rule for check in verdict.checks if check.failed is not None}
    assert why["cases-do-not-vanish"] == "needs the server: what was published before, or other tables"
    assert why["icu-has-a-date"] == "this source does not send icu_date, icu"
    assert {rule.id for rule in declared.table_rules["cases"]} <= why.keys() | tried
    assert not why.keys() & tried


# A suite that contradicts itself


def _expected(declared: Declarations, selector: str, *, counted: bool = True) -> Expected:
    """Expect no date of onset; select by hand who has one."""
    query = {"unexpected_rows_query": "SELECT * FROM {batch} WHERE onset_date IS NOT NULL"}
    gx = ("ExpectColumnValuesToBeNull", {"column": "onset_date"}) if counted else (UNEXPECTED_ROWS, query)
    return Expected(declared.rules[RULE], "onset_date", f"SELECT fact, '{RULE}' AS rule FROM {{facts}} {selector}", gx)


@pytest.mark.parametrize("counted", [True, False])
def test_a_selector_that_finds_what_is_expected_of_it_is_believed(
    counted: bool,  # noqa: FBT001  a parameter of the test
    make: Make,
    declared: Declarations,
) -> None:
    expected = _expected(declared, "WHERE onset_date IS NOT NULL", counted=counted)
    assert make(TURNED, GOOD).tried([expected]).outcome.failed == {0: 1}


@pytest.mark.parametrize(
    ("selector", "counted", "told"),
    [
        ("", True, "Great Expectations counts 1, the selector 2"),
        ("WHERE false", True, "Great Expectations counts 1, the selector 0"),
        ("WHERE false", False, "Great Expectations counts some, the selector 0"),
    ],
)
def test_a_selector_that_disagrees_with_great_expectations_stops_everything(
    selector: str,
    counted: bool,  # noqa: FBT001  a parameter of the test
    told: str,
    make: Make,
    declared: Declarations,
) -> None:
    delivery = make(TURNED, GOOD)
    with pytest.raises(SalamatError, match=re.escape(f"rule '{RULE}' on onset_date: {told}")):
        delivery.tried([_expected(declared, selector, counted=counted)])


# Few facts are read once, many where they lie


def test_what_is_said_of_facts_does_not_depend_on_how_many_they_are(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = make(TURNED, GOOD, UNREAD, {**GOOD, "case_id": "case 1"})
    few = delivery.verdict()
    monkeypatch.setattr(gx_duckdb, "_FEW", 0)
    many = delivery.verdict()
    assert _told(few)
    assert (few.checks, few.findings, few.accounts) == (many.checks, many.findings, many.accounts)


@pytest.mark.parametrize("few", [0, 10_000])
def test_facts_are_a_table_where_they_are_few(few: int, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gx_duckdb, "_FEW", few)
    delivery = make(TURNED, GOOD)
    with delivery.opened(delivery.suite()) as table:
        kinds = table.sql("SELECT table_type FROM information_schema.tables WHERE table_name = 'facts'")
    assert kinds == [("BASE TABLE" if few else "VIEW",)]


# Rules that cannot be tried


@pytest.mark.parametrize(
    "fails_for",
    [
        "SELECT source_row, no_such_column FROM {facts}",
        "SELECT source_row FROM {facts}",
        "SELECT source_row, source_column FROM lake.cases",
        "SELECT source_row, source_column FROM {facts} WHERE",
    ],
)
def test_a_query_that_does_not_bind_is_an_error_that_names_its_rule(
    fails_for: str, make: Make, declared: Declarations
) -> None:
    rule = _rule(declared, in_order=None, fails_for=fails_for)
    with pytest.raises(SalamatError, match=f"rule '{RULE}' could not be tried"):
        make(TURNED, rule=rule).verdict()


@pytest.mark.parametrize("fails_where", ["no_such_column > 1", "report_date >", "case_id > 5"])
def test_a_condition_that_does_not_bind_is_an_error_that_names_its_rule(
    fails_where: str, make: Make, declared: Declarations
) -> None:
    rule = _rule(declared, in_order=None, fails_where=fails_where)
    with pytest.raises(SalamatError, match=RULE):
        make(TURNED, rule=rule).verdict()


def test_a_problem_of_a_rule_that_is_not_declared_is_an_error_that_names_it(make: Make) -> None:
    row = {**GOOD, "onset_date": Unread("yesterday", "no-such-rule")}
    with pytest.raises(SalamatError, match="no-such-rule"):
        make(row, *[GOOD] * 9).verdict()
