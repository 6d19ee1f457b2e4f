"""schemas/words/checked.csv: which native speaker has looked at which label of a code or name of a place."""

from __future__ import annotations

import csv
from pathlib import Path

from pipelines.declarations.load import Declarations
from pipelines.declarations.wordings import Key

CHECKED = "schemas/words/checked.csv"
CHECKED_HEADER = ("language", "kind", "id", "text", "checked_by", "checked_on", "remarks")


def checks(declared: Declarations, language: str) -> dict[Key, list[str]]:
    """Give the checks of labels and names in a language; the last one of each holds, for the text that it was about."""
    rows = (row for root in declared.roots for row in checked_rows(root / CHECKED))
    return {(row[1], row[2]): row for row in rows if row[0] == language}


def checked_texts(declared: Declarations, language: str) -> dict[Key, str]:
    """Give the labels and names in a language that a native speaker has checked, by kind and id, as they were then."""
    return {key: row[3] for key, row in checks(declared, language).items() if row[4] and row[5]}


def checked_rows(file: Path) -> list[list[str]]:
    """Give the rows of a file of checks, its header apart; none where there is no file."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]
