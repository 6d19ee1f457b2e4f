"""A pulled source's DAG fetches what is new over its Airflow connection, once; a broken line is told from a bad one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.ledger import Ledger

from .conftest import EXAMPLES, ROOT, Airflow

DAG = "kz__pulled"


@dataclass
class Sender:
    """A sender's server on loopback: what it answers, and what it was asked."""

    status: int = 200
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture(scope="module")
def sender() -> Iterator[Sender]:
    told, body = Sender(), (EXAMPLES / "kz_april.csv").read_bytes()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            known = self.headers.get("If-None-Match") == '"april"'
            self.send_response(304 if known and told.status == 200 else told.status)
            self.send_header("ETag", '"april"')
            self.send_header("Content-Length", str(0 if known or told.status != 200 else len(body)))
            self.end_headers()
            if not known and told.status == 200:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def pulling(tmp_path_factory: pytest.TempPathFactory, sender: Sender) -> Airflow:
    home = tmp_path_factory.mktemp("pulling")
    folder = home / "own" / "schemas" / "sources" / "kz"
    folder.mkdir(parents=True)
    text = (ROOT / "schemas" / "sources" / "kz" / "case_counts.yaml").read_text(encoding="utf-8")
    arrives = (
        'arrives: {by: pull, over: http, connection: ministry, path: /out/april.csv, matching: "april*.csv", '
        'cron: "0 9 * * *", timezone: Asia/Almaty, late_after: 36h}'
    )
    lines = [arrives if line.startswith("arrives:") else line for line in text.splitlines()]
    lines[0] = "source: kz/pulled"
    (folder / "pulled.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    connection = {"conn_type": "http", "host": "127.0.0.1", "port": int(sender.url.rpartition(":")[2])}
    return Airflow(home, {"SALAMAT_DECLARATIONS": str(home / "own"), "AIRFLOW_CONN_MINISTRY": json.dumps(connection)})


def tasks(answers: list[Any], state: str) -> list[str]:
    return [task for dag, task, was in answers[-1]["tasks"] if dag == DAG and was == state]


def test_what_is_new_is_fetched_and_published_and_what_is_not_is_skipped(pulling: Airflow, sender: Sender) -> None:
    answers = pulling.ask("story", [["run", DAG], ["run", DAG]])
    assert answers[:2] == [[DAG, "success"], [DAG, "success"]]
    assert tasks(answers, "success") == ["pull", "decode", "harmonise", "validate", "publish"]
    assert tasks(answers, "skipped").count("pull") == 1
    assert [s.state for s in Ledger(pulling.settings).standings()] == ["published"]
    assert len(sender.asked) >= 2


@pytest.mark.slow
def test_a_server_that_says_no_fails_at_once_and_says_so(pulling: Airflow, sender: Sender) -> None:
    sender.status, before = 404, Ledger(pulling.settings).standings()
    assert tasks(pulling.ask("story", [["run", DAG]]), "failed") == ["pull"]
    log = (Path(pulling.home) / "airflow.log").read_text(encoding="utf-8")
    assert "LineRefused" in log
    assert Ledger(pulling.settings).standings() == before
