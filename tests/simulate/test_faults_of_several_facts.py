"""Rules that compare facts are broken in the ways in which senders break them, found from the rules themselves."""

from __future__ import annotations

import pytest

from pipelines.declarations import Declarations
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import clean_file
from pipelines.simulate.faults.looked_at import LookedAt
from pipelines.simulate.faults.several import broken_together
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds


@pytest.mark.parametrize(
    ("source", "rule", "told"),
    [
        ("kz/clinical_admissions", "patient-has-one-sex", "a row added"),  # one more stay, of the other sex
        ("kz/clinical_outcomes", "nothing-follows-death", "a row added"),
        ("kz/case_counts", "cumulative-counts-are-below-the-population", "one fact"),  # one more than live there
        ("uz/vaccinations", "most-doses-have-a-product", "one fact"),
        ("tm/best_practices", "practice-is-the-same-in-all-languages", "one fact"),
        ("tm/age_counts", "sexes-add-up-to-their-total", "one fact"),
        ("tm/age_counts", "ages-add-up-to-their-total", "one fact"),
        ("az/case_counts", "cities-and-districts-do-not-exceed-their-region", "named as a part of another region"),
        ("hu/measures", "measure-of-the-state-is-as-strict-as-its-strictest-region", "one fact"),
    ],
)
def test_facts_break_a_rule_together(source: str, rule: str, told: str, declared: Declarations) -> None:
    clean = clean_file(asked_of(declared.sources[source], Worlds(declared, Window(9), 1, scale=0.05)))
    assert clean is not None
    with LookedAt.of(clean) as looked:
        (asked,) = (r for r in looked.rules("file") if r.id == rule)
        assert not looked.guilty(asked, "facts")
        change = broken_together(asked, looked)
    assert change is not None
    assert change.column == told
