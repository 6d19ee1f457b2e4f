"""Faulty deliveries: each fault is found by its rule, nothing beside it is rejected, and none is published in silence.

What was injected, and where, is read from the key that was written with the files.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from accuracy.score import Missed, Score, kind_of
from pipelines import flow, lake
from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations
from pipelines.numbering import Numbering
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults import Faulty, Injected, clean_file, faulty_files, keep_faults, read_faults
from pipelines.steps import silent, utc_now

Places = set[tuple[str, int]]

_STOPPED, _STOPS = {"held", "refused"}, {"hold", "refuse"}
_OF_COPIES = {"identical-duplicate", "conflicting-duplicate"}


def faulty_deliveries(asked: Asked, folder: Path, settings: Settings) -> Score:
    """Let every fault of the catalogue that a source can have go through the path."""
    score, clean = Score(), clean_file(asked)
    if clean is None:
        return score
    key = keep_faults(faulty_files(clean, mine := folder / "faulty" / asked.source.source), mine)
    for faulty in each_once(read_faults(key)):
        score.add(_delivered(faulty, asked, settings))
    return score


def each_once(every: Iterable[Faulty]) -> list[Faulty]:
    """Bring the faults of files together that are the same bytes: those would be known when they come again."""
    alike = dict[bytes, list[Faulty]]()
    for faulty in every:
        alike.setdefault(hashlib.sha256(faulty.path.read_bytes()).digest(), []).append(faulty)
    return [replace(same[0], faults=tuple(fault for one in same for fault in one.faults)) for same in alike.values()]


def _delivered(faulty: Faulty, asked: Asked, settings: Settings) -> Score:
    outcome = flow.run(faulty.path, faulty.source, asked.declared, settings, utc_now, progress=silent)
    verdict, places = outcome.verdict, places_of(outcome.verdict)
    wrongly = wrongly_rejected(faulty, verdict, places, asked)
    found = [fault for fault in faulty.faults if is_found(fault, verdict, places, asked.declared)]
    score = scored(faulty, found)
    score.rejections = len(wrongly)
    score.told += [f"{faulty.source}: {faulty.name}: {told}" for told in wrongly[:5]]
    if outcome.publication is not None:
        silently = _silently(found, outcome.delivery.delivery_id, asked, settings, Numbering.of(verdict))
        score.silent = len(silently)
        score.told += [f"{faulty.source}: {faulty.name}: {fault.fault} was published in silence" for fault in silently]
    return score


def scored(faulty: Faulty, found: Sequence[Injected]) -> Score:
    """Count the faults of a file by their kinds: those that were found, and the others."""
    score = Score(files=1, kinds=Counter(map(kind_of, found)))
    score.missed += [Missed(faulty.source, faulty.name, fault) for fault in faulty.faults if fault not in found]
    return score


def places_of(verdict: Verdict) -> Places:
    """Give every rule that was broken, with its rows; row 0 stands for the whole file."""
    found = {(finding.rule, 0) for finding in verdict.findings}
    if verdict.problems is not None:
        asked = f"SELECT DISTINCT rule, source_row FROM '{verdict.problems}'"
        found |= {(rule, int(row)) for rule, row in duckdb.connect().execute(asked).fetchall()}
    return found


def is_found(fault: Injected, verdict: Verdict, places: Places, declared: Declarations) -> bool:
    """Say whether one of its rules was broken: in its row, or in the file where a rule names no row or several."""
    of_rows = {rule for rule, row in places if row}
    for rule in fault.rules:
        several = declared.rules[rule].fails_for is not None or rule in _OF_COPIES or rule not in of_rows
        anywhere = fault.row is None or several or verdict.harmonised is None
        if (rule, 0) in places and (anywhere or (rule, fault.row) in places):
            return True
    return False


def wrongly_rejected(faulty: Faulty, verdict: Verdict, places: Places, asked: Asked) -> list[str]:
    """Give the rows that are rejected and have no fault, unless a fault's own rule looks at several rows together.

    A file whose faults stop none must not be stopped for them, unless those alone are more than its source may have.
    """
    declared, spoiled = asked.declared, {row for fault in faulty.faults for row in (fault.row, *fault.also)}
    own = {rule for fault in faulty.faults for rule in fault.rules}
    together = {r for r in own if declared.rules[r].fails_for or r == "conflicting-duplicate"}
    rows = sorted(
        (row, rule)
        for rule, row in places
        if row and row not in spoiled and rule not in together and declared.rules[rule].consequence == "reject"
    )
    wrongly = [f"row {row} is in order and was rejected: {rule}" for row, rule in rows]
    if verdict.decision in _STOPPED and not any(declared.rules[r].consequence in _STOPS for r in own):
        rules = {f.rule for f in verdict.findings if declared.rules[f.rule].consequence in _STOPS}
        if wrongly or rules - _for_too_many(verdict, asked):
            wrongly.append(f"the whole file was {verdict.decision}: {', '.join(sorted(rules))}")
    return wrongly


def _for_too_many(verdict: Verdict, asked: Asked) -> set[str]:
    """Give the rules that may rightly stop a file of which the faulty rows alone are more than its source may have.

    It is counted here from the facts, for a file of four rows has too many with one.
    """
    rejected, accepted = (verdict.accounts.facts_by_fate.get(fate, 0) for fate in ("rejected", "accepted"))
    if rejected <= asked.source.hold_above_rejected_share * (rejected + accepted):
        return set()
    return {"too-many-rejected"} if accepted else {"nothing-accepted"}


def _silently(
    faults: Sequence[Injected], delivery_id: str, asked: Asked, settings: Settings, numbering: Numbering
) -> list[Injected]:
    """Give the faults whose rows are in the lake though the lake says nothing of them: no rejected fact, no flag.

    A rule that looks at several rows may rightly say so of another one.
    """
    table, mine = f"lake.{asked.source.table}", f"WHERE submission_id = '{delivery_id}'"
    with lake.opened(settings, read_only=True) as opened:
        row = numbering.number_sql("source_sheet", "source_row")
        there = {row for (row,) in opened.con.execute(f"SELECT {row} FROM {table} {mine}").fetchall()}
        flagged = f"SELECT {row}, unnest(dq_flags) FROM {table} {mine}"
        rejected = f"SELECT {row}, rule FROM lake.rejected_facts {mine}"
        known = {*opened.con.execute(f"{flagged} UNION {rejected}").fetchall()}
    rules = asked.declared.rules
    alone = (f for f in faults if not any(rules[rule].fails_for for rule in f.rules))
    return [
        fault
        for fault in alone
        if fault.consequence in {"reject", "flag"}
        and fault.row in there
        and not any((fault.row, rule) in known for rule in fault.rules)
    ]
