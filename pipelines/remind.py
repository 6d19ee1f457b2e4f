"""remind: which sources have become late and which have come after all, each change told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pipelines.declarations import Senders
from pipelines.ledger import Ledger
from pipelines.overdue import overdue

__all__ = ["Change", "remind"]


@dataclass(frozen=True)
class Change:
    """A source that has become late, or is late no longer. `due` is when its delivery should have come."""

    source: str
    due: datetime
    is_late: bool

    def __str__(self) -> str:
        said = "is late: its delivery was due on" if self.is_late else "is late no longer: it was awaited since"
        return f"{self.source} {said} {self.due:%Y-%m-%d %H:%M}Z"


def remind(senders: Senders, ledger: Ledger, now: datetime) -> tuple[Change, ...]:
    """Compare what came with what was due, and note each change in the ledger, so that it is told once.

    A source stays late since its first missed date, whatever is missed after it. One that is no longer declared is
    awaited no longer; one whose declaration is broken stays as it was.
    """
    changes = tuple(_changes(senders, ledger, now))
    for change in changes:
        (ledger.note_late if change.is_late else ledger.note_came)(change.source, change.due, now)
    return changes


def _changes(senders: Senders, ledger: Ledger, now: datetime) -> Iterator[Change]:
    noted, received = ledger.late(), ledger.last_received()
    for name in sorted((senders.sound.keys() | noted.keys()) - senders.broken.keys()):
        source, since, came = senders.sound.get(name), noted.get(name), received.get(name)
        due = overdue(source.arrives, came, now) if source else None
        if since and (due is None or (came and came >= since)):
            yield Change(name, since, is_late=False)
            since = None
        if due and since is None:
            yield Change(name, due, is_late=True)
