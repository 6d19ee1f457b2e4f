"""Every hour: which sources are late, and since when; each change is told once and kept in the ledger."""

from __future__ import annotations

from airflow.sdk import dag, task

from wiring import DEFAULTS, START, log, settings


@dag(
    dag_id="overdue",
    dag_display_name="overdue: who is late, and since when",
    schedule="5 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["intake"],
    doc_md=__doc__,
)
def overdue() -> None:
    """Compare what came with what was due."""

    @task
    def remind() -> list[str]:
        """Give what has changed since the last look: who has become late, who has come after all."""
        from pipelines.declarations import read_senders
        from pipelines.ledger import Ledger
        from pipelines.remind import remind as look
        from pipelines.steps import utc_now

        here = settings()
        changes = look(read_senders(*here.declarations), Ledger(here), utc_now())
        for change in changes:
            (log.warning if change.is_late else log.info)("%s", change)
        return [str(change) for change in changes]

    remind()


overdue()
