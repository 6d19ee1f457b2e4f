"""The report as a file: which kind is what the file's name ends with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipelines.artefacts import Verdict
from pipelines.declarations.source import Source
from pipelines.errors import StoreError
from pipelines.report.as_html import as_html
from pipelines.report.speech import Speech


def write_report(
    verdict: Verdict,
    source: Source,
    speech: Speech,
    file_name: str,
    sha256: str,
    now: datetime,
    target: Path,
) -> None:
    """Write the page, or the workbook where the name ends in `.xlsx`. Raises StoreError where it cannot be written."""
    try:
        if target.suffix.lower() == ".xlsx":
            from pipelines.report.as_xlsx import as_xlsx  # noqa: PLC0415  openpyxl: 0.2 s, and only a workbook needs it

            as_xlsx(verdict, source, speech, file_name, sha256, now, target)
        else:
            page = as_html(verdict, source, speech, file_name, sha256, now)
            target.write_text(page, encoding="utf-8")
    except OSError as error:
        told = f"the report could not be written to {target}: {error.strerror or error}"
        raise StoreError(f"{told}; close it where it is open, or name another file") from error
