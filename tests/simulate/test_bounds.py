"""Some measured numbers are bounds: the file says `<0.5`, the truth 0.5 and its comparator, and the path reads that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from accuracy.clean import clean_deliveries
from accuracy.score import sentences
from pipelines.declarations import Declarations
from pipelines.declarations.comparators import comparators
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked, asked_of
from pipelines.simulate.lay_out import lay_out
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

MEASURED = "tr/clinical_daily"  # a column for each measured number, and none for its comparator


@pytest.fixture(scope="module")
def asked(declared: Declarations) -> Asked:
    return asked_of(declared.sources[MEASURED], Worlds(declared, Window(3), 1, scale=0.05))


def test_the_comparator_of_the_truth_stands_before_the_number_in_the_file(asked: Asked) -> None:
    facts, source = truth(asked), asked.source
    (page,) = lay_out(facts, asked.pen("bounds"))
    bounds = comparators(source, asked.declared.tables[source.table], asked.declared)
    assert len(bounds) > 5
    for bound, field in bounds.items():
        column, said = source.map[field].from_, facts[bound].to_pylist()
        assert {*said} == {"<", ">", None}
        texts, numbers = (p[column].take(pa.array(page.row_of)).to_pylist() for p in (page.texts, page.values))
        for comparator, text, number in zip(said, texts, numbers, strict=True):
            assert text.startswith(comparator or ("-", "", *"0123456789"))
            assert comparator is None or number is None


def test_a_number_that_is_not_there_is_no_bound(asked: Asked) -> None:
    facts = truth(asked)
    said = zip(facts["crp_mg_per_l"].to_pylist(), facts["crp_comparator"].to_pylist(), strict=True)
    assert {bound for number, bound in said if number is None} == {None}


def test_bounds_are_published_as_they_are_true(asked: Asked, tmp_path: Path) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    score = clean_deliveries(asked, 1, tmp_path, settings)
    assert list(sentences(score)) == []
    assert score.is_perfect


def test_bounds_in_fhir_are_a_number_and_its_comparator_and_are_read_so(declared: Declarations, tmp_path: Path) -> None:
    asked = asked_of(declared.sources["hu/lab_results"], Worlds(declared, Window(3), 1, scale=0.1))
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    score = clean_deliveries(asked, 1, tmp_path, settings)
    assert list(sentences(score)) == []
    assert score.is_perfect
    (file,) = (tmp_path / "clean").rglob("*.json")
    quantities = [c["valueQuantity"] for e in json.loads(file.read_text())["entry"] for c in _components(e)]
    assert {q.get("comparator") for q in quantities} == {None, "<", ">"}
    assert all(isinstance(q["value"], float | int) for q in quantities)


def _components(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return list(entry["resource"].get("component", []))
