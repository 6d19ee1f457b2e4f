"""What is marked on the sender's sheet: the problems of a row by column, their comments, what became of the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.artefacts import Finding, Verdict
from pipelines.report.as_xlsx.explained import became, comment, look, why
from pipelines.report.as_xlsx.marked_rows import MarkedRow
from pipelines.report.speech import Speech
from pipelines.report.words import fate_lines

if TYPE_CHECKING:
    from pipelines.report.as_xlsx.pen import Look

BECAME, WHY = "sheet.became", "sheet.why"
MOST_COMMENTS = 5_000  # programs that show a workbook draw each comment when they open it
WIDTHS = (30, 80)


class Marking:
    """What each row and cell is told. It counts the comments, and those that there was no room for."""

    def __init__(self, verdict: Verdict, speech: Speech, columns: Mapping[str, int]) -> None:
        self.decision, self.speech, self.columns = verdict.decision, speech, columns
        lines = fate_lines(verdict.accounts, verdict.decision, speech)
        self.meanings = {line.fate: str(line.says) for line in lines}
        self.comments = self.uncommented = 0

    def by_column(self, found: Sequence[Finding]) -> dict[str | None, list[Finding]]:
        """Part the problems by the column that they stand in; None where they stand in none of the file's."""
        parted: dict[str | None, list[Finding]] = {}
        for problem in found:
            parted.setdefault(problem.column if problem.column in self.columns else None, []).append(problem)
        return parted

    def look(self, found: Sequence[Finding]) -> Look:
        """Give the look of a cell with these problems."""
        return look(found, self.speech)

    def comment(self, found: Sequence[Finding]) -> str | None:
        """Give the comment on a cell with these problems."""
        self.comments += bool(found)
        if found and self.comments > MOST_COMMENTS:
            self.uncommented += 1
            return None
        return comment(found, self.speech) if found else None

    def told(self, row: MarkedRow) -> tuple[str, str, Look] | None:
        """Say what became of a row and why, and how that looks; None where there is nothing to say."""
        word = became(row, self.speech, self.decision)
        shade = look(row.found, self.speech) if row.found else "soft"
        return (word, why(row, self.speech, self.meanings), shade) if word else None
