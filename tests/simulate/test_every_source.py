"""A clean file of every source goes through the real path and comes out as the truth, cell for cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.recognise import recognise
from pipelines.declarations.source import Source
from pipelines.simulate.asked import asked_of
from pipelines.simulate.deliver import deliver
from pipelines.simulate.simulated import Written
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

if TYPE_CHECKING:
    from tests.simulate.conftest import Check, Differences

SOURCES = sorted(load_declarations().sources)


@pytest.fixture(scope="module")
def worlds(declared: Declarations) -> Worlds:
    """What happened, which every source tells its part of."""
    return Worlds(declared, Window(3), seed=5, scale=0.3)  # a third of the people, and every kind of them


@pytest.fixture(scope="module", params=SOURCES)
def source(request: pytest.FixtureRequest, declared: Declarations) -> Source:
    """Every source in turn."""
    return declared.sources[request.param]


@pytest.fixture(scope="module")
def folder(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a source's delivery lies in `in`, and what is true of it in `truth`."""
    return tmp_path_factory.mktemp(source.source.replace("/", "-"))


@pytest.fixture(scope="module")
def written(source: Source, worlds: Worlds, folder: Path) -> Written:
    """A clean delivery of a source."""
    return deliver(asked_of(source, worlds), "clean", folder / "in", folder / "truth")


def test_a_clean_file_is_read_as_the_truth(
    written: Written, check: Check, differences: Differences, folder: Path
) -> None:
    verdict = check(written.path, written.source).verdict
    assert verdict.harmonised is not None, verdict.findings
    assert differences(folder / "truth" / f"{written.source}.parquet", verdict.harmonised.path) == []
    assert verdict.decision == written.decision == "accepted"
    assert [c for c in verdict.checks if c.failed] == []
    assert (verdict.accounts.rows, verdict.accounts.facts_by_fate) == (written.rows, written.facts_by_fate)


def test_a_file_lies_where_its_source_is_looked_for_and_no_other_takes_its_name(
    written: Written, source: Source, declared: Declarations, folder: Path
) -> None:
    assert written.path.parent == folder / "in" / source.source
    assert recognise(written.path, None, declared.sources) == source
    assert [f.name for f in written.path.parent.iterdir()] == [written.path.name]


def test_a_source_of_which_no_real_file_was_seen_says_so(source: Source) -> None:
    synthetic = source.provenance["publisher"] == "synthetic"
    assert source.title.endswith("; no real file was seen") == synthetic


def test_all_seven_states_send_something(declared: Declarations) -> None:
    states = {place.country for place in declared.places.values()}
    assert {s.country for s in declared.sources.values()} == states
    assert len(states) == 7
