"""What the ledger says, for a terminal: one line per source, or one per delivery; then what somebody has to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.artefacts import Arrival
from pipelines.declarations import Senders
from pipelines.ledger import Standing
from pipelines.overdue import overdue

_COLOUR = {"published": "green", "held": "yellow", "returned": "yellow", "refused": "red", "failed": "red"}
_ENDED = {"published", "refused", "returned", "superseded", "withdrawn"}
_ON_ITS_WAY = {"received", "decoded", "harmonised", "validated"}
_LONG = timedelta(hours=1)


def sources(standings: Sequence[Standing], senders: Senders, now: datetime, *, every: bool = False) -> Table:
    """One line per source: its newest delivery, how many are under way or wait, and since when it is late.

    Those of which nothing came yet are one line per state below the others, or one each with `every`.
    """
    table = Table(
        title=f"sources at {_shown(now)}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for head in ("source", "newest", "state", "waiting", "late since"):
        table.add_column(head, no_wrap=True, justify="right" if head == "waiting" else "left")
    heard = {s.delivery.source for s in standings}
    silent = {*senders.sound, *senders.broken} - heard
    for name in sorted(heard | silent if every else heard):
        table.add_row(*_line(name, standings, senders, now))
    for state, names in groupby(sorted(silent if not every else ()), lambda name: name.partition("/")[0]):
        table.add_row(*_silent(state, list(names), senders, now), style="dim")
    if silent and not every:
        table.caption, table.caption_justify = "salamat status --all shows each source", "left"
    return table


def _line(name: str, standings: Sequence[Standing], senders: Senders, now: datetime) -> Iterator[str | Text]:
    own = [s for s in standings if s.delivery.source == name]
    newest = own[-1] if own else None
    waiting = sum(s.state not in _ENDED for s in own)
    late = _late(name, newest, senders, now)
    yield name
    yield _shown(newest.delivery.received_at) if newest else "never"
    yield _state(newest)
    yield str(waiting or "")
    yield Text(f"{late:%Y-%m-%d}" if late else "", "yellow")


def _silent(state: str, names: Sequence[str], senders: Senders, now: datetime) -> Iterator[str]:
    late = sum(_late(name, None, senders, now) is not None for name in names)
    yield f"{state}: {len(names)} source{'s' if len(names) > 1 else ''}"
    yield "never"
    yield "-"
    yield ""
    yield f"{late} late" if late else ""


def _late(name: str, newest: Standing | None, senders: Senders, now: datetime) -> datetime | None:
    source = senders.sound.get(name)
    return overdue(source.arrives, newest.delivery.received_at if newest else None, now) if source else None


def deliveries(standings: Sequence[Standing]) -> Group:
    """Each delivery, and below it every state that it was in, with the reason."""
    return Group(*(part for standing in standings for part in _delivery(standing)))


def to_do(
    standings: Sequence[Standing],
    senders: Senders,
    arrived: Sequence[Arrival],
    unrecognised: Mapping[Path, str],
    now: datetime,
) -> Group:
    """Say what waits for somebody, and what that one can do; nothing where nothing waits."""
    broken = sorted((name, str(error)) for name, error in senders.broken.items())
    parts = (
        ("waits for a decision: publish it, or --return it to its sender", _decisions(standings)),
        ("the newest did not get through", _stopped(standings)),
        ("on its way for more than an hour: unless somebody is at it still, its process died", _left(standings, now)),
        ("declarations that cannot be read; their files stay where they are", broken),
        ("arrived and not received yet", [(a.source, a.path.name) for a in arrived]),
        ("no source takes these files", [(file.name, f"{why}\n{file}") for file, why in unrecognised.items()]),
    )
    return Group(*(line for title, told in parts for line in _part(title, told)))


def _delivery(standing: Standing) -> Iterator[RenderableType]:
    delivery = standing.delivery
    yield Text(f"{delivery.delivery_id}  {_printable(delivery.file_name)}", "bold")
    table = Table.grid(padding=(0, 2, 0, 2))
    for entry in standing.entries:
        reason = Text(_printable(entry.reason))
        table.add_row(_shown(entry.at), Text(entry.state, _COLOUR.get(entry.state, "")), reason)
    yield table
    yield Text()


def _decisions(standings: Sequence[Standing]) -> Iterator[tuple[str, str]]:
    for standing in (s for s in standings if s.state == "held"):
        delivery, why = standing.delivery, standing.entries[-1].reason
        told = f"{_printable(delivery.file_name)}, received {_shown(delivery.received_at)}, held: {why}"
        yield delivery.source, f'{told}\nsalamat decide {delivery.delivery_id} --publish --because "..."'


def _stopped(standings: Sequence[Standing]) -> Iterator[tuple[str, str]]:
    newest = {standing.delivery.source: standing for standing in standings}
    for source, standing in sorted(newest.items()):
        if standing.state in {"refused", "returned", "failed"}:
            told = f"{_printable(standing.delivery.file_name)}, {standing.state}: {standing.entries[-1].reason}"
            yield source, f"{told}\nsalamat report {standing.delivery.delivery_id}"


def _left(standings: Sequence[Standing], now: datetime) -> Iterator[tuple[str, str]]:
    for standing in standings:
        delivery, newest = standing.delivery, standing.entries[-1]
        if newest.state in _ON_ITS_WAY and now - newest.at > _LONG:
            told = f"{_printable(delivery.file_name)}, {newest.state} {_shown(newest.at)}"
            yield delivery.source, f"{told}\nsalamat reprocess {delivery.delivery_id}"


def _part(title: str, told: Iterable[tuple[str, str]]) -> list[RenderableType]:
    """A title, then what each line is about, and below it, indented, what is to be said and done."""
    lines: list[RenderableType] = []
    for about, what in told:
        lines.append(Padding(Text(_printable(about), "bold"), (0, 0, 0, 2)))
        lines += (Padding(Text(_printable(line), overflow="fold"), (0, 0, 0, 4)) for line in what.split("\n"))
    return [Text(title, "yellow"), *lines, Text()] if lines else []


def _state(standing: Standing | None) -> Text:
    return Text(standing.state, _COLOUR.get(standing.state, "")) if standing else Text("-")


def _printable(text: str) -> str:
    """Show what a terminal would obey, such as a file name with a line end, as a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"
