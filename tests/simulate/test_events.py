"""Where a source sends events, each figure is so many rows; and an event that is at fault is in no figure."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.declarations import Declarations
from pipelines.simulate.asked import Asked, asked_of
from pipelines.simulate.events import Events, that_happened
from pipelines.simulate.faults import clean_file, faulty_files
from pipelines.simulate.faults.events import event_changes
from pipelines.simulate.faults.rules import rule_changes
from pipelines.simulate.lay_out import as_sheet, lay_out
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from tests.simulate.conftest import Check

NOTICES = "tm/case_notices"


@pytest.fixture(scope="module")
def asked(declared: Declarations) -> Asked:
    return asked_of(declared.sources[NOTICES], Worlds(declared, Window(3), 1, scale=0.05))


def test_a_figure_is_as_many_rows_and_each_has_a_name_of_its_own(asked: Asked) -> None:
    assert asked.source.count is not None
    days = pa.array([date(2021, 1, 4), date(2021, 1, 5)])
    facts = pa.table({"period_start": days, "region": ["TM-A", "TM-S"], "value": pa.array([2, 1])})
    events = Events.of(facts, asked.source, asked.source.count)
    assert events.names.to_pylist() == ["2021-01-04/TM-A/1", "2021-01-04/TM-A/2", "2021-01-05/TM-S/1"]
    assert (events.first.tolist(), events.counted.tolist()) == ([0, 0, 1], [False, True, False])
    assert events.row_of.tolist() == [0, 2]


def test_nobody_sends_what_did_not_happen(asked: Asked, declared: Declarations) -> None:
    facts = pa.table({"value": pa.array([2, 0, None], pa.int64())})
    assert that_happened(facts, asked.source).to_pydict() == {"value": [2]}
    assert that_happened(facts, declared.sources["tm/case_counts"]) is facts


def test_a_later_file_says_the_same_events_and_more(asked: Asked) -> None:
    def names(as_of: Asked) -> list[str]:
        sheet = as_sheet(lay_out(truth(as_of), as_of.pen("words")))
        return [row.cells["Belgi"].text for row in sheet.rows]

    early, late = names(asked.on(asked.as_of - timedelta(days=4))), names(asked)
    assert len(set(late)) == len(late) > len(early) > 0
    assert set(early) < set(late)


def test_an_event_at_fault_is_told_and_is_in_no_figure(asked: Asked, check: Check, tmp_path: Path) -> None:
    clean = clean_file(asked)
    assert clean is not None
    wanted = {change.fault: change.rules[0] for change in event_changes(clean)}
    assert wanted == {
        "event-that-cannot-be-read": "uncounted-event",
        "event-twice-and-not-alike": "conflicting-event",
        "event-without-a-name": "unnamed-event",
    }
    for file in (f for f in faulty_files(clean, tmp_path) if {fault.fault for fault in f.faults} & {*wanted}):
        verdict = check(file.path, NOTICES).verdict
        rows = [row for fault in file.faults for row in ((fault.row,) if fault.row else fault.also)]
        found = duckdb.sql(f"SELECT DISTINCT rule, source_row FROM '{verdict.problems}'").fetchall()
        for fault in (f for f in file.faults if f.fault in wanted):
            assert {(fault.rules[0], row) for row in (fault.row, *fault.also) if row} <= {*found}
        assert verdict.harmonised is not None
        counted = "SELECT sum(value) FROM '{}' WHERE set_aside IS NULL AND source_row NOT IN ({})"
        figures = duckdb.sql(counted.format(verdict.harmonised.path, ", ".join(map(str, rows)))).fetchone()
        again = sum(len(fault.also) > 0 for fault in file.faults)  # of the row that was added nothing is lost
        assert figures == (len(clean.sheet.rows) - len(rows) + again,)


def test_events_are_told_as_accepted_or_counted_and_no_rule_of_figures_is_tried_on_them(asked: Asked) -> None:
    clean = clean_file(asked)
    assert clean is not None
    again = sum(row.counted for row in clean.sheet.rows)
    assert 0 < again < len(clean.sheet.rows) == again + clean.facts.num_rows
    assert [*rule_changes(clean)] == []
