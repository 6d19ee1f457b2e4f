"""Files without end, one after the other on every core, each in a process of its own that may die or be ended."""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random

from fuzz.damage import damaged
from fuzz.judge import Judged, go_all_the_way, judge, read_inside
from fuzz.seeds import Seed
from pipelines.declarations import Declarations
from pipelines.settings import Settings

_MEMORY = 6 << 30  # of addresses: DuckDB and pyarrow map much more than they use
_OWN_CHILD, _WHOLE = 10, 100  # one file in ten is read by a child of its own, one in a hundred goes the whole path


@dataclass(frozen=True)
class Plan:
    """How many files, of which seed, from which good ones; where they lie; how long one may take."""

    files: int
    seed: int
    good: tuple[Seed, ...]
    folder: Path
    seconds: int = 20


@dataclass(frozen=True)
class One:
    """One damaged file: its number, from which good one it was made, and what became of it."""

    number: int
    source: str
    form: str
    judged: Judged


def run(plan: Plan, numbers: range, declared: Declarations) -> Iterator[One]:
    """Judge the files of these numbers, one after the other. A file that fails is kept in the folder."""
    settings = Settings.from_environment({"SALAMAT_HOME": str(plan.folder / "home"), "SALAMAT_THREADS": "1"})
    for number in numbers:
        chosen, data = made(plan, number)
        work = plan.folder / f"work-{os.getpid()}"
        work.mkdir(parents=True, exist_ok=True)
        file = work / f"{number}.bin"
        file.write_bytes(data)
        judged = _apart(partial(_judged, file, number, chosen, declared, settings), plan.seconds)
        if judged.came in {"silent", "crash", "hang"}:
            shutil.copy(file, plan.folder / f"{number}-{chosen.source.replace('/', '-')}-{judged.came}")
        shutil.rmtree(work)
        yield One(number, chosen.source, chosen.form, judged)


def made(plan: Plan, number: int) -> tuple[Seed, bytes]:
    """Make the damaged file of this number; the same seed and number make the same file."""
    chance = Random(f"{plan.seed}-{number}")  # noqa: S311  repeatable, not secret
    forms = sorted({good.form for good in plan.good} | {"csv"})
    form = chance.choice([*forms, *["csv"] * len(forms)])
    chosen = chance.choice([good for good in plan.good if good.form == form])
    return chosen, damaged(form, chance, chosen.data)


def _judged(file: Path, number: int, chosen: Seed, declared: Declarations, settings: Settings) -> Judged:
    source = declared.sources[chosen.source]
    if number % _WHOLE == _OWN_CHILD // 2:
        return go_all_the_way(file, source, declared, settings)
    if number % _OWN_CHILD:
        read_inside()
    return judge(file, source, declared, settings)


def _apart(work: Callable[[], Judged], seconds: int) -> Judged:
    """Do it in a process of its own. One that dies has crashed, and one that does not end is ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os.setsid()  # with its own children it is one group
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        os.write(writing, json.dumps(asdict(work())).encode()[: 1 << 15])
        os._exit(0)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], seconds)
    said = os.read(reading, 1 << 16) if ready else b""
    if not ready:
        os.killpg(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if not ready:
        return Judged("hang", f"no answer within {seconds} seconds")
    return Judged(**json.loads(said)) if said else Judged("crash", f"it ended ({os.waitstatus_to_exitcode(status)})")
