"""A withdrawal that comes by the arrivals folder: its run shows what was done, and what there was nothing to do for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines import lake
from pipelines.ledger import Ledger

from .conftest import EXAMPLES, Airflow

DAG, SOURCE = "kz__case_counts", "kz/case_counts"
STORY = [["run", "arrivals"], ["queued"]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(airflow: Airflow) -> list[Any]:
    airflow.drop(SOURCE, "kz_april.csv", (EXAMPLES / "kz_april.csv").read_text(encoding="utf-8"))
    airflow.ask("story", STORY)
    (published,) = [s.delivery.delivery_id for s in Ledger(airflow.settings).standings()]
    package = {"kind": "withdraw", "withdraws": published, "because": "it was another region's"}
    airflow.drop(SOURCE, "datapackage.json", json.dumps({"resources": [], "salamat": package}))
    return airflow.ask("story", STORY)


def test_its_rows_are_gone_and_both_deliveries_are_told(told: list[Any], airflow: Airflow) -> None:
    assert told[1] == [[DAG, "success"]]
    with lake.opened(airflow.settings, read_only=True) as opened:
        assert opened.con.execute("SELECT count(*) FROM lake.case_counts").fetchall() == [(0,)]
    assert [s.state for s in Ledger(airflow.settings).standings()] == ["withdrawn", "published"]


def test_its_run_shows_what_was_done_and_the_run_before_that_it_was_no_withdrawal(told: list[Any]) -> None:
    of_both = [(task, state) for dag, task, state in told[-1]["tasks"] if dag == DAG]
    assert sorted(of_both).count(("withdraw", "success")) == 1
    assert sorted(of_both).count(("withdraw", "skipped")) == 1
    assert [state for task, state in of_both if task == "receive"] == ["success", "success"]
    assert sorted(state for task, state in of_both if task == "publish") == ["skipped", "success"]
