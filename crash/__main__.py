"""`make crash`: kill receive and publish at any moment, go on, and count what was lost, doubled, or seen by half."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from crash.audit import Audit, audit
from crash.deliveries import Plan
from crash.plants import PLANTS
from crash.points import POINTS
from crash.reader import Read, reading
from crash.trial import STAGES, Trial
from pipelines.declarations import load_declarations
from pipelines.settings import Settings

_MOST_TOLD = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as asked; give 0 only when nothing was lost, doubled, seen by half or left behind, and nothing failed."""
    given, began = _asked().parse_args(arguments), time.monotonic()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    print(f'seed {seed}; the same once more: make crash ARGS="{_again(given, seed)}"', flush=True)
    folder = _emptied(given.keep)
    trial = _trial(folder, seed, given.plant)
    reader = reading(trial.settings, trial.plan)
    try:
        _killed(trial, given.kills, given.at or POINTS, given.times)
    finally:
        read = reader.ended()
    found = audit(trial.settings, trial.plan, trial.sent, trial.ids)
    _tell(trial, read, found, time.monotonic() - began)
    wrong = bool(found.orphans or trial.failed or read.refused)
    counts = {"lost": len(found.lost), "duplicated": len(found.duplicated), "partial": len(found.partial + read.wrong)}
    if not (wrong or any(counts.values())):
        _clear(folder)
    print(f"kills={trial.died.total()} " + " ".join(f"{what}={n}" for what, n in counts.items()))
    return 1 if wrong or any(counts.values()) else 0


def _asked() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="make crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=200, help="at moments that chance chooses  [%(default)s]")
    asked.add_argument("--times", type=int, default=3, help="deaths at each named point  [%(default)s]")
    asked.add_argument("--at", action="append", choices=POINTS, metavar="POINT", help="this one alone  [all]")
    asked.add_argument("--seed", type=int, help="of the deliveries and the moments  [another one each time]")
    asked.add_argument("--plant", choices=sorted(PLANTS), help="a fault that has to be found")
    asked.add_argument("--keep", type=Path, default=Path(".crash"), help="where it works; left where it failed")
    return asked


def _again(given: argparse.Namespace, seed: int) -> str:
    more = [f"--at '{point}'" for point in given.at or ()] + ([f"--plant {given.plant}"] if given.plant else [])
    return " ".join((f"--kills {given.kills} --times {given.times} --seed {seed}", *more))


def _emptied(folder: Path) -> Path:
    """Make room in a folder; what a dead process leaves in the system's folder for passing files lies there too."""
    _clear(folder)
    passing = folder.resolve() / "home" / "passing"
    passing.mkdir(parents=True)
    tempfile.tempdir = str(passing)
    return folder.resolve()


def _clear(folder: Path) -> None:
    """Remove what is ours: somebody may have named a folder of his own."""
    for ours in ("home", "by-hand"):
        shutil.rmtree(folder / ours, ignore_errors=True)


def _trial(folder: Path, seed: int, plant: str | None) -> Trial:
    settings = Settings.from_environment({"SALAMAT_HOME": str(folder / "home"), "SALAMAT_THREADS": "1"})
    return Trial(load_declarations(), settings, Plan(seed), plant)


def _killed(trial: Trial, kills: int, points: Sequence[str], times: int) -> None:
    """Kill, and let what is left come to its end."""
    still = Progress(console=Console(stderr=True), transient=True, auto_refresh=False)  # a thread would be forked
    with still as shown:
        at_points = shown.add_task("named points", total=times * len(points))
        at_moments = shown.add_task("any moments", total=kills)
        _shown(trial.at_each_point(points, times), shown, at_points)
        _shown(trial.at_any_moment(kills), shown, at_moments)
        trial.to_its_end()


def _shown(deaths: Iterable[str], shown: Progress, task: TaskID) -> None:
    for _ in deaths:
        shown.advance(task)
        shown.refresh()


def _tell(trial: Trial, read: Read, found: Audit, seconds: float) -> None:
    """Say what happened, and the first of what went wrong."""
    say = Console(highlight=False, soft_wrap=True, width=110).print
    ends = Counter(trial.plan[number].ends for number in range(trial.sent))
    say(f"{trial.sent} deliveries, to end as " + ", ".join(f"{end} {n}" for end, n in ends.most_common()))
    say(f"{trial.died_at.total()} deaths at {len(trial.died_at)} named points: {_counted(trial.died_at, POINTS)}")
    say(f"{trial.died.total()} deaths at any moment, in {_counted(trial.died, STAGES)}")
    say(f"a reader looked {read.looks:,} times; {seconds:.0f} s")
    wrong = {"lost": found.lost, "duplicated": found.duplicated, "partial": [*found.partial, *read.wrong]}
    other = {"left behind": found.orphans, "a reader was refused": read.refused, "failed": trial.failed}
    for what, sentences in {**wrong, **other}.items():
        for sentence in [*sentences[:_MOST_TOLD], *([f"and {len(sentences):,} in all"] if sentences else [])]:
            say(f"{what}: {sentence}", markup=False)


def _counted(died: Counter[str], order: Iterable[str]) -> str:
    return ", ".join(f"{what} {died[what]}" for what in order if died[what])


if __name__ == "__main__":
    sys.exit(main())
