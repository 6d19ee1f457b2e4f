"""Airflow in a process of its own: the tests never import it. Commands come as JSON, answers leave as JSON lines."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

from demo.embedded import DAGS, Embedded, environment, output_to

HEAVY = {"duckdb", "great_expectations", "pandas", "pyarrow", "duckdb_engine", "openpyxl", "paramiko", "httpx"}
_BARE = 30  # DAGs


def parse(rounds: int) -> dict[str, Any]:
    """Read the DAGs as the dag-processor does; say what that cost and what came of it."""
    from airflow.dag_processing.dagbag import BundleDagBag  # noqa: PLC0415
    from airflow.serialization.serialized_objects import DagSerialization  # noqa: PLC0415

    def read() -> BundleDagBag:
        return BundleDagBag(dag_folder=DAGS, bundle_path=DAGS, bundle_name="dags-folder")

    before = set(sys.modules)
    bag = read()
    heavy = HEAVY & (set(sys.modules) - before)
    # What Airflow's own modules cost at first is not ours. Both are taken in turns: a machine is slow for a while.
    taken = [(_cpu_seconds(read), _cpu_seconds(_bare)) for _ in range(rounds)]
    seconds, bare = (min(each) for each in zip(*taken, strict=True)) if taken else (nan, nan)
    for dag in bag.dags.values():
        DagSerialization.from_dict(DagSerialization.to_dict(dag))
    return {
        "import_errors": {str(k): v for k, v in bag.import_errors.items()},
        "heavy": sorted(heavy),
        "milliseconds_per_dag": 1000 * seconds / max(len(bag.dags), 1),
        "milliseconds_per_bare_dag": 1000 * bare / _BARE,
        "hashes": {name: _hash(dag) for name, dag in bag.dags.items()},
        "dags": {
            name: {
                "tasks": sorted(dag.task_ids),
                "tags": sorted(dag.tags),
                "owner": dag.owner,
                "doc": dag.doc_md,
                "retries": {t.task_id: t.retries for t in dag.tasks},
                "pools": {t.task_id: t.pool for t in dag.tasks},
                "schedule": str(dag.schedule),
                "catchup": dag.catchup,
            }
            for name, dag in bag.dags.items()
        },
    }


def _bare() -> None:
    """Make DAGs of as many tasks as ours, of nothing but Airflow: so fast is this machine, now."""
    from airflow.sdk import DAG, task  # noqa: PLC0415

    def step(before: str) -> str:
        return before

    for number in range(_BARE):
        with DAG(f"bare_{number}", schedule=None):
            before: Any = "bytes"
            for name in ("receive", "decode", "harmonise", "validate", "publish"):
                before = task(task_id=name)(step)(before)


def _hash(dag: Any) -> str:
    from airflow.models.serialized_dag import SerializedDagModel  # noqa: PLC0415
    from airflow.serialization.serialized_objects import LazyDeserializedDAG  # noqa: PLC0415

    return str(SerializedDagModel.hash(LazyDeserializedDAG.from_dag(dag).data))  # type: ignore[no-untyped-call]


def _cpu_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def decide(names: list[str]) -> dict[str, str]:
    """Say what the retry policy does about an error of each of these kinds."""
    sys.path.append(str(DAGS))
    from importlib import import_module  # noqa: PLC0415

    from wiring import RETRIES  # noqa: PLC0415

    found = {}
    for name in names:
        module, _, kind = name.rpartition(".")
        made = getattr(import_module(module), kind)
        error = made.__new__(made)
        found[name] = str(RETRIES.evaluate(error, 1, 3).action.value)
    return found


def story(commands: list[list[Any]], say: Callable[[object], None]) -> None:
    """Run DAGs in turn: ["run", dag_id, conf] or ["queued"], which runs all that was started."""
    embedded = Embedded()
    for command in commands:
        if command[0] == "run":
            done = embedded.run(command[1], command[2] if len(command) > 2 else None)
            say([done.dag_id, done.state])
        else:
            say([[r.dag_id, r.state] for r in embedded.run_queued()])
    say({"tasks": _tasks(), "waiting": _waiting()})


def _tasks() -> list[list[str]]:
    from airflow.models.taskinstance import TaskInstance  # noqa: PLC0415
    from airflow.utils.session import create_session  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415

    with create_session() as session:
        rows = session.scalars(select(TaskInstance).order_by(TaskInstance.start_date))
        return [[row.dag_id, row.task_id, str(row.state)] for row in rows]


def _waiting() -> list[list[Any]]:
    from airflow.models.dagrun import DagRun  # noqa: PLC0415
    from airflow.utils.session import create_session  # noqa: PLC0415
    from sqlalchemy import select  # noqa: PLC0415

    with create_session() as session:
        return [[r.dag_id, r.run_id, r.conf] for r in session.scalars(select(DagRun).where(DagRun.state == "queued"))]


def main() -> None:
    """Do what the arguments say, within the home given first."""
    home, what = Path(sys.argv[1]), sys.argv[2]
    given = {k: v for k, v in environment(home).items() if k not in os.environ}
    os.environ.update(given)
    with output_to(home / "airflow.log") as terminal:

        def say(answer: object) -> None:
            os.write(terminal, (json.dumps(answer) + "\n").encode())

        if what == "parse":
            say(parse(json.loads(sys.argv[3])))
        elif what == "decide":
            say(decide(json.loads(sys.argv[3])))
        else:
            story(json.loads(sys.argv[3]), say)


if __name__ == "__main__":
    main()
