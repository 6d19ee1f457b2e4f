"""`make demo`: synthetic deliveries of seven states go through the real DAGs, and a release is cut and queried."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo.accounts import Line, differences, lines, newest_release
from demo.embedded import Embedded, Ran, environment, output_to
from demo.server import is_up
from demo.tell import ending, overview
from pipelines.declarations import load_declarations, read_senders
from pipelines.query import query
from pipelines.report import Speech, write_report
from pipelines.settings import Settings
from pipelines.simulate import Simulated, simulate
from pipelines.steps import Steps, utc_now

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.source import Source

MARK = "a home of the demo: it is removed and made anew\n"
QUESTION = "Which regions of all these states reported most new cases in the newest seven days?"
QUERY = Path(__file__).with_name("top_regions.sql")
# What is sent: the figures of every state, and of these tables one source each. All sources would take minutes more.
OF_EVERY_STATE = "case_counts"
OF_ONE_STATE = ("cases", "vaccinations", "rates", "hospital_capacity")
WEEKS = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; give 0 only when every count adds up."""
    asked = argparse.ArgumentParser(prog="make demo", description=__doc__)
    asked.add_argument("--home", type=Path, default=Path(".demo"), help="where everything is put  [.demo]")
    asked.add_argument("--seed", type=int, default=1, help="another seed, another epidemic  [1]")
    given = asked.parse_args(arguments)
    home, began = given.home.resolve(), time.monotonic()
    _make_home(home)
    os.environ.update(environment(home) | {"SALAMAT_SETTLE_SECONDS": "0.2"})
    settings = Settings.from_environment()
    declared = load_declarations()
    with output_to(home / "demo.log") as terminal, os.fdopen(os.dup(terminal), "w", encoding="utf-8") as screen:
        console = Console(file=screen, highlight=False)
        simulated = _run(console, settings, declared, given.seed)
    return _tell(simulated, Steps(declared, settings), time.monotonic() - began)


def _make_home(home: Path) -> None:
    """Begin in an empty folder, and never remove one that is not the demo's."""
    if home.exists():
        if not (home / "DEMO").is_file():
            sys.exit(f"{home} is not a home of the demo; remove it yourself, or give another with --home")
        if is_up(home):
            sys.exit("Airflow is up in this home: stop it first with `make down`")
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / "DEMO").write_text(MARK, encoding="utf-8")


def _run(console: Console, settings: Settings, declared: Declarations, seed: int) -> Simulated:
    """Write the deliveries, let `arrivals` take them in, run what it starts, cut a release, look who is late."""
    shown = (TextColumn("{task.description:44}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shown, console=console, transient=True) as progress:
        sent = replace(declared, sources=_sent(declared))
        doing = progress.add_task("writing what seven states would send", total=len(sent.sources) + 4)

        def step(what: str) -> None:
            progress.update(doing, description=what)

        simulated = simulate(settings.arrivals, settings.home / "truth", sent, seed, WEEKS, progress=step)
        step("starting Airflow in this process")
        embedded = Embedded()
        progress.advance(doing)

        def told(ran: Ran) -> None:
            progress.update(doing, advance=1, description=f"{ran.dag_id}: {ran.state}")
            if not console.is_terminal:
                console.print(f"{ran.dag_id}: {ran.state}")

        for dag_id in ("arrivals", "release", "overdue"):
            step(dag_id)
            told(embedded.run(dag_id))
            embedded.run_queued(told)
    return simulated


def _sent(declared: Declarations) -> dict[str, Source]:
    """Choose the sources that send something."""
    by_table: dict[str, list[str]] = {}
    for name, source in sorted(declared.sources.items()):
        by_table.setdefault(source.table, []).append(name)
    of_states = [name for name in by_table[OF_EVERY_STATE] if name.endswith(f"/{OF_EVERY_STATE}")]
    chosen = [*of_states, *(by_table[table][0] for table in OF_ONE_STATE)]
    return {name: declared.sources[name] for name in chosen}


def _tell(simulated: Simulated, steps: Steps, seconds: float) -> int:
    """Print what became of everything, ask the release a question, say where to look next."""
    console = Console(highlight=False, soft_wrap=True)
    told, senders = lines(steps), read_senders()
    console.print(overview(told, steps.ledger.late(), simulated))
    wrong = list(differences(told, simulated, senders, steps))
    for sentence in wrong:
        console.print(f"[red]does not add up:[/] {sentence}")
    if not wrong:
        console.print("[green]everything adds up:[/] each row and fact that was written has the fate that was meant\n")
    release = newest_release(steps.settings.releases)
    console.print(f"[bold]{QUESTION}[/]  [dim](demo/{QUERY.name}, on the release)[/]")
    query(QUERY.read_text(encoding="utf-8"), steps.settings, release=release)
    console.print(ending(told, _pages(told, steps), release, seconds))
    return 1 if wrong else 0


def _pages(told: Sequence[Line], steps: Steps) -> list[Path]:
    """Write the page that the sender gets, for each delivery that somebody has to look at."""
    pages = []
    for line in (line for line in told if line.rejected or line.state == "held"):
        verdict, source = steps.verdict(line.delivery.delivery_id), steps.declared.sources[line.delivery.source]
        if verdict:
            page = steps.settings.home / f"{line.delivery.source.replace('/', '-')}.html"
            speech = Speech(steps.declared, "en")  # whoever tries the demo reads the other languages by --lang
            write_report(verdict, source, speech, line.delivery.file_name, line.delivery.sha256, utc_now(), page)
            pages.append(page)
    return pages


if __name__ == "__main__":
    sys.exit(main())
