"""What the ledger says, as a table: one line per source, or one per delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from pipelines.declarations import Declarations
from pipelines.ledger import Standing
from pipelines.overdue import overdue

_COLOUR = {"published": "green", "held": "yellow", "refused": "red", "failed": "red"}


def sources(standings: Sequence[Standing], declared: Declarations, now: datetime) -> Table:
    """One line per declared source: its newest delivery, how many wait, and since when one is late."""
    table = Table(title=f"sources on {_shown(now)}", title_justify="left")
    for head in ("source", "newest", "state", "waiting", "late since", "why"):
        table.add_column(head, overflow="fold")
    for name, source in sorted(declared.sources.items()):
        own = [s for s in standings if s.delivery.source == name]
        newest = own[-1] if own else None
        late = overdue(source.arrives, newest.delivery.received_at if newest else None, now)
        waiting = sum(s.state not in {"published", "refused"} for s in own)
        came = _shown(newest.delivery.received_at) if newest else "never"
        why = newest.entries[-1].reason if newest and newest.state != "published" else ""
        table.add_row(
            name, came, _state(newest), str(waiting or ""), Text(_shown(late) if late else "", "yellow"), Text(why)
        )
    return table


def deliveries(standings: Sequence[Standing]) -> Table:
    """One line per state that each delivery was in."""
    table = Table()
    for head in ("delivery", "file", "at", "state", "reason"):
        table.add_column(head, overflow="fold")
    for standing in standings:
        shown, file = standing.delivery.delivery_id, standing.delivery.file_name
        for entry in standing.entries:
            table.add_row(
                shown, Text(file), _shown(entry.at), Text(entry.state, _COLOUR.get(entry.state, "")), Text(entry.reason)
            )
            shown = file = ""
        table.add_section()
    return table


def _state(standing: Standing | None) -> Text:
    return Text(standing.state, _COLOUR.get(standing.state, "")) if standing else Text("-")


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
