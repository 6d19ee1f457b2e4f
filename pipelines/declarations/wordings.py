"""Reads schemas/words: what reports say in English, and its wording in every other language, row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from pipelines.declarations.model import Declared
from pipelines.declarations.yaml_lines import read_yaml, typed
from pipelines.errors import Contradiction, DeclarationError

Kind = Literal["word", "count", "phrase", "rule", "mend", "field", "table"]
Key = tuple[str, str]
KINDS: tuple[Kind, ...] = get_args(Kind)
HEADER = ("kind", "id", "english", "text", "checked_by", "checked_on", "remarks")


class Plural(Declared):
    """English with a number in it: the form for one, and the form for any other number."""

    one: str
    other: str


class ReportWords(Declared):
    """schemas/words/report.yaml: the English of every report, by id."""

    words: dict[str, str] = Field({}, description="words and sentences")
    counts: dict[str, Plural] = Field({}, description="words with a number")
    phrases: dict[str, str] = Field({}, description="what steps say in a finding, recognised by its form")


@dataclass(frozen=True)
class Wording:
    """One row of a language's file: an English text, how it is said, and which native speaker has looked at it."""

    kind: str
    id: str
    english: str
    text: str
    checked_by: str
    checked_on: str
    remarks: str
    file: Path
    line: int

    @property
    def key(self) -> Key:
        """What the row is about."""
        return self.kind, self.id

    @property
    def checked(self) -> bool:
        """Whether a native speaker has checked it."""
        return bool(self.checked_by and self.checked_on)


def read_report_words(roots: Sequence[Path]) -> ReportWords:
    """Read the English words of every folder; a later folder adds words and says none anew."""
    found = [typed(ReportWords, read_yaml(f)) for f in (r / "schemas/words/report.yaml" for r in roots) if f.is_file()]
    return ReportWords(
        words={k: v for part in found for k, v in part.words.items()},
        counts={k: v for part in found for k, v in part.counts.items()},
        phrases={k: v for part in found for k, v in part.phrases.items()},
    )


def read_wordings(roots: Sequence[Path], language: str) -> dict[Key, Wording]:
    """Read what a language's files say. Raises DeclarationError for a row that is malformed or stands twice."""
    found: dict[Key, Wording] = {}
    for row in (row for root in roots for row in rows_of(root / f"schemas/words/{language}.csv")):
        if row.key in found:
            raise DeclarationError([Contradiction(row.file, row.line, f"{row.kind} '{row.id}' stands twice")])
        found[row.key] = row
    return found


def rows_of(file: Path) -> Iterator[Wording]:
    """Give the rows of one file, in its order; none where there is no file."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if tuple(next(rows, ())) != HEADER:
            raise DeclarationError([Contradiction(file, 1, f"the columns are {','.join(HEADER)}")])
        for cells in rows:
            if len(cells) != len(HEADER) or cells[0] not in KINDS:
                wrong = f"a row has {len(HEADER)} cells, and its kind is one of {', '.join(KINDS)}"
                raise DeclarationError([Contradiction(file, rows.line_num, wrong)])
            kind, identity, english, text, checked_by, checked_on, remarks = cells
            yield Wording(kind, identity, english, text, checked_by, checked_on, remarks, file, rows.line_num)
