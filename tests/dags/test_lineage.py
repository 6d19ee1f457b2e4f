"""OpenLineage: each task says what it read and made, the rules' answers travel along, and no value of the file does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipelines.declarations import load_declarations
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.steps import Steps

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("lineage_process.py")
FLAWED = (ROOT / "docs/examples/kz_april_with_errors.csv").read_text(encoding="utf-8")
SICK = "Тіркеу нөмірі;Облыс;Жасы;Жынысы;Жағдай түрі;Аурудың басталған күні;Тіркелген күні;Тексерілу себебі"
SICK += ";Медицина қызметкері;Байланыста болған;Қызба;Жөтел;Ауруханаға жатқызылған;Ауруханаға жатқызылған күні"
SICK += ";Реанимация;Реанимация күні;Нәтижесі;Нәтиже күні;Қайтыс болған күні\n"
PERSON = "ТІР-4417-Қ;Нарния;қырық бір;Қиялшыл;1;17.03.2021;19.03.2021"
COUNTS, CASES = "kz__case_counts", "kz__cases"


def run(home: Path, transport: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    """Put files where sources look for them and run what they start; give the DAGs that ran, with their states."""
    for name, content in files.items():
        file = home / "arrivals" / name
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
    said = {"AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport), "AIRFLOW__OPENLINEAGE__NAMESPACE": "salamat"}
    env = {**os.environ, "PYTHONPATH": str(ROOT), "SALAMAT_SETTLE_SECONDS": "0.05", **said}
    asked = [sys.executable, str(PROGRAM), str(home)]
    done = subprocess.run(asked, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, (done.stderr, log_of(home)[-8000:])
    return done.stdout.splitlines()


def log_of(home: Path) -> str:
    return (home / "airflow.log").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two deliveries: figures, some of them wrong, and a line list of which nothing can be accepted."""
    home = tmp_path_factory.mktemp("home")
    sick = (SICK + PERSON + ";" * 12 + "\n").encode("kz1048")
    files = {"kz/case_counts/kz_april.csv": FLAWED.encode(), "kz/cases/tirkelgen_2021.csv": sick}
    ran = run(home, {"type": "file", "log_file_path": str(home / "lineage.jsonl"), "append": True}, files)
    assert sorted(ran) == [f"{COUNTS} success", f"{CASES} failed"]
    return home


@pytest.fixture(scope="module")
def events(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "lineage.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def steps(home: Path) -> Steps:
    return Steps(load_declarations(), Settings.from_environment({"SALAMAT_HOME": str(home)}))


def told(events: list[dict[str, Any]], job: str) -> dict[str, Any]:
    """What we tell of a task: its only event under way."""
    (event,) = [e for e in events if e["job"]["name"] == job and e["eventType"] == "RUNNING"]
    return event


def names(datasets: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(dataset["namespace"], dataset["name"]) for dataset in datasets]


def written(event: dict[str, Any]) -> dict[str, int]:
    """How many rows went into each dataset, by the end of its name."""
    return {o["name"].rpartition("/")[2]: o["outputFacets"]["outputStatistics"]["rowCount"] for o in event["outputs"]}


def test_each_task_starts_and_ends(events: list[dict[str, Any]]) -> None:
    for task in ("receive", "decode", "harmonise", "validate", "publish"):
        said = [e["eventType"] for e in events if e["job"]["name"] == f"{COUNTS}.{task}"]
        assert (said[0], said[-1]) == ("START", "COMPLETE"), task
    assert {e["job"]["namespace"] for e in events} == {"salamat"}


def test_what_one_step_makes_the_next_reads_from_the_bytes_to_the_lake(
    events: list[dict[str, Any]], steps: Steps
) -> None:
    (standing,) = steps.ledger.standings("kz/case_counts")
    delivery = standing.delivery
    path = [told(events, f"{COUNTS}.{task}") for task in ("decode", "harmonise", "validate", "publish")]
    assert names(path[0]["inputs"]) == [("salamat", f"kz/case_counts/{delivery.sha256}")]
    for before, after in pairwise(path):
        assert set(names(after["inputs"])) <= set(names(before["outputs"]))
    assert names(path[3]["inputs"]) == [("salamat", f"kz/case_counts/{delivery.delivery_id}/accepted")]
    assert names(path[3]["outputs"]) == [("salamat", "lake/case_counts")]


def test_every_count_is_that_of_the_verdict(events: list[dict[str, Any]], steps: Steps) -> None:
    (standing,) = steps.ledger.standings("kz/case_counts")
    verdict = steps.taken_verdict(standing.delivery.delivery_id)
    validated = told(events, f"{COUNTS}.validate")
    assert written(told(events, f"{COUNTS}.decode")) == {"extract": verdict.accounts.rows}
    assert written(told(events, f"{COUNTS}.harmonise")) == {"facts": verdict.accounts.facts}
    assert written(validated) == dict(verdict.accounts.facts_by_fate)
    assert validated["inputs"][0]["inputFacets"]["dataQualityMetrics"]["rowCount"] == sum(written(validated).values())
    assert written(told(events, f"{COUNTS}.publish")) == {"case_counts": verdict.accounts.facts_by_fate["accepted"]}


def test_each_check_that_was_made_is_an_assertion(events: list[dict[str, Any]], steps: Steps) -> None:
    (standing,) = steps.ledger.standings("kz/case_counts")
    checks = steps.taken_verdict(standing.delivery.delivery_id).checks
    made = [(c.rule, c.field, c.passed) for c in checks if c.failed is not None]
    facet = told(events, f"{COUNTS}.validate")["inputs"][0]["inputFacets"]["dataQualityAssertions"]
    said = [(a["assertion"], a.get("column"), a["success"]) for a in facet["assertions"]]
    assert said == made
    assert len(made) < len(checks), "a check that was not made asserts nothing"
    failed = {(a["assertion"], a["severity"], a["actual"]) for a in facet["assertions"] if not a["success"]}
    assert failed >= {("unknown-place", "error", "6 facts"), ("not-a-date", "error", "3 facts")}


def test_no_value_of_a_file_is_in_an_event_or_in_the_log(events: list[dict[str, Any]], home: Path) -> None:
    # Shorter ones, such as 1.05, are met by chance in the fractions of a second.
    cells = {cell for line in FLAWED.splitlines()[1:] for cell in line.split(",") if len(cell) > 4}
    cells |= {cell for cell in PERSON.split(";") if len(cell) > 4} | {"2021-03-17", "2021-03-19"}
    assert len(cells) > 15
    everything = "\n".join(json.dumps(event, ensure_ascii=False) for event in events) + log_of(home)
    assert [cell for cell in cells if cell in everything] == []


def test_a_refused_delivery_says_which_rules_and_where(events: list[dict[str, Any]], steps: Steps) -> None:
    (failed,) = [e for e in events if e["job"]["name"] == f"{CASES}.validate" and e["eventType"] == "FAIL"]
    message = failed["run"]["facets"]["errorMessage"]["message"]
    for rule in ("unknown-place row 2, column Облыс", "not-a-number row 2, column Жасы", "nothing-accepted"):
        assert rule in message
    (standing,) = steps.ledger.standings("kz/cases")
    assert standing.state == "refused"


@pytest.mark.slow
def test_a_broken_transport_is_told_in_the_log_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    transport = {"type": "file", "log_file_path": str(tmp_path / "a-file" / "lineage.jsonl"), "append": True}
    ran = run(tmp_path / "home", transport, {"kz/case_counts/kz_april.csv": FLAWED.encode()})
    assert ran == [f"{COUNTS} success"]
    (standing,) = Ledger(Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})).standings()
    assert standing.state == "published"
    warned = [line for line in log_of(tmp_path / "home").splitlines() if "Failed to emit OpenLineage `RUNNING`" in line]
    assert len(warned) == 4


EMIT = """
import sys
from datetime import UTC, datetime
from pipelines.artefacts import Publication
{first}
import lineage
lineage.emit(Publication("d", "cases", datetime(2020, 4, 10, tzinfo=UTC), 1, 1, 0, 0), "kz/cases")
"""


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("", id="no transport"),
        pytest.param("sys.modules['airflow.providers.openlineage.api'] = None", id="no provider"),
    ],
)
def test_where_lineage_is_not_asked_for_nothing_is_said(first: str, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'dags'}{os.pathsep}{ROOT}", "AIRFLOW_HOME": str(tmp_path)}
    asked = [sys.executable, "-c", EMIT.format(first=first)]
    done = subprocess.run(asked, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
