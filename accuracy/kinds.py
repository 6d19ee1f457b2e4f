"""The list of all kinds of faults, with how many of each were found and missed, as a file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from accuracy.score import Kind, Score, kind_of

KINDS = Path(__file__).parent / "faults.csv"  # of the last run of every source
COLUMNS = ("fault", "rule", "consequence", "found", "missed")


def keep_kinds(score: Score, target: Path) -> None:
    """Write a row for each kind of fault that was injected."""
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(_rows(score))


def _rows(score: Score) -> Iterator[tuple[str | int, ...]]:
    missed = Counter[Kind](kind_of(m.fault) for m in score.missed)
    for kind in sorted({*score.kinds, *missed}):
        yield *kind, score.kinds[kind], missed[kind]
