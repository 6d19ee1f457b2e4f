"""What follows a clean delivery goes through the path: each is found, and the lake is what it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accuracy.again import Hourly, Server, deliveries_again
from accuracy.score import sentences
from pipelines.declarations import Declarations, load_declarations
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked, asked_of
from pipelines.simulate.faults import Faulty, clean_file, faults_again
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

LISTED = "hu/genome_samples"  # a list of records with a column that says what is deleted


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture
def asked(declared: Declarations) -> Asked:
    return asked_of(declared.sources[LISTED], Worlds(declared, Window(3), 1, scale=0.05))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home"), "SALAMAT_THREADS": "1"})


def test_each_of_them_is_found_and_changes_nothing(asked: Asked, settings: Settings, tmp_path: Path) -> None:
    score = deliveries_again(asked, tmp_path, settings, one_in=1)
    assert list(sentences(score)) == []
    assert {rule for _, rule, _ in score.kinds} == {
        "same-bytes-again",
        "superseded",
        "outside-its-period",
        "mass-drop",
        "no-such-record",
        "zero-report-has-rows",
        "zero-report-too-early",
        "zero-reported",
        "correction-applied",
        "correction-finds-another-value",
        "correction-no-longer-needed",
        "unexpected-file-name",
        "unknown-source",
        "too-large",
    }
    assert (score.found, score.files, score.silent, score.rejections) == (14, 15, 0, 0)


@pytest.fixture
def delivered(asked: Asked, settings: Settings, tmp_path: Path) -> tuple[Server, dict[str, Faulty]]:
    """A server to which the clean file has come, and what may follow it."""
    clean = clean_file(asked)
    assert clean is not None
    made = {faulty.name: faulty for faulty in faults_again(clean, tmp_path)}
    server = Server(asked, settings, Hourly(datetime(2021, 6, 1, tzinfo=UTC)))
    assert server.verdict(made["same-file-twice"].path).decision == "accepted"
    return server, made


def test_what_changes_the_lake_was_published_in_silence(delivered: tuple[Server, dict[str, Faulty]]) -> None:
    server, made = delivered
    known = made["known-error"]
    (known.path.parent / "corrections.yaml").unlink()
    score = server.scored(known)
    assert (score.found, len(score.missed), score.silent) == (0, 1, 1)
    assert "2 rows of the lake are not what they were" in score.told[0]


def test_what_comes_for_the_first_time_is_not_the_same_again(delivered: tuple[Server, dict[str, Faulty]]) -> None:
    server, made = delivered
    score = server.scored(replace(made["known-error"], faults=made["same-file-twice"].faults))
    assert [missed.fault.rules for missed in score.missed] == [("same-bytes-again",)]


def test_a_name_that_a_source_takes_is_no_unknown_one(delivered: tuple[Server, dict[str, Faulty]]) -> None:
    server, made = delivered
    score = server.scored(replace(made["same-file-twice"], faults=made["name-of-no-source"].faults))
    assert [missed.fault.rules for missed in score.missed] == [("unknown-source",)]


def test_what_is_told_of_another_row_is_not_found(delivered: tuple[Server, dict[str, Faulty]]) -> None:
    server, made = delivered
    (fault,) = made["known-error"].faults
    score = server.scored(replace(made["known-error"], faults=(replace(fault, row=(fault.row or 0) + 1), fault)))
    assert [missed.fault.row for missed in score.missed] == [(fault.row or 0) + 1]
    assert score.found == 1
