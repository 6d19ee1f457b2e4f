"""`python -m bench [--rows N] [--share M] [--pandas-rows P] [--keep DIR] [--only STEP ...]`."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from bench import adtl_rival, generate
from bench.measure import PANDAS, Measurement, StepError, run_step
from bench.table import folded, ratios, table

CACHE = Path(".bench")
SLOW_FROM_ROWS = 2_000_000
STEPS = ("bare", "path", "pandas", "adtl")
ORDER = ("bare", "path", "bare", "pandas", "bare", "adtl")
"""The floor is measured between the others, so that a machine that slows down slows down both."""
TABLE_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be measured, and where."""

    rows: int
    adtl_rows: int
    pandas_rows: int
    cache: Path
    only: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Name the line list, made once for each number of rows."""
        return self.cache / generate.file_name(self.rows)

    def skipped(self, step: str) -> str:
        """Say why a step is not made by this run; empty where it is."""
        if self.only:
            return "" if step in self.only else "not asked for"
        slow = step in {"pandas", "adtl"} and self.rows > SLOW_FROM_ROWS
        return f"skipped over {SLOW_FROM_ROWS:,} rows; ask with --only" if slow else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the line list, measure, print; 1 where a step of ours, DuckDB's or pandas' failed."""
    run = _run(_parser().parse_args(arguments))
    progress = Console(stderr=True, highlight=False)
    measurements, failures = _measured(run, progress)
    output = Console(width=TABLE_WIDTH, highlight=False)
    output.print(table(measurements))
    print(ratios(measurements, run.rows))
    return 1 if failures - {"adtl"} else 0


def _measured(run: Run, progress: Console) -> tuple[list[Measurement], set[str]]:
    """Run the steps in order; a step that fails says so on its line and does not stop the others."""
    lines: list[Measurement] = []
    failures: set[str] = set()
    for number, step in enumerate(order := _order(run), start=1):
        progress.print(f"[{number}/{len(order)}] {step} … ", markup=False, end="")
        started = time.perf_counter()
        try:
            lines += _step(run, step)
        except StepError as error:
            failures.add(step)
            lines.append(_not_measured(step, str(error)))
        progress.print(f"{time.perf_counter() - started:.1f} s")
    return folded(lines) + _skipped(run), failures


def _order(run: Run) -> list[str]:
    return ["generate", *(step for step in ORDER if not run.skipped(step))]


def _skipped(run: Run) -> list[Measurement]:
    reasons = ((step, run.skipped(step)) for step in STEPS)
    return [_not_measured(step, reason) for step, reason in reasons if reason]


def _not_measured(step: str, reason: str) -> Measurement:
    return Measurement(step, 0.0, 0.0, 0, f"not measured: {reason}")


def _step(run: Run, step: str) -> list[Measurement]:
    """Run one step in an empty folder of its own, which is gone afterwards."""
    with _empty_folder(run.cache / "run" / step) as folder:
        if step == "generate":
            return _generated(run, folder)
        if step == "pandas":
            lines = run_step("bench.pandas_gx", [run.file, folder, run.pandas_rows])
            return [_said_if_scaled(run, line) for line in lines]
        if step == "adtl":
            python = adtl_rival.prepare(run.cache, folder)
            return run_step("bench.adtl_rival", [run.file, folder, run.adtl_rows], python)
        return run_step(f"bench.{step}", [run.file, folder, run.rows])


def _generated(run: Run, folder: Path) -> list[Measurement]:
    if run.file.exists():
        return []
    return [replace(line, note="not counted") for line in run_step("bench.generate", [run.file, folder, run.rows])]


def _said_if_scaled(run: Run, line: Measurement) -> Measurement:
    if line.name != PANDAS or run.pandas_rows == run.rows:
        return line
    return replace(line, note=f"{line.note}; a share, scaled to {run.rows:,} rows in the ratio")


@contextmanager
def _empty_folder(path: Path) -> Iterator[Path]:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def _run(options: argparse.Namespace) -> Run:
    cache = Path(options.keep).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    share = min(options.share, options.rows)
    return Run(options.rows, share, min(options.pandas_rows or options.rows, options.rows), cache, tuple(options.only))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=_positive, default=1_000_000, help="rows of the line list (%(default)s)")
    parser.add_argument("--share", type=_positive, default=20_000, help="rows that adtl maps (%(default)s)")
    parser.add_argument("--pandas-rows", type=_positive, help="rows that pandas reads (all)")
    parser.add_argument("--keep", default=CACHE, help="folder of what is kept (%(default)s)")
    parser.add_argument("--only", nargs="+", choices=STEPS, default=(), help="measure only these")
    return parser


def _positive(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of rows")
    return number


if __name__ == "__main__":
    sys.exit(main())
