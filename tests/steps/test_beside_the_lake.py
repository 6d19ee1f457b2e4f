"""A verdict looks into the lake at one snapshot, keeps its number, and says the same when it is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipelines import flow
from pipelines.artefacts import Acknowledged, Acknowledgement, Verdict

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
RULE = "cumulative-does-not-fall-below-history"
KNOWN = Acknowledgement(RULE, "kz/case_counts", "duplicates were taken out", date(2027, 1, 1))


def total(day: int, cases: int) -> str:
    return f"{HEAD}2020-04-{day:02}T06:00:00Z,{cases},0,0,Астана\n"


def found(verdict: Verdict) -> list[tuple[str, str | None, Acknowledged | None]]:
    return [(f.rule, f.expected, f.acknowledged) for f in verdict.findings]


@pytest.fixture
def fallen(way: Any) -> str:
    """A running total that lies below the one published before; it is not published yet."""
    way.steps.publish(way.receives(total(1, 100)))
    delivery_id: str = way.receives(total(2, 90))
    return delivery_id


def test_the_first_delivery_says_what_it_could_not_be_compared_with(way: Any) -> None:
    verdict = way.steps.validate(way.receives(total(1, 100)))
    assert {c.rule: c.why_not for c in verdict.checks}[RULE] == "nothing has been published yet"
    assert verdict.snapshot is None
    assert way.steps.publish(verdict.harmonised.extract.delivery.delivery_id) is not None
    again = way.steps.validate(way.receives(total(2, 110)))
    (check,) = [c for c in again.checks if c.rule == RULE]
    assert (check.failed, check.why_not) == (0, None)
    copied = {c.rule: c.why_not for c in again.checks}["figures-are-not-a-copy-of-the-day-before"]
    assert copied == "needs 1 week of history, and there is less"


def test_a_publication_between_validate_and_publish_changes_no_verdict(way: Any, fallen: str) -> None:
    verdict = way.steps.validate(fallen)
    way.steps.publish(way.receives(total(1, 80)))  # what it was compared with is corrected meanwhile
    with_it = way.rows("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")[0][0]
    assert found(verdict) == [(RULE, "2020-04-01: 100", None)]
    assert verdict.snapshot < with_it
    assert way.steps.publish(fallen) is not None
    assert way.rows("SELECT dq_flags FROM lake.case_counts WHERE value = 90") == [([RULE],)]
    asked = f"SELECT facts_failed, facts_acknowledged, lake_snapshot FROM lake.check_results WHERE rule = '{RULE}'"
    assert way.rows(f"{asked} AND submission_id = '{fallen}'") == [(1, 0, verdict.snapshot)]


def test_what_is_told_again_is_what_was_seen_then(way: Any, fallen: str, tmp_path: Any) -> None:
    verdict = way.steps.validate(fallen)
    way.steps.publish(way.receives(total(1, 80)))
    assert verdict.fates is not None
    verdict.fates.unlink()
    settings, declared = way.settings, way.steps.declared
    again = flow.retell(fallen, declared, settings, tmp_path, lambda _: None).verdict
    assert (found(again), again.checks, again.snapshot) == (found(verdict), verdict.checks, verdict.snapshot)
    anew = way.steps.validate(fallen)
    assert (found(anew), anew.snapshot > verdict.snapshot) == ([], True)


def test_what_is_acknowledged_is_counted_and_flagged_and_told_apart(way: Any, fallen: str) -> None:
    way.ledger.acknowledge(replace(KNOWN, who="Dana", at=way.steps.clock()))
    verdict = way.steps.validate(fallen)
    assert found(verdict) == [(RULE, "2020-04-01: 100", Acknowledged(date(2027, 1, 1), "duplicates were taken out"))]
    (check,) = [c for c in verdict.checks if c.rule == RULE]
    assert (verdict.decision, check.failed, check.acknowledged) == ("accepted", 1, 1)
    way.steps.publish(fallen)
    assert way.rows("SELECT dq_flags FROM lake.case_counts WHERE value = 90") == [([RULE],)]
    asked = f"SELECT facts_failed, facts_acknowledged FROM lake.check_results WHERE rule = '{RULE}'"
    assert way.rows(f"{asked} AND submission_id = '{fallen}'") == [(1, 1)]


@pytest.mark.parametrize(
    "about",
    [
        {"until": date(2026, 11, 22)},  # expired the day before it came
        {"where": {"region": "KZ-75"}},
        {"first": date(2020, 4, 3)},
        {"last": date(2020, 4, 1)},
        {"source": "hu/case_counts"},
        {"rule": "figures-do-not-stand-still"},
    ],
)
def test_what_is_not_meant_asks_for_attention(way: Any, fallen: str, about: dict[str, Any]) -> None:
    way.ledger.acknowledge(replace(KNOWN, **{"who": "Dana", "at": way.steps.clock(), **about}))
    assert found(way.steps.validate(fallen)) == [(RULE, "2020-04-01: 100", None)]


def test_of_two_about_the_same_the_later_counts(way: Any, fallen: str) -> None:
    for because in ("as announced", "as announced on 2 April"):
        way.ledger.acknowledge(
            replace(KNOWN, because=because, where={"region": "KZ-71"}, who="D", at=way.steps.clock())
        )
    (told,) = found(way.steps.validate(fallen))
    assert told[2] == Acknowledged(date(2027, 1, 1), "as announced on 2 April")
    assert len(way.ledger.acknowledgements("kz/case_counts")) == 2  # the earlier stays where it was written


HALF_REJECTED = f"{HEAD}2020-04-01T06:00:00Z,100,0,0,Астана\n2020-04-01T06:00:00Z,7,0,0,Атлантида\n"
HELD_BY = replace(KNOWN, rule="too-many-rejected", because="the new region is not registered yet")


@pytest.mark.parametrize(
    ("about", "decision"),
    [
        ({}, "partly-accepted"),
        ({"where": {"region": "KZ-71"}}, "held"),  # of a part; the rule is about the whole
        ({"until": date(2026, 11, 22)}, "held"),
        ({"source": "hu/case_counts"}, "held"),
    ],
)
def test_a_rule_that_holds_a_delivery_holds_it_no_more_when_it_is_acknowledged(
    way: Any, about: dict[str, Any], decision: str
) -> None:
    way.ledger.acknowledge(replace(HELD_BY, **{"who": "Dana", "at": way.steps.clock(), **about}))
    delivery_id = way.receives(HALF_REJECTED)
    verdict = way.steps.validate(delivery_id)
    assert verdict.decision == decision
    (told,) = [f for f in verdict.findings if f.rule == "too-many-rejected"]
    assert (told.acknowledged is None) == (decision == "held")
    assert (way.steps.publish(delivery_id) is None) == (decision == "held")
    published = way.rows("SELECT DISTINCT region FROM lake.case_counts") if decision != "held" else []
    assert published == ([] if decision == "held" else [("KZ-71",)])  # what is rejected stays rejected
