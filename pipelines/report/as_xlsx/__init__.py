"""The report as a workbook: the sender's own sheet with each problem marked and explained, a summary, all mistakes."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from pipelines.artefacts import Verdict
from pipelines.declarations.source import Source
from pipelines.numbering import Numbering
from pipelines.report.as_xlsx.mistakes_sheet import mistakes_sheet
from pipelines.report.as_xlsx.own_sheet import OwnSheet, own_sheet
from pipelines.report.as_xlsx.pen import sheet_title
from pipelines.report.as_xlsx.sent_sheet import sent_book, sent_sheet
from pipelines.report.as_xlsx.summary_sheet import Told, summary_sheet
from pipelines.report.mistakes import with_places
from pipelines.report.speech import Speech

__all__ = ["as_xlsx"]


def as_xlsx(
    verdict: Verdict,
    source: Source,
    speech: Speech,
    file_name: str,
    sha256: str,
    now: datetime,
    target: Path,
) -> None:
    """Write the verdict as a workbook into the file `target`. The same verdict and moment give the same bytes."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    harmonised = verdict.harmonised
    sent = sent_book(harmonised, source)
    book = sent or Workbook(write_only=True)
    book.properties.creator, book.properties.title = "salamat", speech.word("book.title")
    book.properties.created = book.properties.modified = moment
    with with_places(verdict) as con:
        if sent and harmonised:
            own: OwnSheet | None = sent_sheet(sent, con, verdict, harmonised, speech)
        else:
            own = own_sheet(book, con, verdict, speech)
        summary = book.create_sheet(sheet_title(speech, "sheet.summary"))
        listed = mistakes_sheet(book, con, speech, own, Numbering.of(verdict))
        summary_sheet(summary, con, Told(verdict, source, speech, file_name, sha256, moment), own, listed)
    _write(book, target)


def _write(book: Workbook, target: Path) -> None:
    """Write the workbook; its parts bear no time of their own, so that they depend on nothing but their content."""
    with TemporaryDirectory(prefix="salamat-") as folder:
        made = Path(folder, "report.xlsx")
        ExcelWriter(book, ZipFile(made, "w", ZIP_DEFLATED)).save()
        with ZipFile(made) as parts, ZipFile(target, "w", ZIP_DEFLATED) as timeless:
            for part in parts.infolist():
                entry = ZipInfo(part.filename)
                entry.compress_type = ZIP_DEFLATED
                with parts.open(part) as read, timeless.open(entry, "w") as written:
                    shutil.copyfileobj(read, written)
