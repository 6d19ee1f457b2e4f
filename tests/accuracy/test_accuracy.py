"""What the simulation writes comes through the path as the truth, and every fault is found: a small run."""

from __future__ import annotations

from pathlib import Path

import pytest

from accuracy.__main__ import main
from accuracy.clean import clean_deliveries
from accuracy.faulty import each_once
from accuracy.measure import Plan, measure, measure_source
from accuracy.score import Missed, Score, last_line, sentences
from pipelines.declarations import load_declarations
from pipelines.errors import SalamatError
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import Faulty, Injected
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

PERFECT = "cells=100.000% critical_missed=0 false_rejections=0"


def test_clean_deliveries_are_published_as_the_truth_revision_by_revision(tmp_path: Path) -> None:
    declared = load_declarations()
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    asked = asked_of(declared.sources["tm/case_counts"], Worlds(declared, Window(3), 1, scale=0.1))
    score = clean_deliveries(asked, 2, tmp_path, settings)
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
    fault = Injected("letters-in-a-number", ("not-a-number",), "reject", 7, "Жаңа", "value")
    score = Score(cells=1, equal=1, missed=[Missed("kz/case_counts", "cells-1", fault)])
    assert not score.is_perfect
    assert last_line(score).endswith("critical_missed=1 false_rejections=0")
    assert list(sentences(score)) == [
        "kz/case_counts: cells-1: 'letters-in-a-number' in row 7 is not found by not-a-number (reject)"
    ]


def test_a_source_that_could_not_be_measured_is_told_and_fails_the_run() -> None:
    score = Score(cells=1, equal=1, broken=1)
    assert not score.is_perfect
    assert last_line(score).endswith("false_rejections=0 sources_not_measured=1")


def test_files_that_are_the_same_bytes_are_one_delivery_with_the_faults_of_both(tmp_path: Path) -> None:
    made = []
    for name, content in (("cells-1", b"same"), ("cells-2", b"other"), ("cells-3", b"same")):
        (tmp_path / name).write_bytes(content)
        made.append(Faulty(name, "kz/cases", tmp_path / name, (Injected(name, ("not-a-date",), "reject", 7),)))
    once = each_once(made)
    assert [file.name for file in once] == ["cells-1", "cells-2"]
    assert [[fault.fault for fault in file.faults] for file in once] == [["cells-1", "cells-3"], ["cells-2"]]


@pytest.mark.slow
def test_a_few_sources_at_once_are_measured_each_for_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked = "--sources kg/vaccinations,tm/border_status --weeks 3 --deliveries 1 --no-faults --processes 2"
    assert main([*asked.split(), "--keep", str(tmp_path / "kept")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == PERFECT
    assert [line.split()[:2] for line in told if line.split()[:1] in (["kg"], ["tm"])] == [
        ["kg", "vaccinations"],
        ["tm", "border_status"],
    ]
    assert list((tmp_path / "kept" / "truth" / "kg" / "vaccinations").glob("*.parquet"))


def test_a_source_that_breaks_off_is_told_and_the_others_are_measured(tmp_path: Path) -> None:
    heard = list[str]()
    plan = Plan(tmp_path, weeks=3, deliveries=1, faults=False)
    scores = measure(plan, ["tm/border_status", "xx/none"], 1, lambda name, _: heard.append(name))
    assert sorted(heard) == ["tm/border_status", "xx/none"]
    assert scores["tm/border_status"].is_perfect
    assert not scores["xx/none"].is_perfect
    assert "xx/none: KeyError" in scores["xx/none"].told[0]


def test_what_is_not_declared_is_refused_by_name() -> None:
    with pytest.raises(SalamatError, match="nothing is declared under the name kg/nothing"):
        main(["--sources", "kg/nothing"])


@pytest.mark.slow
def test_the_faults_of_a_source_are_found_in_their_rows(tmp_path: Path) -> None:
    score = measure_source(Plan(tmp_path, deliveries=1), "kg/vaccinations")
    assert list(sentences(score)) == []
    assert score.found > 40
    assert score.is_perfect
