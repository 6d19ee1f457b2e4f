"""The production stack, run: what docker-compose.yml says, on PostgreSQL, Redis and a Celery worker, without Docker."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.write_env import write_env
from tests.production.compose import EXAMPLE, ROOT
from tests.production.native import Native, missing

pytestmark = pytest.mark.slow

DAG, SOURCE = "kz__case_counts", "kz/case_counts"
RUN_SECONDS = 120

_ASK = """
import json, sys, urllib.request
from urllib.error import HTTPError
def ask(method, path, body=None, token=""):
    head = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://api-server:8080" + path, data, head, method=method)
    return json.load(urllib.request.urlopen(request))
asked = json.load(sys.stdin)
token = ask("POST", "/auth/token", asked["who"])["access_token"]
try:
    print(json.dumps([200, ask(asked["method"], "/api/v2" + asked["path"], asked["body"], token)]))
except HTTPError as error:
    print(json.dumps([error.code, error.read().decode()]))
"""
_STATES = """
import json, sys
from pipelines.ledger import Ledger
from pipelines.settings import Settings
found = Ledger(Settings.from_environment()).standings(sys.argv[1])
print(json.dumps([[entry.state for entry in standing.entries] for standing in found]))
"""
_IN_THE_LAKE = """
import json, sys
from pipelines import lake
from pipelines.settings import Settings
with lake.opened(Settings.from_environment(), read_only=True) as opened:
    print(json.dumps(opened.con.execute(sys.argv[1]).fetchall()))
"""
_FIGURES = """
SELECT CAST(c.period_start AS VARCHAR), c.region, c.value, s.file_name
FROM lake.case_counts c JOIN lake.submissions s USING (submission_id)
WHERE c.indicator = 'CASES' ORDER BY c.period_start DESC, c.value DESC LIMIT 3
"""


class Stack:
    """The running stack, asked as a person would ask it."""

    def __init__(self, native: Native) -> None:
        self.native = native
        self.who = {"username": "admin", "password": native.variables["ADMIN_PASSWORD"]}

    def asks(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Give the status and the answer of Airflow's API."""
        asked = {"who": self.who, "method": method, "path": path, "body": body}
        return tuple(self._told("api-server", _ASK, typed=json.dumps(asked)))

    def states(self) -> list[list[str]]:
        """Give the states of each delivery of the source."""
        return self._told("worker", _STATES, SOURCE)  # type: ignore[no-any-return]  # as the script above prints it

    def query(self, sql: str) -> list[list[Any]]:
        """Give the lake's answer."""
        return self._told("worker", _IN_THE_LAKE, sql)  # type: ignore[no-any-return]  # as the script above prints it

    def ended(self, dag_id: str, run_id: str) -> str:
        """Wait until a run has ended; give its state."""
        end = time.monotonic() + RUN_SECONDS
        while (state := self.asks("GET", f"/dags/{dag_id}/dagRuns/{run_id}")[1]["state"]) not in {"success", "failed"}:
            assert time.monotonic() < end, f"{dag_id} {run_id} is {state}\n{self.native.logs()}"
            time.sleep(1)
        return str(state)

    def _told(self, service: str, script: str, *arguments: str, typed: str = "") -> Any:
        done = self.native.run(service, "python", "-c", script, *arguments, typed=typed)
        assert done.returncode == 0, done.stderr + self.native.logs()
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    if lacking := missing():
        sentence = f"the stack needs {', '.join(lacking)}: apt-get install redis-server postgresql iproute2 util-linux"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    folder = Path(tempfile.mkdtemp(prefix="salamat-"))  # pytest's own is too long a path for PostgreSQL's socket
    (folder / ".env.example").write_text(EXAMPLE)
    write_env(folder)
    native = Native(folder, dict(_lines(folder / ".env")))
    try:
        native.start()
        yield Stack(native)
    finally:
        native.stop()
        shutil.rmtree(folder)


def _lines(env: Path) -> Iterator[tuple[str, str]]:
    for line in env.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name, value


def test_nothing_listens_but_the_databases_and_the_web_page(stack: Stack) -> None:
    assert stack.native.listening() == {5432, 6379, 8080}


def test_every_dag_is_there_and_none_has_an_error(stack: Stack) -> None:
    status, told = stack.asks("GET", "/importErrors")
    assert (status, told["import_errors"]) == (200, [])
    assert stack.asks("GET", f"/dags/{DAG}")[1]["is_paused"] is False


def test_a_file_dropped_into_the_arrivals_is_published_by_the_celery_worker(stack: Stack) -> None:
    arrivals = stack.native.place("worker", "/var/lib/salamat/arrivals") / SOURCE
    arrivals.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "docs/examples/kz_april.csv", arrivals)
    run_id = stack.asks("POST", "/dags/arrivals/dagRuns", {"logical_date": None})[1]["dag_run_id"]
    assert stack.ended("arrivals", run_id) == "success"
    [delivery_id] = [run["dag_run_id"] for run in stack.asks("GET", f"/dags/{DAG}/dagRuns")[1]["dag_runs"]]
    assert stack.ended(DAG, delivery_id) == "success", stack.native.logs()
    assert stack.states() == [["received", "decoded", "harmonised", "validated", "published"]]
    assert stack.query(_FIGURES) == []
