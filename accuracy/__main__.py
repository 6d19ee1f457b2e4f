"""`make accuracy`: the corpus through the real path; what is published is held against the truth, cell by cell."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from accuracy.kinds import keep_kinds
from accuracy.measure import Plan, Told, measure
from accuracy.score import Score, last_line, sentences, summed
from pipelines.declarations import Declarations, load_declarations
from pipelines.errors import SalamatError
from pipelines.simulate.corpus import chosen


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; give 0 only when every target is met."""
    given, began, declared = _asked().parse_args(arguments), time.monotonic(), load_declarations()
    console = Console(highlight=False, soft_wrap=True, width=100)
    with _folder(given.keep) as folder:
        plan = Plan(folder, given.weeks, given.deliveries, given.scale, given.seed, not given.no_faults)
        names = _sources(declared, given)
        with _progress(len(names)) as told:
            scores = measure(plan, names, given.processes, told)
    console.print(_as_table(scores, declared))
    whole = summed(scores.values())
    if given.kinds:
        keep_kinds(whole, given.kinds)
    for sentence in sentences(whole):
        console.print(sentence, markup=False)
    console.print(f"{len(names)} sources, {whole.files:,} files in {time.monotonic() - began:.0f} s")
    print(last_line(whole))
    return 0 if whole.is_perfect else 1


def _asked() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    asked.add_argument("--states", default="", help="whose sources, such as az,kz  [all]")
    asked.add_argument("--sources", default="", help="only these, such as kz/cases,tr/rates  [all]")
    asked.add_argument("--tables", default="", help="only what goes into these tables, such as cases,rates  [all]")
    asked.add_argument("--weeks", type=int, default=Plan.weeks, help="how long the epidemic lasts  [%(default)s]")
    asked.add_argument(
        "--deliveries", type=int, default=Plan.deliveries, help="clean ones of each source [%(default)s]"
    )
    asked.add_argument("--scale", type=float, default=Plan.scale, help="how large the epidemic is  [%(default)s]")
    asked.add_argument("--seed", type=int, default=Plan.seed, help="another seed, another epidemic  [%(default)s]")
    asked.add_argument("--no-faults", action="store_true", help="clean deliveries only")
    asked.add_argument("--keep", type=Path, help="leave the files, their truth and the keys of the faults here")
    asked.add_argument("--kinds", type=Path, help="write how many faults of each kind were found and missed here")
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at a time  [%(default)s]")
    return asked


def _sources(declared: Declarations, given: argparse.Namespace) -> list[str]:
    """Give the names of the sources that are asked for. Raises SalamatError where there are none."""
    only, tables = _named(given.sources), _named(given.tables)
    if unknown := (only - {*declared.sources}) | (tables - {*declared.tables}):
        raise SalamatError(f"nothing is declared under the name {', '.join(sorted(unknown))}")
    every = chosen(declared, sorted(_named(given.states) - {"all"}))
    names = [s.source for s in every if s.source in (only or {s.source}) and s.table in (tables or {s.table})]
    if not names:
        raise SalamatError("no source is of these states, tables and names at once")
    return names


def _named(told: str) -> set[str]:
    return {name.strip() for name in told.split(",") if name.strip()}


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder that is named, which must be new, or one that is gone afterwards."""
    if keep is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
        return
    keep.mkdir(parents=True)
    yield keep.resolve()


@contextmanager
def _progress(many: int) -> Iterator[Told]:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(
        *columns, TextColumn("left"), TimeRemainingColumn(), console=console, speed_estimate_period=3600
    ) as bar:
        task = bar.add_task("sources", total=many)

        def told(name: str, score: Score) -> None:
            said = name if score.is_perfect else f"{name}: not perfect"
            bar.update(task, advance=1, description=said)
            if not console.is_terminal:
                console.print(f"{int(bar.tasks[task].completed)} of {many}: {said}, {score.files} files")

        yield told


def _as_table(scores: Mapping[str, Score], declared: Declarations) -> Table:
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for head in ("state", "table", "files", "cells", "equal", "lost", "found", "missed", "rejected", "alarms"):
        table.add_column(head, justify="left" if head in {"state", "table"} else "right", no_wrap=True)
    rows = dict[tuple[str, str], Score]()
    for name, score in scores.items():
        rows.setdefault((name[:2], declared.sources[name].table), Score()).add(score)
    for (state, name), s in sorted(rows.items()):
        counts = (s.lost + s.invented, s.found, len(s.missed), s.rejections, s.alarms)
        table.add_row(state, name, f"{s.files}", f"{s.cells:,}", s.share, *(f"{n:,}" for n in counts))
    return table


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SalamatError as error:
        sys.exit(str(error))
