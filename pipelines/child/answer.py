"""What a child answers: why the file is refused, or what is to be told of it. It travels as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pipelines.artefacts import Finding


@dataclass(frozen=True)
class Answer:
    """The findings for which the file is refused; or none, and the columns that were met with the row of each.

    Of a workbook: each sheet that was read, how many rows stand above its names, and how many hidden cells it has.
    `rows` were written; `records` were met, where these may be more.
    """

    refused: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    columns: tuple[tuple[str, int], ...] = ()
    rows: int = 0
    sheets: tuple[tuple[str, int, int], ...] = ()
    records: int = 0


def answer_text(answer: Answer) -> str:
    """Write an answer."""
    return json.dumps(asdict(answer))


def answer_from(text: str) -> Answer:
    """Read an answer."""
    said = json.loads(text)
    columns = tuple((str(name), int(row)) for name, row in said["columns"])
    sheets = tuple((str(name), int(above), int(hidden)) for name, above, hidden in said["sheets"])
    rows, records = int(said["rows"]), int(said["records"])
    return Answer(_findings(said["refused"]), _findings(said["notes"]), columns, rows, sheets, records)


def _findings(said: Sequence[dict[str, object]]) -> tuple[Finding, ...]:
    return tuple(Finding(**finding) for finding in said)  # type: ignore[arg-type]  # as they were written
