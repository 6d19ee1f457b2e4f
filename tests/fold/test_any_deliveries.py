"""Whatever comes, in whatever order: the lake says what a model in plain Python says, now and as of every past step."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipelines.declarations import load_declarations
from tests.fold.lake_of_one_source import LakeOfOneSource
from tests.fold.model import Key, Told, table, versions, zero_reports

DAYS, REGIONS = st.integers(0, 3), st.sampled_from(["KZ-71", "KZ-79", "KZ-75"])
FACTS = st.dictionaries(st.tuples(DAYS, REGIONS), st.integers(0, 2), min_size=1, max_size=8)
DELETES = st.frozensets(st.tuples(DAYS, REGIONS), max_size=3)
DOUBTS = st.frozensets(st.tuples(st.none() | DAYS, st.none() | REGIONS), max_size=2)
PERIODS = st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days)))
LATE = st.sampled_from([False, False, False, True])  # one in four comes out of order


class Deliveries(RuleBasedStateMachine):
    """Deliveries of one source, as they are received and published, and what was seen after each."""

    @initialize()
    def begin(self) -> None:
        """An empty lake."""
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.lake = LakeOfOneSource(Path(self.folder.name), load_declarations())
        self.told: list[tuple[float, Told]] = []
        self.seen: list[tuple[int, datetime, tuple[Any, Any]]] = []

    @rule(facts=FACTS, doubts=DOUBTS, late=LATE)
    def adds(self, facts: dict[Key, int], doubts: Any, *, late: bool) -> None:
        """Facts, by their keys."""
        self._comes(Told(self._name(), facts, frozenset(doubts) - facts.keys()), late=late)

    @rule(facts=FACTS, doubts=DOUBTS, days=PERIODS, late=LATE)
    def replaces(self, facts: dict[Key, int], doubts: Any, days: tuple[int, int], *, late: bool) -> None:
        """All that is to stand for some days."""
        self._comes(Told(self._name(), facts, frozenset(doubts) - facts.keys(), days), late=late)

    @rule(deletes=DELETES, facts=st.just({}) | FACTS, days=st.none() | PERIODS, late=LATE)
    def deletes(self, deletes: frozenset[Key], facts: dict[Key, int], days: Any, *, late: bool) -> None:
        """Records are deleted by their keys, perhaps beside facts, perhaps in a replacement of some days."""
        said = {key: value for key, value in facts.items() if key not in deletes}
        if said or deletes:
            self._comes(Told(self._name(), said, frozenset(), days, deletes=deletes), late=late)

    @rule(days=PERIODS, late=LATE)
    def withdraws_days(self, days: tuple[int, int], *, late: bool) -> None:
        """Nothing is to stand for some days."""
        self._comes(Told(self._name(), days=days), late=late)

    @rule(days=PERIODS, late=LATE)
    def reports_zero(self, days: tuple[int, int], *, late: bool) -> None:
        """There was nothing to report in some days."""
        self._comes(Told(self._name(), days=days, zero=True), late=late)

    @precondition(lambda self: self.told)
    @rule(choice=st.integers(0, 99))
    def withdraws(self, choice: int) -> None:
        """A delivery is taken back, perhaps a withdrawal."""
        withdrawn = self.told[choice % len(self.told)][1]
        self._comes(Told(self._name(), withdraws=withdrawn.name), late=False)

    @precondition(lambda self: self.told)
    @rule(choice=st.integers(0, 99))
    def comes_twice(self, choice: int) -> None:
        """A delivery is published that is published: nothing happens."""
        received, told = self.told[choice % len(self.told)]
        before = self.lake.rows()
        self.lake.publish(told, received)
        assert self.lake.rows() == before

    @rule()
    def is_tended(self) -> None:
        """Maintenance merges what is small, and changes nothing that is told."""
        self.lake.lake.tend()
        self._tells_what_stood()

    @invariant()
    def says_what_the_model_says(self) -> None:
        """The newest state; every past one is looked at when all is over."""
        if self.told and (not self.seen or self.seen[-1][0] < self.lake.lake.snapshot()):
            told = [told for _, told in sorted(self.told, key=lambda t: t[0])]
            expected = table(told), zero_reports(told)
            assert (self.lake.rows(), self.lake.zero_reports()) == expected
            self.seen.append((self.lake.lake.snapshot(), self.lake.moment, expected))

    def teardown(self) -> None:
        """As of each step, the table says what it said then; and it tells what stood from when to when."""
        for snapshot, _, expected in getattr(self, "seen", []):
            assert (self.lake.rows(snapshot), self.lake.zero_reports(snapshot)) == expected
        if getattr(self, "seen", []) and self.seen[-1][0] == self.lake.lake.snapshot():  # no step was broken off
            self._tells_what_stood()
        self.lake.close()
        self.folder.cleanup()

    def _tells_what_stood(self) -> None:
        if self.seen:
            assert self.lake.versions() == versions([(moment, rows) for _, moment, (rows, _) in self.seen])

    def _comes(self, told: Told, *, late: bool) -> None:
        newest = max((received for received, _ in self.told), default=0.0)
        received = newest - 0.5 + len(self.told) / 10_000 if late and self.told else newest + 1
        if self.lake.publish(told, received) is not None:
            self.told.append((received, told))

    def _name(self) -> str:
        return f"d{len(self.told):04}"


def _machine(examples: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    told = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet, derandomize=True
    )
    run_state_machine_as_test(Deliveries, settings=told)


def test_sixty_steps_of_any_kind_end_as_the_model_says() -> None:
    _machine(3, 20)


@pytest.mark.slow
def test_two_thousand_steps_of_any_kind_end_as_the_model_says() -> None:
    _machine(80, 25)
