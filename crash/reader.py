"""A reader that looks at the lake throughout, from a process of its own, and says what it saw that was not whole."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from crash.deliveries import Plan
from crash.seen import look, wrong
from pipelines import lake
from pipelines.errors import SalamatError
from pipelines.lake import Lake
from pipelines.settings import Settings

_PAUSE, _LOOKS_AT_A_TIME = 0.1, 20  # seconds; then it opens the lake anew


@dataclass(frozen=True)
class Read:
    """How often somebody looked, what was not whole, and what was refused."""

    looks: int
    wrong: list[str]
    refused: list[str]


@dataclass(frozen=True)
class Reader:
    """A reader at work: its process, and the pipes on which it is told to end, and tells."""

    process: int
    ends: int
    tells: int

    def ended(self) -> Read:
        """Let it end, and give what it read."""
        os.write(self.ends, b"x")
        with os.fdopen(self.tells, encoding="utf-8") as told:
            lines = [line.rstrip("\n").split("\t", 1) for line in told]
        os.waitpid(self.process, 0)
        of = {kind: [what for said, what in lines if said == kind] for kind in ("wrong", "refused", "looked")}
        looks = int(next(iter(of["looked"]), 0))
        return Read(looks, of["wrong"], of["refused"] if looks else [*of["refused"], "it never saw the lake"])


def reading(settings: Settings, plan: Plan) -> Reader:
    """Fork a reader."""
    (ended, ends), (tells, telling) = os.pipe(), os.pipe()
    process = os.fork()
    if process:
        os.close(ended)
        os.close(telling)
        return Reader(process, ends, tells)
    with suppress(BaseException), os.fdopen(telling, "w", encoding="utf-8", buffering=1) as out:
        _read_to_the_end(settings, plan, ended, lambda kind, what: (out.write(f"{kind}\t{what}\n"), None)[1])
    os._exit(0)


def _read_to_the_end(settings: Settings, plan: Plan, ended: int, say: Callable[[str, str], None]) -> None:
    try:
        _read(settings, plan, ended, say)
    except Exception as error:  # noqa: BLE001  the parent tells
        say("refused", f"it ended: {type(error).__name__}: {error}".replace("\n", " "))


def _read(settings: Settings, plan: Plan, ended: int, say: Callable[[str, str], None]) -> None:
    """Look until it is told to end. Who was refused opens the lake anew, and must not be refused again."""
    looks, before = 0, ""
    while not select.select([ended], [], [], _PAUSE)[0]:
        seen, refused = _look_for_a_while(settings, plan, ended, say) if lake.is_there(settings) else (0, "")
        if before and refused and not seen:
            say("refused", f"{before}; and once more: {refused}")
        looks, before = looks + seen, refused
    say("looked", str(looks))


def _look_for_a_while(settings: Settings, plan: Plan, ended: int, say: Callable[[str, str], None]) -> tuple[int, str]:
    """Open the lake and look a few times; give how often it could, and why it could not go on."""
    import duckdb  # noqa: PLC0415  in this process alone: one that forks has not used it

    looks = 0
    try:
        with lake.opened(settings, read_only=True) as opened:
            while looks < _LOOKS_AT_A_TIME and not select.select([ended], [], [], _PAUSE)[0]:
                if found := _found(opened, plan):
                    say("wrong", f"{found[0]}, and {len(found) - 1} more")
                looks += 1
    except (SalamatError, duckdb.Error) as error:
        return looks, str(error).replace("\n", " ")
    return looks, ""


def _found(opened: Lake, plan: Plan) -> list[str]:
    """Look at all tables as of one snapshot; say what is not whole there."""
    import duckdb  # noqa: PLC0415  as above

    opened.con.execute("BEGIN")
    try:
        return wrong(look(opened.con), plan)
    finally:
        with suppress(duckdb.Error):
            opened.con.execute("ROLLBACK")
