"""What docs/real-files.md says of a source, to be held against what the path says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.artefacts import Verdict

PAGE = Path(__file__).parents[2] / "docs" / "real-files.md"


def on_the_page(source: str) -> tuple[str, int, int, dict[str, int], dict[str, int]]:
    """Give table, rows, facts, the facts by fate and by rule, as the source's line of the page has them."""
    lines = [[cell.strip() for cell in line.split(" | ")] for line in PAGE.read_text(encoding="utf-8").splitlines()]
    (line,) = [line for line in lines if line[0] == f"| {source}"]
    _, table, rows, facts, fates, rules, _ = line
    return table, int(rows), int(facts), _counts(fates), _counts(rules)


def told_by_rules(verdict: Verdict) -> dict[str, int]:
    """Count what each rule says."""
    counted: Counter[str] = Counter()
    for finding in verdict.findings:
        counted[finding.rule] += finding.facts or 1
    return dict(counted)


def _counts(cell: str) -> dict[str, int]:
    told = [part.split() for part in cell.split(", ") if cell != "-"]
    return {name: int(count) for count, name in told}
