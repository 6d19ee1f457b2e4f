"""A process that receives and publishes all that waits, as the DAGs do it step by step, and tells how far it is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pipelines.validate.gx_duckdb  # noqa: F401  Great Expectations: seconds, once, before the first fork
from crash.deliveries import SOURCE, Sent, number_of
from crash.plants import PLANTS
from crash.points import watch
from pipelines import flow
from pipelines.artefacts import Delivery
from pipelines.claim import claim
from pipelines.declarations import Declarations, Senders
from pipelines.errors import Refused
from pipelines.ledger import Standing, State
from pipelines.settings import Settings
from pipelines.steps import Steps, utc_now
from pipelines.tidy import tidy_lake, tidy_store

_NEXT: dict[State, tuple[str, ...]] = {
    "received": ("decode", "harmonise", "validate", "publish"),
    "decoded": ("harmonise", "validate", "publish"),
    "harmonised": ("validate", "publish"),
    "validated": ("publish",),
    "failed": ("decode", "harmonise", "validate", "publish"),
}


@dataclass(frozen=True)
class Work:
    """What a worker has to go on with; it dies at the first of the points that it is `to_die_at`.

    `by_hand` is a delivery that somebody gives to `salamat run`, with the file as it is at this attempt. One that
    `tends` does what maintenance does, when nothing waits any more.
    """

    declared: Declarations
    settings: Settings
    by_hand: tuple[Sent, Path] | None = None
    to_die_at: Collection[str] = ()
    tends: bool = False
    plant: str | None = None


def started(work: Work) -> tuple[int, int]:
    """Fork a worker; give its process and the end of a pipe on which it tells a line for each point and receipt."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.setsid()  # with its own children it is one group
    os.close(reading)
    code = 1
    with suppress(BaseException):  # it ends here, whatever happens
        code = _worked(work, lambda line: (os.write(writing, f"{line}\n".encode()), None)[1])
    os._exit(code)


def _worked(work: Work, say: Callable[[str], None]) -> int:
    def passed(point: str) -> None:
        say(f"at\t{point}")
        if point in work.to_die_at:
            os.killpg(0, signal.SIGKILL)

    def acknowledged(delivery: Delivery) -> None:
        say(f"received\t{number_of(delivery.file_name, delivery.envelope.because)}\t{delivery.delivery_id}")

    try:
        watch(passed, acknowledged)
        if work.plant:
            PLANTS[work.plant]()
        _go_on(work, passed, acknowledged, say)
    except Exception as error:  # noqa: BLE001  the parent tells
        say(f"failed\t{type(error).__name__}: {error}".replace("\n", " "))
        return 1
    return 0


def _go_on(
    work: Work, passed: Callable[[str], None], acknowledged: Callable[[Delivery], None], say: Callable[[str], None]
) -> None:
    """Let the ledger follow the lake, take in what came, and take each delivery from where it stands to its end."""
    flow.reconcile(work.settings)
    steps = Steps(work.declared, work.settings, progress=passed)
    passed("claim")
    for arrival in claim(work.settings, Senders(work.declared.sources, {}), utc_now, lambda _: None):
        steps.receive(arrival)
    waiting = steps.ledger.standing_at(*_NEXT)
    say(f"waiting\t{len(waiting)}")
    for standing in waiting:
        _finish(standing, steps)
    if work.by_hand:
        _run_by_hand(*work.by_hand, steps, acknowledged)
    if work.tends:
        passed("maintenance")
        tidy_lake(work.settings)
        tidy_store(work.settings, utc_now())


def _finish(standing: Standing, steps: Steps) -> None:
    """Take the steps that are left. One that died is taken again, as a task that is cleared."""
    delivery_id = standing.delivery.delivery_id
    if standing.delivery.envelope.kind == "withdraw":
        steps.withdraw(delivery_id)
        return
    with suppress(Refused):
        for step in _NEXT[standing.state]:
            getattr(steps, step)(delivery_id)


def _run_by_hand(sent: Sent, file: Path, steps: Steps, acknowledged: Callable[[Delivery], None]) -> None:
    """Do what `salamat run` does. Who does not know whether it was received looks first (`salamat status`)."""
    known = [s.delivery for s in steps.ledger.standings(SOURCE) if s.delivery.file_name == sent.file_name]
    for delivery in known:
        acknowledged(delivery)
    if not known:
        flow.run(file, SOURCE, steps.declared, steps.settings, progress=steps.progress)
