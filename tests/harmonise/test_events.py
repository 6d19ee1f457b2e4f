"""Events become figures, and every row of them has a fate: nothing is lost, nothing counts twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Delivery, Verdict, Workspace
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.lint_events import wrong_count
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.harmonise import harmonise
from pipelines.settings import Settings
from pipelines.validate import validate

SOURCE = """\
source: kz/doses
title: doses
table: vaccinations
language: [ru]
arrives: {by: upload, matching: "doses*.csv"}
constants: {region: KZ, period_type: D, measure_type: INCIDENT, vaccine_product: SPU, target_group: ALL}
map:
  period_start: {from: day, read: yyyy-MM-dd}
  dose_number: {from: dose, codes: {first: 1, second: 2}}
count: {into: doses_administered_count, each: id}
"""
Run = Callable[[list[tuple[str, str, str]]], tuple[Verdict, list[tuple[Any, ...]]]]


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    folder = tmp_path_factory.mktemp("declared")
    file = folder / "schemas/sources/kz/doses.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE, encoding="utf-8")
    return load_declarations(folder, only="kz/doses")


@pytest.fixture(scope="module")
def run(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("counted")
    limits = Settings.from_environment({"SALAMAT_HOME": str(folder)})

    def made(rows: list[tuple[str, str, str]]) -> tuple[Verdict, list[tuple[Any, ...]]]:
        sent = folder / "doses.csv"
        sent.write_text("\n".join(["id,day,dose", *map(",".join, rows)]) + "\n", encoding="utf-8")
        now, source = datetime(2026, 11, 23, tzinfo=UTC), declared.sources["kz/doses"]
        delivery = Delivery("d", "kz/doses", sent.name, sent, "", sent.stat().st_size, now)
        workspace = Workspace(folder / "work")
        extract = decode(delivery, source, workspace, limits)
        harmonised = harmonise(extract, source, declared, workspace, limits)
        verdict = validate(harmonised, source, declared, workspace, limits)
        told = "source_row, set_aside, CAST(period_start AS VARCHAR), dose_number, doses_administered_count"
        return verdict, duckdb.sql(f"SELECT {told} FROM '{harmonised.path}' ORDER BY 1").fetchall()

    return made


def test_events_that_agree_are_one_figure(run: Run) -> None:
    days = ("2021-03-01", "2021-03-02")
    rows = [("a", days[0], "first"), ("b", days[1], "first"), ("c", days[0], "first"), ("d", days[0], "second")]
    verdict, found = run(rows)
    assert found == [
        (2, None, days[0], "1", 2),
        (3, None, days[1], "1", 1),
        (4, "counted", days[0], "1", 2),
        (5, None, days[0], "2", 1),
    ]
    assert verdict.accounts.rows_by_fate == verdict.accounts.facts_by_fate == {"accepted": 3, "counted": 1}


def test_an_event_that_is_told_twice_counts_once_and_one_that_is_torn_counts_not_at_all(run: Run) -> None:
    day = "2021-03-01"
    told = [("a", day, "first"), ("a", day, "first"), ("b", day, "first"), ("b", day, "second"), ("", day, "first")]
    verdict, found = run([*told, ("c", day, "first"), ("d", day, "third")])
    assert [(row, aside, n) for row, aside, _, _, n in found if row in {2, 3, 7}] == [
        (2, None, 2),
        (3, "repeated-event", 1),
        (7, "counted", 2),
    ]
    assert verdict.accounts.facts_by_fate == {"accepted": 1, "counted": 1, "rejected": 4, "repeated-event": 1}
    assert {(f.rule, f.column, f.facts) for f in verdict.findings} >= {
        ("conflicting-event", "id", 2),
        ("uncounted-event", "day", 4),
        ("unnamed-event", "id", 1),
        ("unknown-code", "dose", 1),
    }


DAYS, DOSES = st.sampled_from(["2021-03-01", "2021-03-02"]), st.sampled_from(["first", "second"])
EVENTS = st.lists(
    st.tuples(st.sampled_from("abcdef"), DAYS, DOSES),
    min_size=1,
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=6, deadline=None)
@given(EVENTS)
def test_the_figures_are_those_that_a_plain_count_gives(run: Run, rows: list[tuple[str, str, str]]) -> None:
    verdict, found = run(rows)
    known: dict[str, set[tuple[str, str]]] = {}
    for event, day, dose in rows:
        known.setdefault(event, set()).add((day, {"first": "1", "second": "2"}[dose]))
    sound = Counter(next(iter(said)) for said in known.values() if len(said) == 1)
    torn = {event for event, said in known.items() if len(said) > 1}
    rejected = [n for n, (event, _, _) in enumerate(rows, 2) if event in torn]
    told = {(day, dose): n for row, aside, day, dose, n in found if aside is None and row not in rejected}
    assert told == dict(sound)
    assert verdict.accounts.facts_by_fate.get("rejected", 0) == len(rejected)
    assert sum(verdict.accounts.rows_by_fate.values()) == len(rows)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"count": {"into": "dose_number", "each": "id"}}, "counted into the figure of the table"),
        ({"map": {"dose_number": {"from": "dose"}}}, "'period_start', which is not mapped"),
        ({"keep_last_per": {"per": ["region"], "by": "day"}}, "'keep_last_per' is for figures"),
        ({"stale_after": {"days": 14}}, "'stale_after' is for figures"),
        ({}, None),
    ],
)
def test_a_count_that_contradicts_its_table_is_told(
    declared: Declarations, said: dict[str, Any], told: str | None
) -> None:
    source = declared.sources["kz/doses"]
    changed = Source.model_validate({**source.model_dump(by_alias=True, exclude_none=True), **said})
    found = [what for what, _ in wrong_count(changed, declared.tables["vaccinations"])]
    assert len(found) == (told is not None)
    assert all(told is not None and told in what for what in found)
