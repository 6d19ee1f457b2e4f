"""Faulty deliveries: each fault is found by its rule, and nothing beside it is rejected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from accuracy.score import Missed, Score
from pipelines import flow
from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults import Faulty, Injected, clean_file, faulty_files
from pipelines.steps import utc_now

_STOPPED = {"held", "refused"}


def faulty_deliveries(asked: Asked, home: Path, settings: Settings, tell: Callable[[str], None]) -> Score:
    """Let every fault of the catalogue that a source can have go through the path."""
    score, clean = Score(), clean_file(asked)
    if clean is None:
        return score
    for faulty in faulty_files(clean, home / "faulty" / asked.source.source):
        tell(f"{asked.source.source} {faulty.name}")
        outcome = flow.run(faulty.path, faulty.source, asked.declared, settings, utc_now, progress=lambda _: None)
        score.add(_scored(faulty, outcome.verdict, asked.declared))
    return score


def _scored(faulty: Faulty, verdict: Verdict, declared: Declarations) -> Score:
    places = _places(verdict)
    missed = [fault for fault in faulty.faults if not _is_found(fault, verdict, places, declared)]
    score = Score(files=1, found=len(faulty.faults) - len(missed))
    score.missed += [Missed(faulty.source, faulty.name, fault) for fault in missed]
    if verdict.decision not in _STOPPED:
        score.rejections = len(_wrongly_rejected(faulty, places, declared))
        score.told += [
            f"{faulty.source}: {faulty.name}: row {row} is in order and was rejected: {rule}"
            for rule, row in sorted(_wrongly_rejected(faulty, places, declared))[:5]
        ]
    return score


def _places(verdict: Verdict) -> set[tuple[str, int]]:
    """Give every rule that was broken, with its rows; row 0 stands for the whole file."""
    found = {(finding.rule, 0) for finding in verdict.findings}
    if verdict.problems is not None:
        asked = f"SELECT DISTINCT rule, source_row FROM '{verdict.problems}'"
        found |= {(rule, int(row)) for rule, row in duckdb.connect().execute(asked).fetchall()}
    return found


def _is_found(fault: Injected, verdict: Verdict, places: set[tuple[str, int]], declared: Declarations) -> bool:
    """Say whether one of its rules was broken: in its row, or in the file where a rule looks at several rows."""
    for rule in fault.rules:
        several = declared.rules[rule].fails_for is not None or rule in {"identical-duplicate", "conflicting-duplicate"}
        anywhere = fault.row is None or several or verdict.harmonised is None
        if (rule, 0) in places and (anywhere or (rule, fault.row) in places):
            return True
    return False


def _wrongly_rejected(faulty: Faulty, places: set[tuple[str, int]], declared: Declarations) -> set[tuple[str, int]]:
    """Give the rows that are rejected and have no fault, unless a fault's own rule looks at several rows together."""
    spoiled = {fault.row for fault in faulty.faults}
    own = {rule for fault in faulty.faults for rule in fault.rules}
    together = {r for r in own if declared.rules[r].fails_for or r == "conflicting-duplicate"}
    return {
        (rule, row)
        for rule, row in places
        if row and row not in spoiled and rule not in together and declared.rules[rule].consequence == "reject"
    }
