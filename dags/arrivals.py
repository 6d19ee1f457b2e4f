"""Every two minutes: files that lie complete in the arrivals are taken aside, and each starts its source's DAG."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import dag, task

from wiring import DEFAULTS, START, dag_id_of, log, settings


@dag(
    dag_id="arrivals",
    dag_display_name="arrivals: what came starts its source's DAG",
    schedule="*/2 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["intake"],
    doc_md=__doc__,
)
def arrivals() -> None:
    """Take in what came."""

    @task
    def claim() -> list[dict[str, Any]]:
        """Take complete files aside; give the run that each is to start."""
        from pipelines.claim import claim as take_aside
        from pipelines.claim import unrecognised
        from pipelines.declarations import read_senders
        from pipelines.steps import utc_now

        here = settings()
        senders = read_senders(*here.declarations)
        for name, error in senders.broken.items():
            log.error("%s: its folder is left as it is until its declaration is mended: %s", name, error)
        claimed = take_aside(here, senders, utc_now)
        for file, why in unrecognised(here, senders.sound).items():
            log.warning("unrecognised: %s: %s", file.name, why)
        for arrival in claimed:
            log.info("%s: %s", arrival.source, arrival.delivery_id)
        return [
            {
                "trigger_dag_id": dag_id_of(a.source),
                "trigger_run_id": a.delivery_id,
                "conf": {"delivery_id": a.delivery_id},
            }
            for a in claimed
        ]

    # One after another, in the order of receipt: of two files of one source the one that was written last counts.
    # A run that is there already goes on by itself; its arrival is offered again until its receipt is written.
    TriggerDagRunOperator.partial(
        task_id="start",
        max_active_tis_per_dagrun=1,
        skip_when_already_exists=True,
        map_index_template="{{ task.trigger_run_id }}",
    ).expand_kwargs(claim())


arrivals()
