"""Deliveries come, a worker takes them in, and is killed; another goes on. Where each died is told."""

from __future__ import annotations

import os
import select
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from crash.deliveries import SOURCE, Plan, Sent, lay
from crash.worker import Work, started
from pipelines.declarations import Declarations
from pipelines.settings import Settings

# What a worker is at, from one point to the next, and how often it is to die there.
STAGES = {
    "start": 1,
    "claim": 1,
    "receive": 3,
    "decode": 2,
    "harmonise": 2,
    "validate": 3,
    "publish": 5,
    "all is ready for COMMIT": 5,
    "COMMIT is done": 2,
    "maintenance": 2,
}
_MOST_WAITING, _PATIENCE, _FIRST_GUESS = 2, 120.0, 0.3  # deliveries; seconds for a worker; seconds for a stage
_PER_LEVEL, _MOST_PER_TIME = 4, 60  # deliveries


@dataclass
class Trial:
    """A home under trial: what was sent, which receipts were given, what failed, where workers died."""

    declared: Declarations
    settings: Settings
    plan: Plan
    plant: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    died: Counter[str] = field(default_factory=Counter)
    died_at: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    _waiting: int = 0
    _attempts: int = 0
    _took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def at_each_point(self, points: Collection[str], times: int) -> Iterator[str]:
        """Let workers die at each point so many times; give it as it happened. One that is never passed has failed.

        A few deliveries meet every point once before any is met twice.
        """
        while self.sent < _MOST_PER_TIME * times and any(self.died_at[point] < times for point in points):
            level = min(times, 1 + self.sent // _PER_LEVEL)
            if last := self._go([point for point in points if self.died_at[point] < level]):
                self.died_at[last] += 1
                yield last
        self.failed += [f"passed too seldom: {point}" for point in points if self.died_at[point] < times]

    def at_any_moment(self, kills: int) -> Iterator[str]:
        """Kill so many workers, each within a stage and after a time that chance chooses; give the stage."""
        chance = Random(f"{self.plan.seed}-kills")  # noqa: S311  repeatable, not secret
        while self.died.total() < kills and len(self.failed) < kills:
            stage = chance.choices(list(STAGES), list(STAGES.values()))[0]
            share = chance.random()
            if last := self._go((), stage, share):
                self.died[last] += 1
                yield last

    def to_its_end(self) -> None:
        """Let workers go on, unharmed, until nothing waits."""
        for _ in range(5):
            self._go((), lays=False)
            if not self._waiting and self._unreceived() is None:
                return
        self.failed.append("what waits does not come to an end")

    def _go(
        self,
        to_die_at: Collection[str],
        stage: str | None = None,
        share: float = 0.0,
        *,
        lays: bool = True,
    ) -> str | None:
        """Let a worker go; give the point, or the stage, in which it was killed; None where it came to its end.

        It is killed at one of the points, or in a stage when this share of the time that it usually takes is over.
        """
        if lays:
            self._lay_the_next()
        work = Work(self.declared, self.settings, self._by_hand(), to_die_at, stage == "maintenance", self.plant)
        heard = _Heard(*started(work), stage, share * max(self._took[stage or ""], default=_FIRST_GUESS))
        for line in heard.lines():
            self._note(*line.split("\t"))
        for name, seconds in heard.took:
            self._took[name] = [*self._took[name][-7:], seconds]
        if heard.hung:
            self.failed.append(f"a worker hung in {heard.stage}")
        elif heard.code == -signal.SIGKILL:
            return heard.point if to_die_at else heard.stage
        if heard.code:
            self.failed.append(f"a worker ended with {heard.code}")
        return None

    def _note(self, kind: str, what: str, more: str = "") -> None:
        if kind == "received":
            self.ids[what] = more
        elif kind == "waiting":
            self._waiting = int(what)
        elif kind == "failed":
            self.failed.append(what)

    def _unreceived(self) -> Sent | None:
        """Give the last delivery, if it has no receipt yet."""
        last = self.plan[self.sent - 1] if self.sent else None
        return last if last and str(last.number) not in self.ids else None

    def _lay_the_next(self) -> None:
        """One at a time: the order of receipt is that of the numbers."""
        if self._unreceived() or self._waiting > _MOST_WAITING:
            return
        sent = self.plan[self.sent]
        self.sent, self._attempts = self.sent + 1, 0
        if not sent.by_hand:
            lay(sent, self.settings.arrivals / SOURCE, self.ids)

    def _by_hand(self) -> tuple[Sent, Path] | None:
        sent = self._unreceived()
        if sent is None or not sent.by_hand:
            return None
        file = self.settings.home.with_name("by-hand") / sent.file_name
        file.parent.mkdir(exist_ok=True)
        file.write_text(sent.text(self._attempts), encoding="utf-8")
        self._attempts += 1
        return sent, file


@dataclass
class _Heard:
    """A worker, listened to until it ends, or is killed: some time after it has come to a stage, or out of patience."""

    process: int
    stream: int
    stage_to_die_in: str | None
    after: float
    stage: str = "start"
    point: str = "start"
    code: int = 0
    hung: bool = False
    took: list[tuple[str, float]] = field(default_factory=list)
    _since: float = 0.0
    _end: float = 0.0
    _aimed: bool = False

    def lines(self) -> Iterator[str]:
        """Give what it tells, line by line, until it is over."""
        self._since, rest = time.monotonic(), b""
        self._aimed = self.stage_to_die_in == "start"
        self._end = self._since + (self.after if self._aimed else _PATIENCE)
        while True:
            if select.select([self.stream], [], [], max(self._end - time.monotonic(), 0))[0]:
                if not (read := os.read(self.stream, 1 << 16)):
                    break
                *lines, rest = (rest + read).split(b"\n")
                for line in map(bytes.decode, lines):
                    self._note(*line.split("\t")[:2])
                    yield line
            if time.monotonic() >= self._end:
                self._kill()
        os.close(self.stream)
        self.code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        if not self.code:
            self.took.append((self.stage, time.monotonic() - self._since))

    def _note(self, kind: str, what: str) -> None:
        if kind != "at":
            return
        self.point, now = what, time.monotonic()
        if what not in STAGES:
            return
        self.took.append((self.stage, now - self._since))
        self.stage, self._since = what, now
        if what == self.stage_to_die_in:
            self._aimed, self._end = True, min(self._end, now + self.after)

    def _kill(self) -> None:
        self.hung = not self._aimed
        with suppress(ProcessLookupError):  # it has not made its group yet
            os.killpg(self.process, signal.SIGKILL)
        os.kill(self.process, signal.SIGKILL)
        self._end = time.monotonic() + _PATIENCE
