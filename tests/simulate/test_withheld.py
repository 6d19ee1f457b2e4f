"""Small figures are not told: the file has their mark or their reason, the lake a row without a figure."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

from accuracy.clean import clean_deliveries
from accuracy.score import sentences
from pipelines.declarations import Declarations
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.lay_out import lay_out
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

WHERE = {"hu/deaths_all_cause": None, "kz/variant_counts": "Себебі"}  # a mark in the cell, or a column beside it


@pytest.mark.parametrize("name", WHERE)
def test_what_is_withheld_is_said_so_and_published_so(declared: Declarations, name: str, tmp_path: Path) -> None:
    asked = asked_of(declared.sources[name], Worlds(declared, Window(5), 1, scale=0.05))
    facts, fact = truth(asked), declared.tables[asked.source.table].fact
    withheld = facts.filter(pc.equal(facts["missing_reason"], "SUPPRESSED"))
    assert withheld.num_rows
    assert withheld[fact].null_count == withheld.num_rows
    (page,) = lay_out(facts, asked.pen("withheld"))
    beside = WHERE[name]
    columns = [c for c in page.columns if c in page.facts] if beside is None else [beside]
    written = [text for c in columns for text in page.texts[c].to_pylist() if text in {"*", "Құпия"}]
    assert len(written) == withheld.num_rows
    score = clean_deliveries(asked, 2, tmp_path, Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")}))
    assert list(sentences(score)) == []
    assert score.is_perfect
