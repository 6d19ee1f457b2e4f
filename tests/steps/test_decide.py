"""A person decides on what is held, once, with who, when, why and under which declarations; the ledger keeps it all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipelines import flow
from pipelines.artefacts import Answer, Publication, Review
from pipelines.declarations import Declarations
from pipelines.errors import NotHeld, UnknownDelivery
from pipelines.ledger import Ledger

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
GOOD = HEAD + "2020-04-01T06:00:00Z,10,1,0,Астана\n"
HELD = HEAD + "".join(f"2020-04-0{d}T06:00:00Z,{d},x,y,Астана\n" for d in range(1, 9))


@pytest.fixture
def held(way: Any) -> str:
    delivery_id: str = way.receives(HELD)
    assert way.steps.publish(delivery_id) is None
    assert way.states(delivery_id)[-1] == "held"
    return delivery_id


def decide(way: Any, delivery_id: str, answer: Answer, because: str = "seen") -> Publication | None:
    return flow.decide(delivery_id, answer, "Aigerim", because, way.steps)


@pytest.mark.parametrize("answer", ["publish", "return"])
def test_the_ledger_keeps_who_decided_when_why_and_under_which_declarations(
    way: Any, held: str, answer: Answer
) -> None:
    before = way.steps.clock()
    decide(way, held, answer, "the ministry confirmed by telephone")
    (review,) = way.ledger.reviews(held)
    assert (review.answer, review.who, review.because) == (answer, "Aigerim", "the ministry confirmed by telephone")
    assert before < review.at < way.steps.clock()
    assert review.declarations_digest == way.steps.declared.digest


def test_what_is_to_be_published_is_published_and_what_was_rejected_is_not(way: Any, held: str) -> None:
    made = decide(way, held, "publish")
    assert made is not None
    assert made.inserted == 8
    assert way.states(held)[-1] == "published"
    assert way.rows("SELECT DISTINCT indicator FROM lake.case_counts") == [("CASES",)]


def test_what_is_returned_is_published_by_no_later_step(way: Any, held: str) -> None:
    assert decide(way, held, "return", "wrong month") is None
    assert way.steps.publish(held) is None
    entry = way.standing(held).entries[-1]
    assert (entry.state, entry.reason) == ("returned", "returned by Aigerim: wrong month")
    assert way.rows("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake'") == [(0,)]


@pytest.mark.parametrize("answer", ["publish", "return"])
def test_the_same_answer_twice_changes_nothing(way: Any, held: str, answer: Answer) -> None:
    first = decide(way, held, answer)
    states = set(way.states(held))
    second = decide(way, held, answer)
    assert (first is None) == (second is None) == (answer == "return")
    assert second is None or second.repeated
    assert len(way.ledger.reviews(held)) == 1
    assert (set(way.states(held)), way.standing(held).state) == (states, "published" if second else "returned")


@pytest.mark.parametrize("first", ["publish", "return"])
def test_another_answer_comes_too_late(way: Any, held: str, first: Answer) -> None:
    decide(way, held, first)
    with pytest.raises(NotHeld, match="nothing to decide"):
        decide(way, held, "return" if first == "publish" else "publish")


def test_a_delivery_that_is_not_held_cannot_be_decided(way: Any) -> None:
    received = way.receives(GOOD)
    with pytest.raises(NotHeld, match="is received, not held"):
        decide(way, received, "publish")
    way.steps.publish(received)
    with pytest.raises(NotHeld, match="is published, not held"):
        decide(way, received, "return")
    with pytest.raises(UnknownDelivery):
        decide(way, "nobody", "publish")
    assert list(way.ledger.reviews(received)) == []


def test_a_returned_one_that_is_held_anew_under_mended_declarations_is_decided_anew(
    way: Any, held: str, mended: Callable[..., Declarations]
) -> None:
    decide(way, held, "return")
    better = way.under(mended(title="another"))
    assert better.steps.publish(held) is None
    assert better.standing(held).state == "held"
    made = decide(better, held, "publish")
    assert made is not None
    assert [r.answer for r in way.ledger.reviews(held)] == ["return", "publish"]


def test_an_answer_under_other_declarations_releases_nothing(
    way: Any, held: str, mended: Callable[..., Declarations]
) -> None:
    way.steps.review(Review(held, "publish", "A", "b", way.steps.clock(), way.steps.declared.digest))
    better = way.under(mended(title="another"))
    assert better.steps.publish(held) is None
    assert better.standing(held).state == "held"


def test_an_answer_whose_process_died_before_it_was_done_is_given_again(
    way: Any, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "record", dies)
    with pytest.raises(KeyboardInterrupt):
        decide(way, held, "return")
    monkeypatch.undo()
    assert way.standing(held).state == "held"
    decide(way, held, "return")
    assert (way.standing(held).state, len(way.ledger.reviews(held))) == ("returned", 1)


def test_a_held_one_that_was_released_is_found_in_the_lake_when_the_process_died_after_it(
    way: Any, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Ledger.record

    def dies_before_it_is_written(self: Ledger, delivery_id: str, state: Any, *more: Any) -> None:
        if state == "published":
            raise KeyboardInterrupt
        real(self, delivery_id, state, *more)

    monkeypatch.setattr(Ledger, "record", dies_before_it_is_written)
    with pytest.raises(KeyboardInterrupt):
        decide(way, held, "publish")
    monkeypatch.undo()
    assert way.standing(held).state == "held"
    assert flow.reconcile(way.settings, way.steps.clock) == [held]
    assert way.standing(held).state == "published"
    made = way.steps.publish(held)
    assert (made.inserted, made.repeated) == (8, True)


def test_a_held_one_that_nobody_released_is_not_found_in_the_lake(way: Any, held: str) -> None:
    assert flow.reconcile(way.settings, way.steps.clock) == []
    assert way.standing(held).state == "held"
