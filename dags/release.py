"""Every day, and on demand: the lake's newest snapshot becomes a release, unless nothing has changed since."""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from wiring import DEFAULTS, START, log, settings


@dag(
    dag_id="release",
    dag_display_name="release: a folder that anybody can query",
    schedule=CronTriggerTimetable("0 3 * * *", timezone="UTC", run_immediately=False),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["release"],
    doc_md=__doc__,
)
def release() -> None:
    """Cut both tiers."""

    @task
    def cut(tier: str) -> str:
        """Cut, audit and name the newest release of one tier; skipped where it is there already."""
        from pipelines import lake
        from pipelines.declarations import load_declarations
        from pipelines.release import release as cut_release
        from pipelines.steps import utc_now

        here = settings()
        with lake.opened(here, read_only=True) as opened:
            if "submissions" not in opened.tables():
                raise AirflowSkipException("nothing has been published yet")
            declared = load_declarations(*here.declarations)
            made = cut_release(here.releases, opened, declared, utc_now(), tier)  # type: ignore[arg-type]
        if made.repeated:
            raise AirflowSkipException(f"nothing has changed since {made.release_id}")
        log.info("%s in %s: %s", made.release_id, made.folder, dict(made.tables))
        return made.release_id

    cut.override(task_id="network")("network")
    cut.override(task_id="state")("state")


release()
