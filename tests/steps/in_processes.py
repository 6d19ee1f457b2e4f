"""Takes the steps of one delivery, each in a process of its own. What they import is imported once, here.

in_processes.py HOME ID alone                 one after the other
in_processes.py HOME ID killed SEED TIMES     all of them, killed at moments that chance chooses; then left alone
in_processes.py HOME ID full STEP BYTES       one step that may write no file longer than this; what it raised
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from collections.abc import Callable
from signal import SIGKILL

import pipelines.validate.gx_duckdb  # noqa: F401  Great Expectations: seconds, once
from pipelines.declarations import load_declarations
from pipelines.settings import Settings
from pipelines.steps import Steps

STEPS = ("decode", "harmonise", "validate", "publish")


def in_a_process(work: Callable[[], object]) -> int:
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  told by its exit code and its words
            sys.stdout.write(f"{type(error).__name__}: {error}\n")
            sys.stdout.flush()
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def taken(steps: Steps, delivery_id: str, *names: str) -> None:
    for name in names:
        getattr(steps, name)(delivery_id)


def killed(steps: Steps, delivery_id: str, seed: int, times: int) -> None:
    """Kill it between its beginning and, at first, three seconds; when it came to its end, earlier the next time."""
    chance, longest = random.Random(seed), 3.0  # noqa: S311  repeatable
    for _ in range(times):
        begun = time.monotonic()
        child = in_a_process(lambda: taken(steps, delivery_id, *STEPS))
        until = begun + chance.uniform(0, longest)
        while (code := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < until:
            time.sleep(0.002)
        if code == (0, 0):
            os.kill(child, SIGKILL)
            ended(child)
        else:
            longest = time.monotonic() - begun


def within(limit: int, steps: Steps, delivery_id: str, step: str) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    taken(steps, delivery_id, step)


def main(home: str, delivery_id: str, how: str, *more: str) -> int:
    steps = Steps(load_declarations(), Settings.from_environment({"SALAMAT_HOME": home}))
    if how == "full":
        return ended(in_a_process(lambda: within(int(more[1]), steps, delivery_id, more[0]))) - 1
    if how == "killed":
        killed(steps, delivery_id, int(more[0]), int(more[1]))
    return max(ended(in_a_process(lambda s=step: taken(steps, delivery_id, s))) for step in STEPS)  # type: ignore[misc]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
