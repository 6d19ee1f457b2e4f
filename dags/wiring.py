"""What the DAGs share: retries, settings, the steps of a source. Nothing heavy is imported while Airflow parses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.steps import Steps

LAKE_POOL = "lake"
PAGES = "/salamat/verdicts/"  # where plugins/verdicts.py shows the page of a delivery
START = datetime(2020, 4, 10, tzinfo=UTC)  # the day of the Baku Declaration; nothing is caught up

log = logging.getLogger("salamat")
logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of its own start in hundreds of lines

_NO_CONNECTION = "airflow.sdk.exceptions.AirflowNotFoundException"
# A broken line, a full disk, another writer: trying again helps. A bad file stays bad: the task fails at once.
RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=f"pipelines.errors.{name}", action=RetryAction.RETRY, retry_delay=delay, reason=reason)
        for name, delay, reason in (
            ("LineBroken", timedelta(minutes=5), "the line to the sender broke"),
            ("LakeError", timedelta(minutes=1), "the lake is busy or its disk is full"),
            ("StoreError", timedelta(minutes=1), "the store could not be written"),
        )
    ]
    + [
        RetryRule(exception=_NO_CONNECTION, action=RetryAction.FAIL, reason="an operator has to make the connection"),
        RetryRule(exception="pipelines.errors.SalamatError", action=RetryAction.FAIL, reason="it would fail again"),
        RetryRule(exception="builtins.OSError", action=RetryAction.RETRY, retry_delay=timedelta(minutes=1)),
    ]
)
DEFAULTS: dict[str, Any] = {"owner": "salamat", "retries": 3, "retry_policy": RETRIES}


def settings() -> Settings:
    """Read where things lie, from the worker's environment."""
    from pipelines.settings import Settings

    return Settings.from_environment()


def steps(source: str | None = None) -> Steps:
    """Give the steps under today's declarations; of one source, so that an error in another's file spoils nothing."""
    from pipelines.declarations import load_declarations
    from pipelines.steps import Steps

    here = settings()
    declared = load_declarations(*here.declarations, only=source)
    return Steps(declared, here, progress=lambda step: log.info("%s ...", step))


@contextmanager
def told_without_values() -> Iterator[None]:
    """Let a refusal go on with rules and places alone: who reads logs and lineage need not be who may see the file."""
    from pipelines.errors import Refused

    try:
        yield
    except Refused as refused:
        raise Refused([replace(finding, value=None, nearest=None) for finding in refused.findings]) from None


def dag_id_of(source: str) -> str:
    """Give the id of a source's DAG: `kz/case_counts` is `kz__case_counts`."""
    return source.replace("/", "__")


def fetch(source: str) -> None:
    """Bring what is new at a source's server into its arrivals folder, over its Airflow connection; take it aside."""
    from airflow.sdk import Connection

    from pipelines.claim import claim
    from pipelines.declarations import read_senders
    from pipelines.pull import Line, pull
    from pipelines.watermarks import Watermarks

    path = steps(source)
    declared, here = path.declared.sources[source], path.settings
    at = Connection.get(str(declared.arrives.connection))
    line = Line.from_connection(at.conn_type, at.host, at.port, at.login, at.password, at.extra_dejson)
    brought = pull(declared, line, here.arrivals / source, Watermarks(here), here, path.clock(), path.progress)
    log.info("brought %s", [file.name for file in brought] or "nothing new")
    claim(here, read_senders(*here.declarations), path.clock)
