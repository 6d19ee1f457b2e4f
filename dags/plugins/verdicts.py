"""The page of each delivery's verdict, as a tab of its DAG run in the Airflow UI, for those who may see the run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

sys.path.append(str(Path(__file__).resolve().parents[1]))  # Airflow puts that folder on the path for DAGs only

app = FastAPI(title="salamat verdicts", docs_url=None, redoc_url=None, openapi_url=None)
_ONLY_STYLE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@app.get("/runs/{dag_id}/{run_id:path}", dependencies=[Depends(requires_access_dag("GET", DagAccessEntity.RUN))])
def of_run(dag_id: str, run_id: str) -> HTMLResponse:
    """Show the verdict on the delivery that a run of a source's DAG, or of `review`, was about."""
    return _page(_delivery_of(dag_id, run_id), dag_id)


@app.get("/{delivery_id}")
def of_delivery(delivery_id: str) -> RedirectResponse:
    """Lead to the page under its source's DAG, where it is asked who may see it."""
    from pipelines.errors import UnknownDelivery
    from pipelines.ledger import Ledger
    from wiring import PAGES, dag_id_of, settings

    try:
        source = Ledger(settings()).standing(delivery_id).delivery.source
    except UnknownDelivery as error:
        raise HTTPException(404, "no such delivery") from error
    return RedirectResponse(f"{PAGES}runs/{dag_id_of(source)}/{delivery_id}")


def _delivery_of(dag_id: str, run_id: str) -> str:
    """Give the delivery's id: the run's conf says it, or its first task does, or the run bears its name."""
    from airflow.models.dagrun import DagRun
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        run = session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        if run is None:
            return run_id
        if named := (run.conf or {}).get("delivery_id"):
            return str(named)
        got = XComModel.get_many(run_id=run_id, dag_ids=dag_id, key="return_value", task_ids=["receive", "pull"])
        told = session.execute(got.with_only_columns(XComModel.value)).scalar()
    return str(told or "").strip('"')


def _page(delivery_id: str, dag_id: str) -> HTMLResponse:
    """Show the page to whoever may see its source's DAG, or `review`, which is for those who see every delivery."""
    from pipelines.errors import UnknownDelivery
    from pipelines.report import Speech, as_html
    from wiring import dag_id_of, steps

    path = steps()
    try:
        delivery = path.delivery(delivery_id)
    except UnknownDelivery as error:
        raise HTTPException(404, "this run has no delivery yet") from error
    if dag_id not in {dag_id_of(delivery.source), "review"}:
        raise HTTPException(404, "this run has no such delivery")
    verdict = path.verdict(delivery_id)
    if verdict is None:
        raise HTTPException(404, "there is no verdict on this delivery yet")
    source = path.declared.sources[delivery.source]
    speech = Speech(path.declared, source.language[0])
    page = as_html(verdict, source, speech, delivery.file_name, delivery.sha256, path.clock())
    return HTMLResponse(page, headers={"Content-Security-Policy": _ONLY_STYLE})


class Verdicts(AirflowPlugin):
    """Serves the pages and hangs them into the UI."""

    name = "salamat_verdicts"
    fastapi_apps: list[Any] = [{"app": app, "url_prefix": "/salamat/verdicts", "name": "salamat verdicts"}]  # noqa: RUF012  as Airflow asks for it
    external_views: list[Any] = [  # noqa: RUF012  as Airflow asks for it
        {
            "name": "Verdict",
            "href": "/salamat/verdicts/runs/{DAG_ID}/{RUN_ID}",
            "destination": "dag_run",
            "url_route": "verdict",
        }
    ]
