"""Deliveries that follow a clean one: each is found by its rule, and the lake is afterwards what it was before.

What is delivered, what is said beside it and what is declared by then lies in its folder (pipelines/simulate/faults).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

import yaml

from accuracy.faulty import is_found, places_of, scored, wrongly_rejected
from accuracy.score import Score
from pipelines import flow, lake
from pipelines.artefacts import ZERO_REPORTED, Accounts, Finding, Verdict
from pipelines.claim import claim
from pipelines.declarations import Declarations, Senders
from pipelines.declarations.source import Correction
from pipelines.engine import name
from pipelines.envelope import DATAPACKAGE, envelope_beside, read_envelope
from pipelines.errors import Refused, UnknownSource
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults import (
    BEFORE,
    CORRECTIONS,
    TIMES_LARGER,
    Faulty,
    Injected,
    clean_file,
    faults_again,
    keep_faults,
    last_sending,
    read_faults,
)
from pipelines.simulate.send import file_name
from pipelines.simulate.sendings import sent_at
from pipelines.simulate.write import write
from pipelines.steps import Steps, silent, unreadable

_LATELY = timedelta(days=13)  # of a long series so much is enough to be delivered again
_ONE_IN = 4  # over all sources each is tried often enough
_NOTHING = Accounts(0, {}, 0, {})


def deliveries_again(asked: Asked, folder: Path, settings: Settings, one_in: int = _ONE_IN) -> Score:
    """Publish a clean delivery of a source; then let those that follow go through the path (of some, `one_in`)."""
    clean = clean_file(asked, asked.as_of - _LATELY) or clean_file(asked)
    if clean is None:
        return Score()
    mine, score = folder / "again" / asked.source.source, Score(files=1)
    write(clean.sheet, asked.source.decode, first := mine / "clean" / file_name(asked, asked.as_of))
    small = replace(settings, max_file_bytes=TIMES_LARGER * first.stat().st_size)
    server = Server(asked, small, Hourly(sent_at(last_sending(asked))))
    if (decision := server.verdict(first).decision) != "accepted":
        told = f"{asked.source.source}: the file that others are to follow is {decision}"
        return Score(files=1, rejections=1, told=[told])
    for faulty in read_faults(keep_faults(faults_again(clean, mine, one_in), mine)):
        score.add(server.scored(faulty))
    return score


class Hourly:
    """A clock that is an hour later each time it is looked at."""

    def __init__(self, moment: datetime) -> None:
        """Set the clock."""
        self.moment = moment

    def __call__(self) -> datetime:
        """Give the next hour."""
        self.moment += timedelta(hours=1)
        return self.moment


@dataclass(frozen=True)
class Server:
    """Where the deliveries of a source arrive, one after another."""

    asked: Asked
    settings: Settings
    clock: Hourly

    def scored(self, faulty: Faulty) -> Score:
        """Deliver a file. What is found and changes the lake all the same was published in silence."""
        self._withdraw(faulty.path.parent / BEFORE / DATAPACKAGE)
        before = self._snapshot()
        verdict = self.verdict(faulty.path)
        places = places_of(verdict)
        found = [f for f in faulty.faults if is_found(f, verdict, places, self.asked.declared)]
        score = scored(faulty, [fault for fault in found if _is_in_its_row(fault, verdict)])
        wrongly, silently = wrongly_rejected(faulty, verdict, places, self.asked), self._silently(verdict, before)
        score.rejections, score.silent = len(wrongly), len(silently)
        score.told += [f"{faulty.source}: {faulty.name}: {told}" for told in (*wrongly[:5], *silently)]
        return score

    def verdict(self, file: Path) -> Verdict:
        """Give what the path says of a file in its source's folder, with what lies beside it."""
        source, declared = self.asked.source, _with_corrections(file.with_name(CORRECTIONS), self.asked)
        if not fnmatch(file.name, source.arrives.matching):
            return self._unrecognised(file)
        told = envelope_beside(file)
        try:
            return flow.run(file, source.source, declared, self.settings, self.clock, silent, told).verdict
        except Refused as refused:
            return unreadable(refused)  # it was not even received

    def _unrecognised(self, file: Path) -> Verdict:
        """Let the file arrive, where no source may take it, and give what its sender hears of it."""
        settings, declared = self.settings, self.asked.declared
        settings.arrivals.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, settings.arrivals)
        if claim(settings, Senders(declared.sources, {}), self.clock, wait=lambda _: None):
            return Verdict("accepted", (), (), _NOTHING)
        try:
            return flow.check(file, None, declared, settings, settings.home / "checked", self.clock, silent).verdict
        except UnknownSource as error:
            return Verdict("refused", (), (Finding(str(error).partition(":")[0], value=error.value),), _NOTHING)

    def _withdraw(self, package: Path) -> None:
        if package.is_file():
            steps = Steps(self.asked.declared, self.settings, self.clock, silent)
            flow.withdraw(read_envelope(package)[0], self.asked.source.source, steps)

    def _snapshot(self) -> int:
        with lake.opened(self.settings, read_only=True) as opened:
            return opened.snapshot()

    def _silently(self, verdict: Verdict, before: int) -> list[str]:
        """Say where the lake is not what it was, or lacks the report of zero."""
        with lake.opened(self.settings, read_only=True) as opened:
            then, now = opened.as_of(self.asked.source.table, before), f"lake.{name(self.asked.source.table)}"
            sides = " UNION ALL ".join(f"(FROM {a} EXCEPT ALL FROM {b})" for a, b in ((then, now), (now, then)))
            changed = _count(opened, f"({sides})") if opened.snapshot() != before else 0
            says_zero = ZERO_REPORTED in {found.rule for found in verdict.findings}
            lacking = says_zero and not _count(opened, "lake.zero_reports")
        told = [f"{changed} rows of the lake are not what they were"] if changed else []
        return [*told, "zero is reported, and not in the register"] if lacking else told


def _count(opened: lake.Lake, rows: str) -> int:
    return int((opened.con.execute(f"SELECT count(*) FROM {rows}").fetchone() or (0,))[0])


def _is_in_its_row(fault: Injected, verdict: Verdict) -> bool:
    """Say whether a rule that tells a row tells the right one; in a sheet of several rows are counted otherwise."""
    told = {f.row for f in verdict.findings if f.rule in fault.rules and f.row and not f.sheet}
    return fault.row is None or not told or fault.row in told


def _with_corrections(file: Path, asked: Asked) -> Declarations:
    """Give the declarations, and what is declared of the source for this delivery."""
    if not file.is_file():
        return asked.declared
    told = yaml.safe_load(file.read_text(encoding="utf-8"))["corrections"]
    more = (*asked.source.corrections, *map(Correction.model_validate, told))
    source = asked.source.model_copy(update={"corrections": more})
    return replace(asked.declared, sources={**asked.declared.sources, source.source: source})
