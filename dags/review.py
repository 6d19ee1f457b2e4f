"""A held delivery waits for a person: publish what was accepted, or return it to its sender, with a comment."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, dag, task

from wiring import DEFAULTS, LAKE_POOL, PAGES, START, log, steps

PUBLISH, RETURN = "Publish", "Return to sender"


@dag(
    dag_id="review",
    dag_display_name="review: a person decides on a held delivery",
    schedule=None,
    start_date=START,
    catchup=False,
    default_args=DEFAULTS,
    tags=["review"],
    params={"delivery_id": Param(None, type=["null", "string"], title="Delivery", description="The held delivery")},
    doc_md=__doc__,
)
def review() -> None:
    """Ask, write the answer down, publish if that is the answer."""

    @task
    def question(*, params: dict[str, Any]) -> dict[str, str]:
        """Say what is asked: which delivery, why it is held, what would be published."""
        from pipelines.report import question as asked

        path = steps()
        delivery = path.delivery(params["delivery_id"])
        subject, body = asked(delivery, path.taken_verdict(delivery.delivery_id), path.declared)
        return {"subject": subject, "body": f"{body}\n\n[The page that its sender gets]({PAGES}{delivery.delivery_id})"}

    ask = HITLOperator(
        task_id="ask",
        subject="{{ ti.xcom_pull(task_ids='question')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='question')['body'] }}",
        options=[PUBLISH, RETURN],
        params={"comment": Param("", type="string", title="Why", description="Kept in the ledger beside the answer")},
        retries=1,
    )

    @task.short_circuit
    def answer(*, params: dict[str, Any], ti: Any) -> bool:
        """Write down who said what, and why; go on to publish only if that was said."""
        from pipelines.artefacts import Answer, Review

        path, said = steps(), ti.xcom_pull(task_ids="ask")
        publishes: bool = said["chosen_options"] == [PUBLISH]
        who = (said.get("responded_by_user") or {}).get("name") or "unknown"
        because = said["params_input"].get("comment") or "no reason was given"
        given: Answer = "publish" if publishes else "return"
        answered = Review(params["delivery_id"], given, who, because, path.clock(), path.declared.digest)
        path.review(answered)
        log.info("%s: %s, said %s", answered.delivery_id, answered.answer, who)
        return publishes

    @task(pool=LAKE_POOL)
    def publish(*, params: dict[str, Any]) -> None:
        """Merge the accepted facts into the lake, in one transaction."""
        made = steps().publish(params["delivery_id"])
        log.info("published: %s", made)

    question() >> ask >> answer() >> publish()


review()
