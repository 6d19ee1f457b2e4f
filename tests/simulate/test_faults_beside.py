"""Rules that look at what lies in the lake are broken by what a sender leaves out of a later file."""

from __future__ import annotations

from pipelines.declarations import Declarations
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import clean_file, told_last
from pipelines.simulate.faults.beside import looked_beside
from pipelines.simulate.faults.injected import Change
from pipelines.simulate.faults.several import broken_together
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds


def _change(source: str, rule: str, declared: Declarations) -> Change:
    """Break a rule in the last file of a source, which is in order by it."""
    asked = asked_of(declared.sources[source], Worlds(declared, Window(9), 1, scale=0.05))
    clean = clean_file(asked, told_last(asked))
    assert clean is not None
    with looked_beside(clean) as looked:
        (broken,) = (r for r in looked.rules("history", "lake") if r.id == rule)
        assert not looked.guilty(broken, "facts")
        change = broken_together(broken, looked)
    assert change is not None
    return change


def test_a_register_of_tests_agrees_with_the_counts_until_tests_have_no_day(declared: Declarations) -> None:
    change = _change("kg/lab_results", "tests-agree-with-counts", declared)
    assert change.field == "result_date"


def test_tests_that_were_published_and_are_not_said_again_are_compared_with_the_cases(declared: Declarations) -> None:
    in_a_row = _change("tr/case_counts", "detections-do-not-exceed-published-tests", declared)
    assert (in_a_row.column, in_a_row.cells["tests"], in_a_row.gone) == ("a figure alone", "", frozenset())
    in_rows = _change("kg/daily_counts", "detections-do-not-exceed-published-tests", declared)
    assert (in_rows.column, [*in_rows.cells], len(in_rows.gone)) == ("a figure alone", ["value"], 2)
