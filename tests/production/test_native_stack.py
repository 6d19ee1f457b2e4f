"""The production stack, run: what docker-compose.yml says, on PostgreSQL, Redis and a Celery worker, without Docker."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.write_env import write_env
from tests.production.compose import EXAMPLE, ROOT, variables
from tests.production.native import Native, missing

pytestmark = pytest.mark.slow

DAG, SOURCE = "kz__case_counts", "kz/case_counts"
DAGS = {DAG, "arrivals", "review", "release", "overdue", "maintenance"}
RUN_SECONDS = 240

_ASK = """
import json, sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen
def ask(method, path, body=None, **head):
    data = None if body is None else json.dumps(body).encode()
    request = Request("http://api-server:8080" + path, data, {"Content-Type": "application/json"} | head, method=method)
    return json.load(urlopen(request))
asked = json.load(sys.stdin)
token = ask("POST", "/auth/token", asked["who"])["access_token"]
try:
    print(json.dumps([200, ask(asked["method"], asked["path"], asked["body"], Authorization=f"Bearer {token}")]))
except HTTPError as error:
    print(json.dumps([error.code, error.read().decode()]))
"""
_STATES = """
import json, sys
from pipelines.ledger import Ledger
from pipelines.settings import Settings
told = Ledger(Settings.from_environment()).standing(sys.argv[1])
print(json.dumps([entry.state for entry in told.entries]))
"""
_FIGURES = """
SELECT c.period_start, c.region, c.value, s.file_name FROM {lake}case_counts c
JOIN {lake}submissions s USING (submission_id)
WHERE c.indicator = 'CASES' AND c.region <> c.reporting_country ORDER BY c.period_start DESC, c.value DESC LIMIT 3
"""
_LATEST = [
    {"period_start": "2020-04-05", "region": "KZ-71", "value": 125.0, "file_name": "kz_april.csv"},
    {"period_start": "2020-04-05", "region": "KZ-75", "value": 100.0, "file_name": "kz_april.csv"},
    {"period_start": "2020-04-05", "region": "KZ-79", "value": 40.0, "file_name": "kz_april.csv"},
]


class Stack:
    """The running stack, asked as people ask it."""

    def __init__(self, native: Native) -> None:
        self.native = native
        self.admin = {"username": "admin", "password": native.variables["ADMIN_PASSWORD"]}

    def asks(self, method: str, path: str, body: Any = None, who: dict[str, str] | None = None) -> tuple[int, Any]:
        """Give the status and the answer of a page of Airflow's, by default to the administrator."""
        asked = {"who": who or self.admin, "method": method, "path": path, "body": body}
        status, told = json.loads(self.says("api-server", "python", "-c", _ASK, typed=json.dumps(asked)))
        return status, told

    def says(self, service: str, *command: str, typed: str = "") -> str:
        """Give what a command prints in a service; it must succeed."""
        done = self.native.run(service, *command, typed=typed)
        assert done.returncode == 0, done.stderr + self.native.logs()
        return done.stdout

    def runs(self, dag_id: str) -> str:
        """Start a DAG and wait until it has succeeded; give the run's id."""
        status, started = self.asks("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})
        assert status == 200, started
        return self.succeeds(dag_id, started["dag_run_id"])

    def succeeds(self, dag_id: str, run_id: str) -> str:
        """Wait until a run has succeeded; give its id."""
        for told in self._again_and_again(f"{dag_id} {run_id}", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"):
            assert told["state"] != "failed", self.native.logs()
            if told["state"] == "success":
                break
        return run_id

    def dags(self) -> dict[str, bool]:
        """Wait until the DAGs are read; give each with whether it is paused."""
        read: dict[str, bool] = {}
        page = "/api/v2/dags?limit=50&offset="
        for told in self._again_and_again("reading the DAGs", f"{page}0"):
            more = (self.asks("GET", f"{page}{n}")[1]["dags"] for n in range(50, told["total_entries"], 50))
            read = {dag["dag_id"]: dag["is_paused"] for dags in (told["dags"], *more) for dag in dags}
            if read.keys() >= DAGS:
                break
        return read

    def _again_and_again(self, what: str, path: str) -> Iterator[Any]:
        end = time.monotonic() + RUN_SECONDS
        while time.monotonic() < end:
            yield self.asks("GET", path)[1]
            time.sleep(1.5)
        pytest.fail(f"{what} has not ended after {RUN_SECONDS} s\n{self.native.logs()}")


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    if lacking := missing():
        sentence = f"the stack needs {', '.join(lacking)}: apt-get install redis-server postgresql iproute2 util-linux"
        pytest.skip(sentence)
    folder = Path(tempfile.mkdtemp(prefix="salamat-"))  # pytest's own is too long a path for PostgreSQL's socket
    (folder / ".env.example").write_text(EXAMPLE, encoding="utf-8")
    write_env(folder)
    native = Native(folder, variables((folder / ".env").read_text(encoding="utf-8")))
    try:
        native.start()
        yield Stack(native)
    finally:
        native.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def delivery_id(stack: Stack) -> str:
    """A file dropped into the arrivals folder, and the run that it started, once it has ended."""
    arrivals = stack.native.place("worker", "/var/lib/salamat/arrivals") / SOURCE
    arrivals.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "docs/examples/kz_april.csv", arrivals)
    stack.dags()
    stack.runs("arrivals")
    [run] = stack.asks("GET", f"/api/v2/dags/{DAG}/dagRuns")[1]["dag_runs"]
    return stack.succeeds(DAG, run["dag_run_id"])


def test_nothing_listens_but_the_databases_and_the_web_page(stack: Stack) -> None:
    """Above all not the log servers of worker and triggerer, which would listen on every interface."""
    assert stack.native.listening() == {5432, 6379, 8080}


def test_every_dag_is_read_without_an_error_and_none_waits_to_be_switched_on(stack: Stack) -> None:
    assert set(stack.dags().values()) == {False}
    assert stack.asks("GET", "/api/v2/importErrors")[1]["import_errors"] == []


def test_a_file_that_is_dropped_is_published_by_the_celery_worker(stack: Stack, delivery_id: str) -> None:
    """The ledger and the lake's catalogue are in PostgreSQL."""
    states = json.loads(stack.says("worker", "python", "-c", _STATES, delivery_id))
    assert states == ["received", "decoded", "harmonised", "validated", "published"]
    answer = stack.says("worker", "salamat", "query", _FIGURES.format(lake="lake."), "--format", "json")
    assert json.loads(answer) == _LATEST


def test_a_task_log_is_read_from_the_shared_volume(stack: Stack, delivery_id: str) -> None:
    path = f"/api/v2/dags/{DAG}/dagRuns/{delivery_id}/taskInstances/publish/logs/1"
    told = " ".join(str(line.get("event")) for line in stack.asks("GET", path)[1]["content"])
    assert "case_counts:" in told
    assert "inserted" in told


@pytest.mark.usefixtures("delivery_id")
def test_the_worker_cuts_a_release_that_anybody_can_query(stack: Stack) -> None:
    stack.runs("release")
    [release] = sorted(stack.native.place("worker", "/var/lib/salamat/releases").glob("*/salamat.duckdb"))
    asked = ["salamat", "query", "--release", str(release.parent), _FIGURES.format(lake=""), "--format", "json"]
    assert json.loads(stack.says("worker", *asked)) == _LATEST


def test_airflow_and_salamat_cannot_see_each_others_database(stack: Stack) -> None:
    other = ["psql", "--host=postgres", "--username=salamat", "--command=SELECT 1"]
    assert stack.native.run("worker", *other, "--dbname=ledger").returncode == 0
    refused = stack.native.run("worker", *other, "--dbname=airflow")
    assert 'permission denied for database "airflow"' in refused.stderr


def test_redis_and_postgres_ask_for_a_password(stack: Stack) -> None:
    assert "NOAUTH" in stack.says("worker", "redis-cli", "-h", "redis", "ping")
    asked = ["psql", "--host=postgres", "--username=postgres", "--no-password", "--command=SELECT 1"]
    assert "password" in stack.native.run("worker", *asked).stderr


def test_what_makes_the_stack_ready_may_run_again_and_leaves_passwords_alone(stack: Stack) -> None:
    stack.says("initialise", "sh", "/opt/salamat/deploy/initialise.sh")
    assert stack.asks("GET", "/api/v2/pools/lake")[1]["slots"] == 1


def test_a_reviewer_may_answer_questions_and_start_nothing(stack: Stack) -> None:
    reviewer = {"username": "reviewer", "password": "of this test only"}
    account = {"email": "reviewer@localhost", "first_name": "R", "last_name": "R", **reviewer}
    roles = [{"name": "Viewer"}, {"name": "Reviewer"}]
    assert stack.asks("POST", "/auth/fab/v1/users", account | {"roles": roles})[0] == 200
    questions = "/api/v2/dags/~/dagRuns/~/hitlDetails"
    assert stack.asks("GET", questions, who=reviewer) == (200, {"hitl_details": [], "total_entries": 0})
    assert stack.asks("POST", "/api/v2/dags/release/dagRuns", {"logical_date": None}, who=reviewer)[0] == 403
    [role] = [r for r in stack.asks("GET", "/auth/fab/v1/roles")[1]["roles"] if r["name"] == "Reviewer"]
    rights = {(right["action"]["name"], right["resource"]["name"]) for right in role["actions"]}
    rights.discard(("can_read", "Website"))  # Airflow gives it to every role
    assert rights == {(action, "HITL Detail") for action in ("can_read", "can_edit", "menu_access")}


def test_no_secret_is_written_into_a_log_or_said_to_a_process(stack: Stack, delivery_id: str) -> None:
    secrets = {name: value for name, value in stack.native.variables.items() if value}
    logs = [*(stack.native.folder / "log").iterdir(), *(stack.native.folder / "logs").rglob("*")]
    told = {str(file): file.read_text(errors="replace") for file in logs if file.is_file()}
    assert any(delivery_id in text for text in told.values())
    processes = stack.native.command_lines()
    assert len(processes) > len(stack.native.services)
    told |= processes
    assert [(name, where) for name, value in secrets.items() for where, text in told.items() if value in text] == []
