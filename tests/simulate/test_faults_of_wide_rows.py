"""A cell of a wide row tells all its facts: a fault in it moves all of them, for no sender could write it otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.declarations import Declarations
from pipelines.declarations.model import TableRule
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import clean_file
from pipelines.simulate.faults.looked_at import LookedAt
from pipelines.simulate.faults.rules import rule_changes
from pipelines.simulate.faults.ways import ways
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

WIDE = "hu/variant_counts"  # a row for each week: the specimens that were sequenced, and of them each lineage
ONE_NUMBER = "sequenced-is-one-number-for-all-lineages"


@pytest.fixture
def looked(declared: Declarations) -> Iterator[LookedAt]:
    clean = clean_file(asked_of(declared.sources[WIDE], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    with LookedAt.of(clean) as looked:
        yield looked


@pytest.fixture
def rule(declared: Declarations) -> TableRule:
    return next(r for r in declared.table_rules["variant_counts"] if r.id == ONE_NUMBER)


def _put(looked: LookedAt, changed: str) -> None:
    looked.con.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS {changed}")


def test_what_one_cell_tells_of_several_facts_is_one_value(looked: LookedAt) -> None:
    more = "SELECT * REPLACE (sequenced_count + ({}) AS sequenced_count) FROM facts"
    _put(looked, more.format("source_row"))
    assert looked.can_stand
    _put(looked, more.format("CASE lineage WHEN 'Other' THEN 1 ELSE 0 END"))
    assert not looked.can_stand


def test_a_figure_of_the_row_is_changed_for_all_its_facts(looked: LookedAt, rule: TableRule) -> None:
    looked_at = 0
    for way in (w for w in ways(rule, looked) if w.told == "one fact"):
        _put(looked, way.sql)
        assert looked.can_stand
        looked_at += 1
    assert looked_at > 0


def test_no_row_has_two_numbers_in_one_cell(looked: LookedAt) -> None:
    broken = {change.rules[0] for change in rule_changes(looked.clean)}
    assert "detections-of-a-lineage-do-not-exceed-what-was-sequenced" in broken
    assert ONE_NUMBER not in broken
