"""One DAG per source, made from schemas/sources: receive or pull, decode, harmonise, validate, publish; or withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, CronTriggerTimetable, Param, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.context import NEVER_EXPIRE

from lineage import emit
from pipelines.declarations import read_senders
from wiring import DEFAULTS, LAKE_POOL, START, dag_id_of, fetch, log, settings, steps, told_without_values

if TYPE_CHECKING:
    from pipelines.declarations.source import Source


@task
def receive(source: str, *, params: dict[str, Any], task_state_store: Any) -> str:
    """Write the receipt of the file that was taken aside; a run that is cleared takes up the same delivery again."""
    return _taken_up(source, params["delivery_id"], task_state_store)


@task
def pull(source: str, *, params: dict[str, Any], task_state_store: Any) -> str:
    """Fetch what is new, and write the receipt of the oldest file; `arrivals` starts a run for each of the others."""
    if params["delivery_id"] is None and task_state_store.get(_KEPT) is None:
        fetch(source)
    return _taken_up(source, params["delivery_id"], task_state_store)


def _taken_up(source: str, wanted: str | None, kept: Any) -> str:
    """Take the delivery that the run is for, or had before it was cleared, or the oldest file that waits."""
    from pipelines.claim import claimed

    path, wanted = steps(source), wanted or kept.get(_KEPT)
    waiting = [a for a in claimed(path.settings) if a.source == source and wanted in {None, a.delivery_id}]
    if not waiting and wanted is None:
        raise AirflowSkipException("nothing new")
    delivery_id = waiting[0].delivery_id if waiting else str(wanted)
    kept.set(_KEPT, delivery_id, retention=NEVER_EXPIRE)  # first: a worker that dies now finds its way back
    delivery = path.receive(waiting[0]) if waiting else path.delivery(delivery_id)
    log.info("received %s: %s bytes, sha256 %s", delivery_id, delivery.size_bytes, delivery.sha256)
    return delivery_id


@task(pool=LAKE_POOL)
@told_without_values()
def withdraw(delivery_id: str, source: str) -> None:
    """Take back what a withdrawal names; any other delivery passes by."""
    path = steps(source)
    if path.delivery(delivery_id).envelope.kind != "withdraw":
        raise AirflowSkipException("not a withdrawal")
    made = path.withdraw(delivery_id)
    log.info("withdrawn: %s rows deleted, %s standing again", made.deleted, made.restored)


@task
@told_without_values()
def decode(delivery_id: str, source: str) -> str:
    """Read every cell as text, strictly as the source declares."""
    path = steps(source)
    if path.delivery(delivery_id).envelope.kind == "withdraw":
        raise AirflowSkipException("a withdrawal has no file to be read")
    extract = path.decode(delivery_id)
    log.info("decoded %s rows in %s columns from %s", extract.rows, len(extract.columns), extract.encoding)
    emit(extract, source)
    return delivery_id


@task
@told_without_values()
def harmonise(delivery_id: str, source: str) -> str:
    """Turn every cell into a value of ours, or name its problem."""
    harmonised = steps(source).harmonise(delivery_id)
    log.info("harmonised %s facts; set aside: %s", harmonised.facts, dict(harmonised.set_aside) or "none")
    emit(harmonised, source)
    return delivery_id


@task.branch
@told_without_values()
def validate(delivery_id: str, source: str) -> str:
    """Try every rule. What is accepted is published next; what is held waits for a person."""
    from pipelines.errors import Refused

    verdict = steps(source).validate(delivery_id)
    broken = {c.rule: c.failed for c in verdict.checks if c.failed}
    log.info("%s: %s; rules that fail: %s", verdict.decision, dict(verdict.accounts.facts_by_fate), broken or "none")
    emit(verdict, source)
    if verdict.decision == "refused":
        raise Refused(verdict.findings)
    return "ask_for_review" if verdict.decision == "held" else "publish"


@task(pool=LAKE_POOL)
@told_without_values()
def publish(delivery_id: str, source: str) -> None:
    """Merge the accepted facts into the lake, in one transaction."""
    made = steps(source).publish(delivery_id)
    if made is None:
        raise AirflowSkipException("held or refused: not published")
    told = "%s: %s inserted, %s updated, %s unchanged%s"
    log.info(told, made.table, made.inserted, made.updated, made.unchanged, " (before)" if made.repeated else "")
    emit(made, source)


def build(source: Source) -> DAG:
    """Make the DAG of one source."""
    with DAG(
        dag_id=dag_id_of(source.source),
        dag_display_name=source.source,
        description=source.title,
        schedule=_schedule(source),
        start_date=START,
        catchup=False,
        max_active_runs=1,  # deliveries of one source go in the order of their receipt
        default_args=DEFAULTS,
        tags=sorted({"source", source.country, source.table, source.arrives.by}),
        params={"delivery_id": Param(None, type=["null", "string"], title="Delivery", description=_ASKED)},
        doc_md=_page(source),
    ) as dag:
        pulled = source.arrives.by == "pull"
        delivery_id = pull(source.source) if pulled else receive(source.source)
        taken_up = f"{{{{ ti.xcom_pull(task_ids='{'pull' if pulled else 'receive'}') }}}}"
        withdraw(delivery_id, source.source)
        decoded = decode(delivery_id, source.source)
        verdict = validate(harmonise(decoded, source.source), source.source)
        ask_for_review = TriggerDagRunOperator(
            task_id="ask_for_review",
            trigger_dag_id="review",
            trigger_run_id=taken_up,
            conf={"delivery_id": taken_up},
            reset_dag_run=True,  # held again under mended declarations: asked again
        )
        verdict >> [publish(delivery_id, source.source), ask_for_review]
    return dag


def _schedule(source: Source) -> CronTriggerTimetable | None:
    """A source that is pulled is pulled when it is due; the others wait for `arrivals`."""
    if source.arrives.by != "pull" or source.arrives.cron is None:
        return None
    return CronTriggerTimetable(source.arrives.cron, timezone=source.arrives.timezone)


_KEPT = "delivery_id"
_ASKED = "The delivery to run once more; empty: the oldest file that waits in the source's folder"


def _page(source: Source) -> str:
    """What an operator wants to know of a source, from its declaration."""
    due = f"{source.arrives.cron} ({source.arrives.timezone}), late after {source.arrives.late_after}"
    lines = [
        f"### {source.title}",
        f"- fills `{source.table}`, in {', '.join(source.language)}",
        f"- files `{source.arrives.matching}`; due {due if source.arrives.cron else 'at no fixed time'}",
        f"- declared in `schemas/sources/{source.source}.yaml`",
        *(f"- {key}: {value}" for key, value in source.provenance.items()),
    ]
    return "\n".join(lines)


def build_broken(name: str, error: Exception) -> DAG:
    """Make the DAG of a source whose declaration cannot be read: it says so, and fails until it is mended."""

    @task(retries=0)
    def declaration() -> None:
        """Read the declaration again."""
        steps(name)

    with DAG(
        dag_id=dag_id_of(name),
        dag_display_name=f"{name}: its declaration is broken",
        schedule=None,
        start_date=START,
        catchup=False,
        default_args=DEFAULTS,
        tags=["source", "broken"],
        doc_md=f"### This source's declaration cannot be read\n```\n{error}\n```",
    ) as dag:
        declaration()
    return dag


senders = read_senders(*settings().declarations)
for source in senders.sound.values():
    globals()[dag_id_of(source.source)] = build(source)
for name, error in senders.broken.items():
    globals()[dag_id_of(name)] = build_broken(name, error)
