"""What is acknowledged, for a terminal: one line for each, those that have expired told apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from pipelines.artefacts import Acknowledgement
from pipelines.declarations import Declarations


def acknowledgements(
    declared: Declarations, by_command: Sequence[Acknowledgement], source: str | None, now: datetime
) -> Table:
    """Show what sources declare and what was acknowledged by command; of two about the same only the later counts."""
    table = Table(title="acknowledged", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for head in ("rule", "source", "where", "until", "because", "by"):
        table.add_column(head, overflow="fold")
    sources = [s for s in declared.sources.values() if source in {None, s.source}]
    given = [*(a for s in sources for a in Acknowledgement.declared(s)), *by_command]
    for about in {a.scope(): a for a in given}.values():
        style = "" if about.until >= now.date() else "dim"
        until = f"{about.until}" if not style else f"{about.until} (expired)"
        by = f"{about.who} {about.at:%Y-%m-%d}" if about.who and about.at else "declared"
        cells = (about.rule, about.source, _scope(about), until, about.because, by)
        table.add_row(*(Text(cell) for cell in cells), style=style)
    return table


def _scope(about: Acknowledgement) -> str:
    where = [f"{field}={value}" for field, value in about.where.items()]
    where += [f"from {about.first}"] if about.first else []
    where += [f"to {about.last}"] if about.last else []
    return ", ".join(where) or "everywhere"
