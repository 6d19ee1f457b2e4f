"""Every night: the ledger follows the lake, small files become few, what dead processes left is removed."""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag, task

from wiring import DEFAULTS, LAKE_POOL, START, log, settings


@dag(
    dag_id="maintenance",
    dag_display_name="maintenance: the lake and the store are tidied",
    schedule=CronTriggerTimetable("30 1 * * *", timezone="UTC", run_immediately=False),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["maintenance"],
    doc_md=__doc__,
)
def maintenance() -> None:
    """Reconcile and tidy; no number is touched."""

    @task
    def reconcile() -> list[str]:
        """Let the ledger follow the lake where a worker died between the two."""
        from pipelines.flow import reconcile as follow

        return follow(settings())

    @task(pool=LAKE_POOL)
    def lake() -> int:
        """Merge the lake's small files; every past state stays readable."""
        from pipelines.tidy import tidy_lake

        removed = tidy_lake(settings())
        log.info("%s files of the lake removed", len(removed))
        return len(removed)

    @task
    def store() -> int:
        """Remove what is older than a day and that nothing will take up."""
        from pipelines.steps import utc_now
        from pipelines.tidy import tidy_store

        removed = tidy_store(settings(), utc_now())
        log.info("%s left-over files removed", len(removed))
        return len(removed)

    reconcile() >> lake() >> store()


maintenance()
