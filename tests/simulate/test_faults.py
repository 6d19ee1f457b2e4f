"""The catalogue of faults: how many kinds there are, that each is what it says, and that it is the same every time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipelines.declarations import Declarations
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import Faulty, Injected, clean_file, faulty_files, keep_faults, read_faults
from pipelines.simulate.faults.rules import rule_changes
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

LINE_LIST = "kz/cases"


def _made(name: str, folder: Path, declared: Declarations) -> list[Faulty]:
    clean = clean_file(asked_of(declared.sources[name], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    return list(faulty_files(clean, folder))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faulty")


@pytest.fixture(scope="module")
def faulty(folder: Path, declared: Declarations) -> list[Faulty]:
    return _made(LINE_LIST, folder, declared)


def test_there_are_more_than_forty_kinds(faulty: list[Faulty]) -> None:
    assert len({fault.fault for file in faulty for fault in file.faults}) > 40


def test_every_fault_names_a_rule_and_its_consequence(faulty: list[Faulty], declared: Declarations) -> None:
    for file in faulty:
        for fault in file.faults:
            assert declared.rules[fault.rules[0]].consequence == fault.consequence
            assert {*fault.rules} <= {*declared.rules}, fault.fault


def test_no_two_faults_of_a_file_stand_in_one_row(faulty: list[Faulty]) -> None:
    for file in faulty:
        rows = Counter(fault.row for fault in file.faults if fault.row)
        assert [row for row, many in rows.items() if many > 1] == []


def test_what_stops_a_delivery_stands_alone(faulty: list[Faulty]) -> None:
    for file in faulty:
        if any(fault.consequence in {"hold", "refuse"} for fault in file.faults):
            assert len(file.faults) == 1


def test_the_cell_in_the_file_is_the_one_in_the_key(faulty: list[Faulty], declared: Declarations) -> None:
    encoding = declared.sources[LINE_LIST].decode.encoding[0]
    looked_at = 0
    for file in (f for f in faulty if f.name.startswith("cells")):
        lines = file.path.read_bytes().decode(encoding).split("\r\n")
        for fault in (f for f in file.faults if f.row and f.column and f.written):
            cells, said = lines[(fault.row or 0) - 1].split(";"), fault.written.split(", ")
            assert fault.written in cells or ("," in (fault.column or "") and {*said} <= {*cells, ""})
            looked_at += 1
    assert looked_at > 20


def test_the_same_seed_has_the_same_faults(faulty: list[Faulty], declared: Declarations, tmp_path: Path) -> None:
    again = _made(LINE_LIST, tmp_path, declared)
    assert [file.faults for file in again] == [file.faults for file in faulty]
    assert [file.path.read_bytes() for file in again] == [file.path.read_bytes() for file in faulty]


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("hu/case_counts", "cumulative-counts-do-not-exceed-the-population-by-a-tenth"),  # a figure is large enough
        ("kz/rates", "age-bands-of-rates-are-ordered"),
    ],
)
def test_a_rule_is_broken_by_what_the_source_sends(source: str, rule: str, declared: Declarations) -> None:
    clean = clean_file(asked_of(declared.sources[source], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    assert rule in {rule for change in rule_changes(clean) for rule in change.rules}


def test_the_key_that_lies_beside_the_files_says_all_of_every_fault(faulty: list[Faulty], folder: Path) -> None:
    assert read_faults(keep_faults(faulty, folder)) == faulty


def test_a_key_keeps_texts_that_would_part_its_own_cells(tmp_path: Path) -> None:
    odd = Injected("text-too-long", ("too-long", "wrong-pattern"), "reject", 7, 'a "b", c', "pseudonym", "x\r\ny", "|;")
    file = Faulty(
        "cells-1", LINE_LIST, tmp_path / "cells-1" / "a.csv", (odd, Injected("web-page", ("no-rows",), "refuse"))
    )
    assert read_faults(keep_faults([file], tmp_path)) == [file]
