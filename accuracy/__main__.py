"""`make accuracy`: the corpus through the real path; what is published is held against the truth, cell by cell."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from accuracy.clean import clean_deliveries
from accuracy.faulty import faulty_deliveries
from accuracy.score import Score, last_line, sentences, summed
from pipelines.declarations import load_declarations
from pipelines.declarations.source import Source
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.corpus import chosen
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; give 0 only when every target is met."""
    asked = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    asked.add_argument("--states", default="all", help="whose sources, such as az,kz  [all]")
    asked.add_argument("--sources", default="", help="only these, such as kz/cases,tr/rates")
    asked.add_argument("--weeks", type=int, default=4, help="how long the epidemic lasts  [4]")
    asked.add_argument("--deliveries", type=int, default=3, help="how many clean deliveries of each source  [3]")
    asked.add_argument("--scale", type=float, default=0.05, help="how large the epidemic is  [0.05]")
    asked.add_argument("--seed", type=int, default=1, help="another seed, another epidemic  [1]")
    asked.add_argument("--no-faults", action="store_true", help="clean deliveries only")
    given, began = asked.parse_args(arguments), time.monotonic()
    console, progress = Console(highlight=False, soft_wrap=True, width=100), Console(stderr=True)
    with tempfile.TemporaryDirectory() as home, progress.status("") as status:
        scores = _measured(given, Path(home), status.update)
    console.print(_as_table(scores))
    whole = summed(scores.values())
    for sentence in sentences(whole):
        console.print(sentence, markup=False)
    console.print(f"{whole.files} files in {time.monotonic() - began:.0f} s")
    print(last_line(whole))
    return 0 if whole.is_perfect else 1


def _measured(given: argparse.Namespace, home: Path, tell: Callable[[str], None]) -> dict[tuple[str, str], Score]:
    declared = load_declarations()
    worlds = Worlds(declared, Window(given.weeks), given.seed, given.scale)
    states = () if given.states == "all" else tuple(given.states.split(","))
    only = {name for name in given.sources.split(",") if name}
    clean, faulty = (Settings.from_environment({"SALAMAT_HOME": str(home / kind)}) for kind in ("home", "faulty-home"))
    scores: dict[tuple[str, str], Score] = {}
    for source in (s for s in chosen(declared, states) if not only or s.source in only):
        score = scores.setdefault(_place(source), Score())
        asked = asked_of(source, worlds)
        score.add(clean_deliveries(asked, given.deliveries, home, clean, tell))
        if not given.no_faults:
            score.add(faulty_deliveries(asked, home, faulty, tell))
    return scores


def _place(source: Source) -> tuple[str, str]:
    return source.source[:2], source.table


def _as_table(scores: dict[tuple[str, str], Score]) -> Table:
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for head in ("state", "table", "files", "cells", "equal", "lost", "found", "missed", "rejected", "alarms"):
        table.add_column(head, justify="left" if head in {"state", "table"} else "right", no_wrap=True)
    for (state, name), s in sorted(scores.items()):
        counts = (s.lost + s.invented, s.found, len(s.missed), s.rejections, s.alarms)
        table.add_row(state, name, f"{s.files}", f"{s.cells:,}", s.share, *(f"{n:,}" for n in counts))
    return table


if __name__ == "__main__":
    sys.exit(main())
