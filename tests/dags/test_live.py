"""A scheduler, an API server, real workers: what only they can show. `make up` starts them, on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from pipelines import lake
from pipelines.ledger import Ledger
from pipelines.settings import Settings

from .conftest import ROOT, Airflow

pytestmark = pytest.mark.slow

DAG = "kz__case_counts"
HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
ROW = "2020-04-0{}T06:00:00Z,{},1,0,{}\n"
SECONDS = 90
PARKED = 6  # an answer that comes within a second after the question is lost: apache/airflow 3.3.2


@dataclass(frozen=True)
class Live:
    """A running Airflow, asked over its public API."""

    url: str
    token: str
    home: Path

    @property
    def settings(self) -> Settings:
        return Settings.from_environment({"SALAMAT_HOME": str(self.home)})

    def ask(self, path: str, body: object = None, method: str = "GET") -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}{path}", data, headers, method=method)  # noqa: S310  our own server
        with urlopen(request, timeout=30) as answer:  # noqa: S310  as above
            told = answer.read().decode()
        return json.loads(told) if told.startswith(("{", "[")) else told

    def drop(self, name: str, text: str) -> None:
        Airflow(self.home).drop("kz/case_counts", name, text)
        until(self._looks, "Airflow begins a run")

    def _looks(self) -> bool:
        """Have the arrivals looked at; Airflow over SQLite says 500 while another of its processes holds the file."""
        try:
            self.ask("/api/v2/dags/arrivals/dagRuns", {"logical_date": None}, "POST")
        except HTTPError as error:
            if error.code == HTTPStatus.INTERNAL_SERVER_ERROR:
                return False
            raise
        return True

    def state(self, name: str) -> str | None:
        found = [s for s in Ledger(self.settings).standings() if s.delivery.file_name == name]
        return found[-1].state if found else None

    def delivery(self, name: str) -> str:
        return [s.delivery.delivery_id for s in Ledger(self.settings).standings() if s.delivery.file_name == name][-1]

    def values(self) -> dict[str, int]:
        with lake.opened(self.settings, read_only=True) as opened:
            told = "SELECT region, value FROM lake.case_counts WHERE indicator = 'CASES'"
            return dict(opened.con.execute(told).fetchall())

    def days(self, region: str) -> list[int]:
        with lake.opened(self.settings, read_only=True) as opened:
            told = "SELECT DISTINCT day(period_start) FROM lake.case_counts WHERE region = ? ORDER BY 1"
            return [int(day) for (day,) in opened.con.execute(told, [region]).fetchall()]


def until(wanted: Callable[[], Any], what: str) -> Any:
    """Wait until something is so, and give it."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.25)
    raise AssertionError(f"not within {SECONDS} s: {what}")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    home = tmp_path_factory.mktemp("live")
    server = [sys.executable, "-m", "demo.server"]
    env = {**os.environ, "SALAMAT_SETTLE_SECONDS": "0.1", "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1"}
    try:
        subprocess.run([*server, "up", "--home", str(home), "--port", "0"], cwd=ROOT, env=env, check=True, timeout=300)
        url = json.loads((home / "airflow" / "up.json").read_text(encoding="utf-8"))["url"]
        passwords = json.loads(next((home / "airflow").glob("simple_auth*")).read_text(encoding="utf-8"))
        told = Live(url, "", home).ask("/auth/token", {"username": "admin", "password": passwords["admin"]}, "POST")
        yield Live(url, told["access_token"], home)
    finally:
        subprocess.run([*server, "down", "--home", str(home)], cwd=ROOT, check=True, timeout=120)
        assert not left_over(home), "a process of this Airflow is still there"


def left_over(home: Path) -> list[str]:
    """Processes whose environment names this home."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"AIRFLOW_HOME={home}/".encode() in environ.read_bytes():
                found.append(environ.parent.name)
        except OSError:
            continue
    return found


def held(region: str) -> str:
    return HEAD + ROW.format(1, 10, region) + ROW.format(1, 5, "Nowhere") + ROW.format(2, 5, "Nowhere")


def answer(live: Live, name: str, option: str, comment: str) -> None:
    """Answer the question about this file, as the UI would; not at once."""
    until(lambda: live.state(name) == "held", f"{name} is held")
    details = f"/api/v2/dags/review/dagRuns/{live.delivery(name)}/taskInstances/ask"
    until(lambda: _parked(live, details), f"the review of {name} waits")
    time.sleep(PARKED)
    body = {"chosen_options": [option], "params_input": {"comment": comment}}
    live.ask(f"{details}/-1/hitlDetails", body, "PATCH")


def _parked(live: Live, task: str) -> bool:
    try:
        return bool(live.ask(task)["state"] == "awaiting_input")
    except OSError:  # 404: the review has not started yet
        return False


def test_no_file_has_an_import_error(live: Live) -> None:
    assert live.ask("/api/v2/importErrors")["import_errors"] == []


def test_a_held_delivery_is_published_when_a_person_says_so(live: Live) -> None:
    live.drop("kz_yes.csv", held("Астана"))
    answer(live, "kz_yes.csv", "Publish", "confirmed by telephone")
    until(lambda: live.state("kz_yes.csv") == "published", "it is published")
    assert live.values()["KZ-71"] == 10
    (said,) = Ledger(live.settings).reviews(live.delivery("kz_yes.csv"))
    assert (said.answer, said.who, said.because) == ("publish", "admin", "confirmed by telephone")


def test_a_held_delivery_is_returned_when_a_person_says_so(live: Live) -> None:
    live.drop("kz_no.csv", held("Шымкент"))
    answer(live, "kz_no.csv", "Return to sender", "the names are not right")
    until(lambda: live.state("kz_no.csv") == "returned", "it is returned")
    assert "KZ-79" not in live.values()
    (said,) = Ledger(live.settings).reviews(live.delivery("kz_no.csv"))
    assert (said.answer, said.because) == ("return", "the names are not right")


def test_a_replacement_that_drops_too_much_waits_and_a_person_lets_it_through(live: Live) -> None:
    rows = [ROW.format(day, day, "Абай") for day in range(1, 6)]
    live.drop("kz_whole.csv", HEAD + "".join(rows))
    until(lambda: live.state("kz_whole.csv") == "published", "it is published")
    said = {"kind": "replace", "period": "file", "because": "counted again"}
    package = {"resources": [{"name": "short", "path": "kz_short.csv"}], "salamat": said}
    Airflow(live.home).drop("kz/case_counts", "datapackage.json", json.dumps(package))
    live.drop("kz_short.csv", HEAD + rows[0] + rows[4])
    until(lambda: live.state("kz_short.csv") == "held", "it is held")
    assert "mass-drop" in Ledger(live.settings).standing(live.delivery("kz_short.csv")).entries[-1].reason
    assert live.days("KZ-10") == [1, 2, 3, 4, 5]
    answer(live, "kz_short.csv", "Publish", "three days were counted twice")
    until(lambda: live.state("kz_short.csv") == "published", "it is published")
    assert live.days("KZ-10") == [1, 5]


def test_a_run_shows_the_page_of_its_verdict_to_whoever_may_see_it(live: Live) -> None:
    live.drop("kz_page.csv", HEAD + ROW.format(3, 30, "Алматы"))
    until(lambda: live.state("kz_page.csv") == "published", "it is published")
    page = f"/salamat/verdicts/runs/{DAG}/{live.delivery('kz_page.csv')}"
    assert "kz_page.csv" in live.ask(page)
    with pytest.raises(OSError, match=r"40[13]"):
        Live(live.url, "none", live.home).ask(page)
    with pytest.raises(OSError, match="404"):
        live.ask(page.replace(DAG, "hu__cases"))


def test_a_killed_worker_and_a_cleared_run_leave_what_a_quiet_run_leaves(live: Live) -> None:
    live.drop("kz_killed.csv", HEAD + ROW.format(4, 40, "Алматы"))
    runs = f"/api/v2/dags/{DAG}/dagRuns"
    delivery_id = until(lambda: live.state("kz_killed.csv") and live.delivery("kz_killed.csv"), "it is received")
    task = f"{runs}/{delivery_id}/taskInstances/validate"

    def running() -> int | None:
        told = live.ask(task)
        return told["pid"] if told["state"] == "running" else None

    os.kill(until(running, "validate runs"), signal.SIGKILL)
    until(lambda: live.ask(task)["state"] in {"failed", "up_for_retry"}, "the death of the worker is seen")
    assert live.state("kz_killed.csv") == "harmonised"
    cleared = {"dry_run": False, "dag_run_id": delivery_id, "only_failed": False, "reset_dag_runs": True}
    live.ask(f"/api/v2/dags/{DAG}/clearTaskInstances", cleared, "POST")
    until(lambda: live.state("kz_killed.csv") == "published", "the cleared run publishes")
    with lake.opened(live.settings, read_only=True) as opened:
        told = f"SELECT facts_inserted, facts_updated FROM lake.submissions WHERE submission_id = '{delivery_id}'"
        assert opened.con.execute(told).fetchall() == [(3, 0)]
