"""report: a Verdict, told to the sender: in the terminal, as JSON for programs, as a page or a workbook to forward."""

from __future__ import annotations

from pipelines.artefacts import Verdict
from pipelines.report.as_html import as_html
from pipelines.report.as_json import as_json, as_json_text, report_schema
from pipelines.report.no_source import no_source
from pipelines.report.question import question
from pipelines.report.speech import Speech
from pipelines.report.summary import summary
from pipelines.report.write_report import write_report

__all__ = [
    "Speech",
    "as_html",
    "as_json",
    "as_json_text",
    "exit_code",
    "no_source",
    "question",
    "report_schema",
    "summary",
    "write_report",
]


def exit_code(verdict: Verdict) -> int:
    """Give the exit code of `salamat check`: 0 when everything is accepted, 1 when anything is not."""
    return 0 if verdict.decision == "accepted" else 1
