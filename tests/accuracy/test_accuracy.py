"""What the simulation writes comes through the path as the truth, and every fault is found: a small run."""

from __future__ import annotations

from pathlib import Path

from accuracy.clean import clean_deliveries
from accuracy.score import Missed, Score, last_line, sentences
from pipelines.declarations import load_declarations
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import Injected
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

PERFECT = "cells=100.000% critical_missed=0 false_rejections=0"


def test_clean_deliveries_are_published_as_the_truth_revision_by_revision(tmp_path: Path) -> None:
    declared = load_declarations()
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    asked = asked_of(declared.sources["tm/case_counts"], Worlds(declared, Window(3), 1, scale=0.1))
    score = clean_deliveries(asked, 2, tmp_path, settings, lambda _: None)
    assert list(sentences(score)) == []
    assert score.files == 2
    assert score.is_perfect
    assert last_line(score) == PERFECT


def test_one_cell_that_is_not_the_truth_is_no_hundred_percent() -> None:
    nearly = Score(cells=10_000_000, equal=9_999_999)
    assert last_line(nearly).startswith("cells=99.999%")
    assert not nearly.is_perfect
    assert not Score().is_perfect


def test_a_missed_fault_is_told_and_fails_the_run() -> None:
    fault = Injected("letters-in-a-number", ("not-a-number",), "reject", 7, "Жаңа")
    score = Score(cells=1, equal=1, missed=[Missed("kz/case_counts", "cells-1", fault)])
    assert not score.is_perfect
    assert last_line(score).endswith("critical_missed=1 false_rejections=0")
    assert list(sentences(score)) == [
        "kz/case_counts: cells-1: 'letters-in-a-number' in row 7 is not found by not-a-number (reject)"
    ]
