"""How rows are counted through the sheets of a workbook: as if each sheet before were full.

Inside the path a row has one number. A sender, a reader of the lake and a register are told the sheet, and its row as
the sheet shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipelines.artefacts import Finding, Verdict
from pipelines.engine import literal, literals

SHEET_ROWS = 1_048_576  # as many as a sheet can have


@dataclass(frozen=True)
class Numbering:
    """The sheets that were read, in their order; none for a file without sheets.

    Where there is only one, its rows are counted as they are, and no finding names it.
    """

    sheets: tuple[str, ...] = ()

    @classmethod
    def of(cls, verdict: Verdict) -> Numbering:
        """Give that of a verdict; of a file that was refused, the sheets that its findings name."""
        if verdict.harmonised:
            return cls(verdict.harmonised.extract.sheets)
        return cls.named(verdict.findings)

    @classmethod
    def named(cls, findings: Iterable[Finding]) -> Numbering:
        """Give that of the sheets that findings name; a second one that is none makes them several."""
        named = tuple(dict.fromkeys(found.sheet for found in findings if found.sheet))
        return cls((*named, "")) if named else cls()

    def told(self, found: Finding) -> Finding:
        """Tell a finding whose row is a number inside the path as the sender sees it."""
        if found.row is None or not self._several:
            return found
        sheet, row = divmod(found.row - 1, SHEET_ROWS)
        return replace(found, sheet=self.sheets[sheet], row=row + 1)

    def number(self, found: Finding) -> int | None:
        """Give the number inside the path of a finding's row."""
        if found.row is None or not self._several or found.sheet not in self.sheets:
            return found.row
        return self.sheets.index(found.sheet) * SHEET_ROWS + found.row

    def label(self, number: int) -> str:
        """Write a row as a spreadsheet does: its number, behind its sheet where there are several."""
        return self.told(Finding("", number)).row_label or ""

    def sheet_sql(self, number: str) -> str:
        """Give the sheet of a row, as SQL."""
        if not self._several:
            return literal(self.sheets[0]) if self.sheets else "CAST(NULL AS VARCHAR)"
        return f"([{literals(self.sheets)}])[({number} - 1) // {SHEET_ROWS} + 1]"

    def row_sql(self, number: str) -> str:
        """Give the row in its sheet, as SQL."""
        return row_in_sheet(number) if self._several else number

    def number_sql(self, sheet: str, row: str) -> str:
        """Give the number inside the path of a row that is told with its sheet, as SQL."""
        if not self._several:
            return row
        return f"(list_position([{literals(self.sheets)}], {sheet}) - 1) * {SHEET_ROWS} + {row}"

    @property
    def _several(self) -> bool:
        return len(self.sheets) > 1


def row_in_sheet(number: str) -> str:
    """Give the row in its sheet, as SQL, for a file that has sheets."""
    return f"(({number}) - 1) % {SHEET_ROWS} + 1"
