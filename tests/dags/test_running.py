"""The DAGs run for real, in one process: what comes in is published, held or refused, and everything is told."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines import lake
from pipelines.claim import claimed, unrecognised
from pipelines.declarations import read_senders
from pipelines.ledger import Ledger

from .conftest import EXAMPLES, Airflow

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
ROW = "2020-04-01T06:00:00Z,{},1,0,{}\n"
GOOD = (EXAMPLES / "kz_april.csv").read_text(encoding="utf-8")
HELD = HEAD + ROW.format(10, "Астана") + ROW.format(-5, "Nowhere") * 2
REFUSED = HEAD.replace("Region", "Region,New") + ROW.format(10, "Астана")
TORN = HEAD + ROW.format(11, "Астана")
DAG = "kz__case_counts"


@pytest.fixture(scope="module")
def told(airflow: Airflow) -> list[Any]:
    """Four files of one source, one half-written, one that nobody knows; then every DAG, some of them twice."""
    airflow.drop("kz/case_counts", "kz_1_good.csv", GOOD)
    airflow.drop("kz/case_counts", "kz_2_held.csv", HELD)
    airflow.drop("kz/case_counts", "kz_3_refused.csv", REFUSED)
    airflow.drop("kz/case_counts", "kz_4.csv.part", TORN)
    airflow.drop("kz/case_counts", "letter.txt", "to whom it may concern")
    runs = ["arrivals", "release", "release", "overdue", "overdue", "maintenance", "release"]
    return airflow.ask("story", [["run", "arrivals"], ["queued"], *(["run", dag] for dag in runs[1:])])


@pytest.fixture(scope="module")
def ran(airflow: Airflow, told: list[Any]) -> Airflow:
    assert told
    return airflow


@pytest.fixture(scope="module")
def tasks(told: list[Any]) -> list[tuple[str, str, str]]:
    return [(dag, task, state) for dag, task, state in told[-1]["tasks"]]


def states(airflow: Airflow) -> dict[str, str]:
    return {s.delivery.file_name: s.state for s in Ledger(airflow.settings).standings()}


def test_each_file_has_its_fate(ran: Airflow) -> None:
    assert states(ran) == {"kz_1_good.csv": "published", "kz_2_held.csv": "held", "kz_3_refused.csv": "refused"}


def test_what_is_good_is_in_the_lake(ran: Airflow) -> None:
    with lake.opened(ran.settings, read_only=True) as opened:
        counted = opened.con.execute("SELECT count(*), count(DISTINCT submission_id) FROM lake.case_counts").fetchall()
    assert counted == [(90, 1)]


def test_a_run_is_red_only_where_somebody_must_act_on_a_file(told: list[Any]) -> None:
    assert told[:2] == [["arrivals", "success"], [[DAG, "success"], [DAG, "success"], [DAG, "failed"]]]


def test_a_held_delivery_asks_for_a_review_and_is_not_published(told: list[Any], airflow: Airflow) -> None:
    (held,) = [s.delivery.delivery_id for s in Ledger(airflow.settings).standings() if s.state == "held"]
    assert [(dag, run) for dag, run, _ in told[-1]["waiting"]] == [("review", held)]
    assert told[-1]["waiting"][0][2]["delivery_id"] == held


def test_a_half_written_file_stays_where_it_is(ran: Airflow) -> None:
    assert (ran.settings.arrivals / "kz/case_counts/kz_4.csv.part").is_file()
    assert claimed(ran.settings) == ()


def test_what_nobody_knows_is_kept_and_told(ran: Airflow) -> None:
    found = unrecognised(ran.settings, read_senders().sound)
    assert [file.name for file in found] == ["letter.txt"]
    assert "letter.txt" in (ran.home / "airflow.log").read_text(encoding="utf-8")


def test_a_release_is_cut_once_and_skipped_while_nothing_changes(tasks: list[tuple[str, str, str]]) -> None:
    cut = [state for dag, task, state in tasks if dag == "release" and task == "network"]
    assert cut == ["success", "skipped", "skipped"], "the third comes behind maintenance, which changes no number"


def test_who_is_late_is_told_once(ran: Airflow) -> None:
    late = Ledger(ran.settings).late()
    expected = {n for n, s in read_senders().sound.items() if s.arrives.cron} - {"kz/case_counts"}
    assert set(late) == expected
    log = (ran.home / "airflow.log").read_text(encoding="utf-8")
    assert all(log.count(f"{source} is late: its delivery was due on") == 2 for source in late), "a line, a value"


def test_the_log_says_what_was_done_and_no_value_of_a_cell(ran: Airflow) -> None:
    log = (ran.home / "airflow.log").read_text(encoding="utf-8")
    assert "decoded 60 rows in 5 columns from utf-8" in log
    assert "90 inserted, 0 updated, 0 unchanged" in log
    assert "Nowhere" not in log
    assert "Астана" not in log
