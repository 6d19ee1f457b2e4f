"""`make fuzz`: damage files, and say what became of them. The last line has the figures that count."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from fuzz.judge import Came
from fuzz.run import One, Plan, made, run
from fuzz.seeds import Seed
from pipelines.declarations import load_declarations

_WRONG: tuple[Came, ...] = ("crash", "hang", "silent")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as asked; give 0 only when nothing crashed, hung, or was read otherwise than it stands."""
    given, began = _asked().parse_args(arguments), time.monotonic()
    folder = given.keep.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(given.files, given.seed, _good(given.seed), folder, given.seconds)
    if given.only is not None:
        return _one(plan, given.only)
    console, done = Console(highlight=False, soft_wrap=True, width=110), list[One]()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("files", total=plan.files)
        for one in _everywhere(plan, given.processes):
            done.append(one)
            progress.advance(task)
            if one.judged.came in _WRONG:
                console.print(
                    f"{one.number} {one.source} {one.form} {one.judged.came}: {one.judged.what}", markup=False
                )
    _tell(done, console, time.monotonic() - began)
    counted = Counter(one.judged.came for one in done)
    print(f"files={len(done)} seed={plan.seed} " + " ".join(f"{came}={counted[came]}" for came in _WRONG))
    return 1 if len(done) < plan.files or any(counted[came] for came in _WRONG) else 0


def _asked() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    asked.add_argument("--files", type=int, default=10_000, help="how many  [%(default)s]")
    asked.add_argument("--seed", type=int, default=1, help="another seed, other files  [%(default)s]")
    asked.add_argument("--seconds", type=int, default=20, help="how long one may take  [%(default)s]")
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at a time  [%(default)s]")
    asked.add_argument("--keep", type=Path, default=Path(".fuzz"), help="where files that fail are left  [%(default)s]")
    asked.add_argument("--only", type=int, help="make the file of this number alone, and judge it")
    return asked


def _good(seed: int) -> tuple[Seed, ...]:
    """Let the good files be written by a process that ends: who forks has better not used DuckDB before."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "fuzz.seeds", folder, str(seed)], check=True)  # noqa: S603  our own
        told = json.loads((Path(folder) / "seeds.json").read_text(encoding="utf-8"))
        return tuple(Seed(s["source"], s["form"], (Path(folder) / s["file"]).read_bytes()) for s in told)


def _everywhere(plan: Plan, processes: int) -> Iterator[One]:
    """Let each process have every so-manieth file; give what they say as they say it."""
    from fuzz.workers import workers  # noqa: PLC0415  it forks

    declared = load_declarations()
    yield from workers(
        [range(n, plan.files, processes) for n in range(processes)], lambda part: run(plan, part, declared)
    )


def _one(plan: Plan, number: int) -> int:
    chosen, data = made(plan, number)
    file = plan.folder / f"{number}-{chosen.source.replace('/', '-')}"
    file.write_bytes(data)
    (one,) = run(plan, range(number, number + 1), load_declarations())
    print(f"{file} {chosen.form} {one.judged.came} {one.judged.what}")
    return int(one.judged.came in _WRONG)


def _tell(done: list[One], console: Console, seconds: float) -> None:
    forms = Counter((one.form, one.judged.came) for one in done)
    for form in sorted({one.form for one in done}):
        console.print(f"{form}: " + ", ".join(f"{n} {came}" for (of, came), n in sorted(forms.items()) if of == form))
    rules = Counter(one.judged.what for one in done if one.judged.came == "refused")
    console.print("refused by " + ", ".join(f"{rule} {n}" for rule, n in rules.most_common()))
    console.print(f"{len(done):,} files in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
