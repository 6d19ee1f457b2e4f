"""What is sent after a clean delivery: the same file, another name, a package beside it, a correction by then."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from pipelines.artefacts import DATAPACKAGE as WRITTEN
from pipelines.declarations import Declarations
from pipelines.declarations.source import Correction
from pipelines.envelope import DATAPACKAGE, envelope_beside, read_envelope
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import BEFORE, CORRECTIONS, TIMES_LARGER, Faulty, clean_file, faults_again
from pipelines.simulate.faults.injected import Clean
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

WEEKLY, LISTED, LINES, WIDE = "kg/vaccinations", "hu/genome_samples", "az/border_posts", "hu/variant_counts"
EVERYWHERE = {
    "name-of-no-source": "unknown-source",
    "many-times-too-large": "too-large",
    "zero-beside-rows": "zero-report-has-rows",
    "same-file-twice": "same-bytes-again",
    "known-error": "correction-applied",
    "known-error-mended-by-its-sender": "correction-no-longer-needed",
    "another-value-than-the-known-error": "correction-finds-another-value",
    "replaced-by-a-part": "mass-drop",
    "replaced-in-a-wrong-period": "outside-its-period",
    "nothing-to-report": "zero-reported",
    "zero-in-advance": "zero-report-too-early",
    "other-ending": "unexpected-file-name",
    "old-file-after-its-withdrawal": "superseded",
}


@pytest.fixture(scope="module")
def worlds(declared: Declarations) -> Worlds:
    return Worlds(declared, Window(3), 1, scale=0.05)


def _clean(name: str, worlds: Worlds) -> Clean:
    clean = clean_file(asked_of(worlds.declared.sources[name], worlds))
    assert clean is not None
    return clean


def _made(name: str, worlds: Worlds, folder: Path) -> dict[str, Faulty]:
    return {faulty.name: faulty for faulty in faults_again(_clean(name, worlds), folder)}


@pytest.fixture
def weekly(worlds: Worlds, tmp_path: Path) -> dict[str, Faulty]:
    return _made(WEEKLY, worlds, tmp_path)


@pytest.fixture
def listed(worlds: Worlds, tmp_path: Path) -> dict[str, Faulty]:
    return _made(LISTED, worlds, tmp_path / "listed")


def test_each_is_of_one_rule_and_the_one_behind_a_withdrawal_comes_last(weekly: dict[str, Faulty]) -> None:
    assert {name: faulty.faults[0].rules for name, faulty in weekly.items()} == {
        name: (rule,) for name, rule in EVERYWHERE.items()
    }
    assert [*weekly][-1] == "old-file-after-its-withdrawal"


def test_what_is_said_beside_a_file_is_understood_and_is_about_it(weekly: dict[str, Faulty], worlds: Worlds) -> None:
    first = min(_clean(WEEKLY, worlds).facts["period_start"].to_pylist())
    assert WRITTEN == DATAPACKAGE
    said = {name: envelope_beside(faulty.path) for name, faulty in weekly.items()}
    zeros = {name: said.period for name, said in said.items() if said.reports_zero and isinstance(said.period, tuple)}
    assert zeros.keys() == {"zero-beside-rows", "nothing-to-report", "zero-in-advance"}
    assert zeros["nothing-to-report"][1] < first
    assert zeros["zero-in-advance"][0] > worlds.window.last
    assert said["replaced-by-a-part"].period == "all"
    assert said["replaced-in-a-wrong-period"].period == (first, first)
    withdrawn = weekly["old-file-after-its-withdrawal"].path.parent / BEFORE / DATAPACKAGE
    assert read_envelope(withdrawn)[0].kind == "withdraw"


def test_the_known_error_stands_in_its_row_and_the_truth_is_declared(listed: dict[str, Faulty]) -> None:
    applied, mended, other = (_declared(listed[name]) for name in EVERYWHERE if "known-error" in name)
    spoiled, usual = (_rows(listed[name].path) for name in ("known-error", "same-file-twice"))
    changed = [
        (row, cell, was[column])
        for row, (told, was) in enumerate(zip(spoiled, usual, strict=True), start=2)
        for column, cell in told.items()
        if cell != was[column]
    ]
    row = listed["known-error"].faults[0].row
    assert changed == [(row, str(applied.expect), str(applied.value))]
    assert mended == applied
    assert applied.value not in {other.expect, other.value}


def _declared(faulty: Faulty) -> Correction:
    (told,) = yaml.safe_load(faulty.path.with_name(CORRECTIONS).read_text("utf-8"))["corrections"]
    return Correction.model_validate(told)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [*csv.DictReader(lines, delimiter=";")]


def test_what_is_too_large_is_larger_than_so_many_times_the_file(weekly: dict[str, Faulty]) -> None:
    usual, large = (weekly[name].path.stat().st_size for name in ("same-file-twice", "many-times-too-large"))
    assert large > TIMES_LARGER * usual


def test_only_a_list_of_records_deletes_one_and_by_a_number_that_none_has(
    worlds: Worlds, weekly: dict[str, Faulty], listed: dict[str, Faulty]
) -> None:
    assert "unknown-record-deleted" not in weekly
    faulty = listed["unknown-record-deleted"]
    number = worlds.declared.sources[LISTED].map["sample_id"].from_
    told = _rows(faulty.path)[(faulty.faults[0].row or 0) - 2][number]
    assert told not in _clean(LISTED, worlds).facts["sample_id"].to_pylist()


def test_a_file_of_lines_that_reports_zero_is_empty(worlds: Worlds, tmp_path: Path) -> None:
    made = _made(LINES, worlds, tmp_path)
    assert {made[name].path.stat().st_size for name in ("nothing-to-report", "zero-in-advance")} == {0}


def test_in_turn_each_source_has_some_and_all_of_them_have_every_one(worlds: Worlds, tmp_path: Path) -> None:
    names = sorted(worlds.declared.sources)[-12:]
    drawn = {name: {f.name for f in faults_again(_clean(name, worlds), tmp_path / name, one_in=4)} for name in names}
    assert max(map(len, drawn.values())) <= len(EVERYWHERE) // 2
    assert {*EVERYWHERE} <= set[str]().union(*drawn.values())


def test_of_a_wide_row_a_number_is_mistyped_that_is_of_one_fact(worlds: Worlds, tmp_path: Path) -> None:
    unpivot = worlds.declared.sources[WIDE].unpivot
    assert unpivot is not None
    assert _declared(_made(WIDE, worlds, tmp_path)["known-error"]).field == unpivot.into
