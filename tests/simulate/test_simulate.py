"""The whole simulation: who is clean, held, partly rejected, late, unrecognised; and the key that says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
import yaml

from pipelines.declarations import Declarations
from pipelines.declarations.recognise import recognise
from pipelines.errors import UnknownSource
from pipelines.simulate import Simulated, simulate
from pipelines.simulate.asked import asked_of
from pipelines.simulate.deliver import Part, deliver
from pipelines.simulate.simulated import Written
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

if TYPE_CHECKING:
    from tests.simulate.conftest import Check


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulated") / "in"


@pytest.fixture(scope="module")
def simulated(folder: Path, declared: Declarations) -> Simulated:
    return simulate(folder, folder.parent / "truth", declared, seed=1, weeks=3, progress=lambda _: None)


def test_every_source_but_the_late_one_sends_a_file(simulated: Simulated, declared: Declarations) -> None:
    sent = [written.source for written in simulated.deliveries]
    assert len(simulated.late) == 1
    assert sorted([*sent, *simulated.late]) == sorted(declared.sources)
    assert all(written.path.is_file() for written in simulated.deliveries)
    assert Counter(w.decision for w in simulated.deliveries) == {
        "accepted": len(sent) - 2,
        "partly-accepted": 1,
        "held": 1,
    }


def test_the_state_of_the_late_source_sends_something_else(simulated: Simulated) -> None:
    assert simulated.late[0][:2] in {written.source[:2] for written in simulated.deliveries}


def test_no_source_takes_the_file_that_is_of_none(simulated: Simulated, declared: Declarations) -> None:
    (stray,) = simulated.unrecognised
    with pytest.raises(UnknownSource, match="no source takes a file of this name"):
        recognise(stray, None, declared.sources)


def test_the_key_says_what_must_become_of_every_file(simulated: Simulated, folder: Path) -> None:
    key = yaml.safe_load((simulated.truth / "key.yaml").read_text(encoding="utf-8"))
    assert (key["seed"], key["weeks"], key["late"]) == (1, 3, list(simulated.late))
    assert [folder / name for name in key["unrecognised"]] == list(simulated.unrecognised)
    for entry, written in zip(key["deliveries"], simulated.deliveries, strict=True):
        assert (entry["source"], folder / entry["file"], entry["rows"]) == (written.source, written.path, written.rows)
        assert (entry["facts"], entry["decision"]) == (written.facts_by_fate, written.decision)
        assert entry["faults"] == [asdict(fault) for fault in written.faults]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("az/case_counts", "some-rejected", marks=pytest.mark.slow),
        ("kg/vaccinations", "some-rejected"),
        ("kz/cases", "some-rejected"),
        pytest.param("tm/case_counts", "some-rejected", marks=pytest.mark.slow),
        ("az/case_counts", "held"),
        pytest.param("kz/cases", "held", marks=pytest.mark.slow),
    ],
)
def test_each_fault_is_found_in_its_cell_and_nothing_else_is_rejected(
    name: str, part: Part, declared: Declarations, check: Check, tmp_path: Path
) -> None:
    source = declared.sources[name]
    written = deliver(asked_of(source, Worlds(declared, Window(3), seed=8)), part, tmp_path / "in", tmp_path / "truth")
    verdict = check(written.path, name).verdict
    assert verdict.decision == written.decision == ("held" if part == "held" else "partly-accepted")
    assert (verdict.accounts.rows, verdict.accounts.facts_by_fate) == (written.rows, written.facts_by_fate)
    found = {place for place in _found(verdict.problems) if declared.rules[place[0]].consequence != "flag"}
    assert found == {(f.rule, f.row, f.column, f.written) for f in written.faults}
    rules = {"unknown-place"} if part == "held" else {"unknown-place", "not-a-date", "out-of-range"}
    assert {fault.rule for fault in written.faults} == rules


def _found(problems: Path | None) -> set[tuple[str, int, str, str]]:
    """Give the places of problems. A figure that is spoiled may also make its neighbours doubtful: those are flags."""
    asked = f"SELECT DISTINCT rule, source_row, source_column, value FROM '{problems}'"
    return set(duckdb.connect().execute(asked).fetchall())


def test_what_a_delivery_must_come_to_adds_up(simulated: Simulated) -> None:
    assert [w for w in simulated.deliveries if not _adds_up(w)] == []


def _adds_up(written: Written) -> bool:
    rejected = sum(fault.rejects for fault in written.faults)
    return rejected == written.facts_by_fate.get("rejected", 0) and min(written.facts_by_fate.values()) > 0
