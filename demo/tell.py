"""How the demo tells its end: a table that adds up, and where to look next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from demo.accounts import Line
from pipelines.simulate import Simulated

_NUMBERS = ("rows", "facts", "published", "rejected", "aside", "waiting")
_STYLE = {"published": "green", "held": "yellow", "refused": "red", "failed": "red"}


def overview(told: Sequence[Line], late: Mapping[str, datetime], simulated: Simulated) -> Group:
    """Give the table of deliveries with their sum, and beneath it who is late and what nobody knows."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold underline")
    table.add_column("source", no_wrap=True)
    table.add_column("state", no_wrap=True)
    for head in _NUMBERS:
        table.add_column(head, justify="right", no_wrap=True)
    for line in told:
        table.add_row(line.delivery.source, Text(line.state, _STYLE.get(line.state, "")), *_shown(_counts(line)))
    sums = [sum(column) for column in zip(*map(_counts, told), strict=True)]
    table.add_row("all", "", *_shown(sums), style="bold")
    due = {source: late[source] for source in simulated.late if source in late}
    notes = [_note(source, f"is late: its delivery was due on {day:%Y-%m-%d %H:%M}Z") for source, day in due.items()]
    if others := len(late) - len(due):
        notes.append(_note(f"{others} others", "are late as well: the demo does not send what they would"))
    notes += [_note(f.name, "is of no known source: kept in arrivals/unrecognised") for f in simulated.unrecognised]
    return Group(Text(), table, Text(), *notes)


def ending(told: Sequence[Line], pages: Sequence[Path], release: Path, seconds: float) -> Group:
    """Say where to look next."""
    here = Path.cwd()
    held = [line.delivery.delivery_id for line in told if line.state == "held"]
    next_steps = [
        *(("what a sender gets", _near(page, here)) for page in pages),
        ("the release", f"{_near(release, here)}  (README.md, salamat.duckdb, Parquet)"),
        ("the Airflow UI", "make up   (these runs, and the review that waits)"),
        *(("decide without it", f"salamat --home .demo decide {i} --publish --because '...'") for i in held),
    ]
    head = Text(f"\n{seconds:.0f} s, all in this process. Where to look next:")
    return Group(head, *(Text.assemble((f"{what:20}", "bold"), where) for what, where in next_steps))


def _note(what: str, says: str) -> Text:
    return Text.assemble((what, "yellow"), f" {says}")


def _counts(line: Line) -> list[int]:
    accounts = line.accounts
    return [accounts.rows, accounts.facts, line.published, line.rejected, line.set_aside, line.waiting]


def _shown(counts: Sequence[int]) -> list[str]:
    return [f"{count:,}".replace(",", "\u202f") if count else "-" for count in counts]


def _near(path: Path, here: Path) -> str:
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
