"""Airflow inside this process: the real DAGs, a SQLite database, no scheduler and no server.

`dag.test()` runs one DAG and stops there. What a DAG starts (`arrivals` starts the sources' DAGs) is queued in the
database; here it is taken from the queue and run in turn, as a scheduler would.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

DAGS = Path(__file__).resolve().parents[1] / "dags"
WAITS_FOR_A_PERSON = frozenset({"review"})


@dataclass(frozen=True)
class Ran:
    """A DAG run that has ended."""

    dag_id: str
    conf: dict[str, Any]
    state: str


def environment(home: Path) -> dict[str, str]:
    """Give the variables for an Airflow and a salamat that live in `home`; to be set before Airflow is imported."""
    return {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(DAGS / "plugins"),
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "SALAMAT_HOME": str(home),
    }


class Embedded:
    """The DAGs of this checkout, ready to run. `environment` must be in force."""

    def __init__(self) -> None:
        """Make the database where it is not there yet, with the pools, and read the DAGs."""
        from airflow.dag_processing.dagbag import BundleDagBag  # noqa: PLC0415  after the environment is set
        from airflow.utils.db import initdb  # noqa: PLC0415

        initdb()
        _make_pools()
        self.bag: DagBag = BundleDagBag(dag_folder=DAGS, bundle_path=DAGS, bundle_name="dags-folder")
        if self.bag.import_errors:
            raise ImportError(self.bag.import_errors)

    def known(self) -> bool:
        """Whether every DAG stands in the database, where a scheduler finds it: a dag-processor has read them all."""
        from airflow.models.serialized_dag import SerializedDagModel  # noqa: PLC0415  after the environment is set
        from airflow.utils.session import create_session  # noqa: PLC0415
        from sqlalchemy import select  # noqa: PLC0415

        with create_session() as session:
            return self.bag.dags.keys() <= set(session.scalars(select(SerializedDagModel.dag_id)))

    def run(self, dag_id: str, conf: dict[str, Any] | None = None, at: datetime | None = None) -> Ran:
        """Run one DAG to its end."""
        done = self.bag.dags[dag_id].test(run_conf=conf or {}, logical_date=at or datetime.now(UTC))
        return Ran(dag_id, dict(conf or {}), str(done.state))

    def queued(self) -> list[tuple[str, datetime | None, dict[str, Any]]]:
        """Give what was started and has not run yet, in the order of receipt, which names runs."""
        from airflow.models.dagrun import DagRun  # noqa: PLC0415
        from airflow.utils.session import create_session  # noqa: PLC0415
        from sqlalchemy import select  # noqa: PLC0415

        waiting = select(DagRun).where(DagRun.state == "queued").order_by(DagRun.run_id)
        with create_session() as session:
            runs = [(run.dag_id, run.logical_date, dict(run.conf or {})) for run in session.scalars(waiting)]
        return [run for run in runs if run[0] not in WAITS_FOR_A_PERSON]

    def run_queued(self, told: Callable[[Ran], None] = lambda _: None) -> list[Ran]:
        """Run what was started, and what that starts, until nothing is left but what waits for a person."""
        done: list[Ran] = []
        while waiting := self.queued():
            for dag_id, at, conf in waiting:
                done.append(self.run(dag_id, conf, at))
                told(done[-1])
        return done


def _make_pools() -> None:
    from airflow.models.pool import Pool  # noqa: PLC0415  after the environment is set

    for name, pool in json.loads((DAGS / "pools.json").read_text(encoding="utf-8")).items():
        Pool.create_or_update_pool(name, pool["slots"], pool["description"], include_deferred=pool["include_deferred"])


@contextmanager
def output_to(file: Path) -> Iterator[int]:
    """Send what this process and its children print into a file; give a descriptor that still leads to the terminal."""
    file.parent.mkdir(parents=True, exist_ok=True)
    terminal = [os.dup(1), os.dup(2)]
    with file.open("ab") as log:
        try:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            yield terminal[0]
        finally:
            os.dup2(terminal[0], 1)
            os.dup2(terminal[1], 2)
            for descriptor in terminal:
                os.close(descriptor)
