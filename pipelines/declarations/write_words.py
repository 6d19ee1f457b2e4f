"""Writes schemas/words: a language's rows, in the order in which translators meet them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from pipelines.declarations.load import Declarations
from pipelines.declarations.vocabulary import english
from pipelines.declarations.wordings import HEADER, Wording, rows_of


def add_missing(declared: Declarations, language: str) -> Path:
    """Bring a language's file in line with today's English: what is missing gets a row with an empty text.

    Where the English has changed, the old text becomes a remark. What nothing needs any more is left out. Words of a
    folder of declarations beside the own ones are added to the last such folder.
    """
    file = declared.roots[-1] / f"schemas/words/{language}.csv"
    elsewhere = {
        row.key for root in declared.roots[:-1] for row in rows_of(root / file.relative_to(declared.roots[-1]))
    }
    own = {row.key: row for row in rows_of(file)}
    rows = [
        _current(own.get(key), key, text, file)
        for key, text in english(declared, language).items()
        if key not in elsewhere
    ]
    write_rows(file, rows)
    return file


def write_rows(file: Path, rows: Iterable[Wording]) -> None:
    """Write a language's file; the same rows give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((r.kind, r.id, r.english, r.text, r.checked_by, r.checked_on, r.remarks) for r in rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.getvalue(), encoding="utf-8", newline="")


def _current(row: Wording | None, key: tuple[str, str], text: str, file: Path) -> Wording:
    if row and row.english == text:
        return row
    before = f"before: {row.text}" if row and row.text else (row.remarks if row else "")
    return Wording(*key, text, "", "", "", before, file, 0)
