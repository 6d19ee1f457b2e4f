"""Claims and receives all that lies in a home's arrivals, as a process of its own; killed when it is told to be.

take_in.py HOME together N     N processes at once, let loose at one moment
take_in.py HOME killed SEED    killed at a line of ours that chance chooses, again and again, then left alone
"""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from pipelines import claim, receive
from pipelines.declarations import Senders, load_declarations
from pipelines.settings import Settings
from pipelines.steps import Steps, utc_now

OURS = str(Path(receive.__file__).parent)
KILLS, LINES = 12, 220


def take_in(home: str, declared: Any) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": home, "SALAMAT_SETTLE_SECONDS": "0"})
    senders = Senders(declared.sources, {})
    path = Steps(declared, settings)
    for arrival in claim.claim(settings, senders, utc_now, lambda _: None):
        path.receive(arrival)


def killed_at(line: int) -> None:
    """Die, as a process does whose machine is switched off, when so many lines of ours have run."""
    left = iter(range(line))

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line" and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def in_a_process(home: str, declared: Any, line: int | None, starts: int | None = None) -> int:
    child = os.fork()
    if not child:
        if starts is not None:
            os.read(starts, 1)
        if line is not None:
            killed_at(line)
        try:
            take_in(home, declared)
        except BaseException as error:  # noqa: BLE001  the parent tells
            sys.settrace(None)
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(home: str, how: str, number: int) -> None:
    declared = load_declarations()
    if how == "together":
        starts, says = os.pipe()
        children = [in_a_process(home, declared, None, starts) for _ in range(number)]
        os.write(says, b"x" * number)
        sys.exit(any([ended(child) for child in children]))  # noqa: C419  each is waited for
    chance = random.Random(number)  # noqa: S311  repeatable
    deaths = [ended(in_a_process(home, declared, chance.randrange(LINES))) for _ in range(KILLS)]
    sys.stdout.write(str(deaths.count(-signal.SIGKILL)))
    sys.exit(ended(in_a_process(home, declared, None)) or any(code not in {0, -signal.SIGKILL} for code in deaths))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
