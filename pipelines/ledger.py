"""The ledger: every delivery, and every state it went through, with time and reason. Nothing is ever changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from pipelines.artefacts import Delivery
from pipelines.errors import UnknownDelivery
from pipelines.settings import Settings
from pipelines.store import Store

State = Literal["received", "decoded", "harmonised", "validated", "published", "held", "refused", "failed"]

_METADATA = sa.MetaData()
_DELIVERIES = sa.Table(
    "deliveries",
    _METADATA,
    sa.Column("delivery_id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("file_name", sa.String, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("period_start", sa.Date),
    sa.Column("period_end", sa.Date),
)
_STATES = sa.Table(
    "states",
    _METADATA,
    sa.Column("state_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.ForeignKey("deliveries.delivery_id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False, default=""),
    sa.Column("declarations_digest", sa.String(64), nullable=False, default=""),
)


@dataclass(frozen=True)
class Entry:
    """A state that a delivery was in."""

    at: datetime
    state: State
    reason: str


@dataclass(frozen=True)
class Standing:
    """A delivery and where it stands now."""

    delivery: Delivery
    entries: tuple[Entry, ...]

    @property
    def state(self) -> State:
        """The state it is in."""
        return self.entries[-1].state


class Ledger:
    """The ledger's database: SQLite for one machine, PostgreSQL for many; nothing here knows which."""

    def __init__(self, settings: Settings) -> None:
        """Open the ledger and make its tables where they are not there yet."""
        settings.home.mkdir(parents=True, exist_ok=True)
        self._store = Store(settings)
        self._engine = sa.create_engine(settings.ledger)
        _METADATA.create_all(self._engine)

    def receive(self, delivery: Delivery) -> None:
        """Write the receipt: the delivery and its first state, in one transaction."""
        first, last = delivery.period or (None, None)
        row = {
            "delivery_id": delivery.delivery_id,
            "source": delivery.source,
            "file_name": delivery.file_name,
            "sha256": delivery.sha256,
            "size_bytes": delivery.size_bytes,
            "received_at": delivery.received_at,
            "period_start": first,
            "period_end": last,
        }
        with self._transaction() as connection:
            connection.execute(sa.insert(_DELIVERIES).values(**row))
            connection.execute(_state(delivery.delivery_id, "received", delivery.received_at, "", ""))

    def record(self, delivery_id: str, state: State, at: datetime, reason: str = "", digest: str = "") -> None:
        """Write that a delivery is now in this state, and why."""
        with self._transaction() as connection:
            connection.execute(_state(delivery_id, state, at, reason, digest))

    def standing(self, delivery_id: str) -> Standing:
        """Give one delivery with all its states. Raises UnknownDelivery."""
        found = self._standings(_DELIVERIES.c.delivery_id == delivery_id)
        if not found:
            raise UnknownDelivery(f"the ledger has no delivery {delivery_id}")
        return found[0]

    def standings(self, source: str | None = None) -> Sequence[Standing]:
        """Give every delivery, or those of one source, in the order of receipt."""
        return self._standings(sa.true() if source is None else _DELIVERIES.c.source == source)

    def with_bytes(self, source: str, sha256: str) -> Sequence[Standing]:
        """Give the deliveries of a source that brought exactly these bytes."""
        return self._standings(sa.and_(_DELIVERIES.c.source == source, _DELIVERIES.c.sha256 == sha256))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            yield connection

    def _standings(self, condition: Any) -> list[Standing]:
        deliveries = (
            sa.select(_DELIVERIES).where(condition).order_by(_DELIVERIES.c.received_at, _DELIVERIES.c.delivery_id)
        )
        states = sa.select(_STATES).join(_DELIVERIES).where(condition).order_by(_STATES.c.state_id)
        with self._transaction() as connection:
            rows, told = connection.execute(deliveries).all(), connection.execute(states).all()
        by_delivery: dict[str, list[Entry]] = {}
        for state in told:
            by_delivery.setdefault(state.delivery_id, []).append(Entry(_utc(state.at), state.state, state.reason))
        return [Standing(self._delivery(row), tuple(by_delivery[row.delivery_id])) for row in rows]

    def _delivery(self, row: Any) -> Delivery:
        period: tuple[date, date] | None = (row.period_start, row.period_end) if row.period_start else None
        path = self._store.path(row.sha256)
        return Delivery(
            row.delivery_id, row.source, row.file_name, path, row.sha256, row.size_bytes, _utc(row.received_at), period
        )


def _state(delivery_id: str, state: State, at: datetime, reason: str, digest: str) -> Any:
    said = {"delivery_id": delivery_id, "at": at, "state": state, "reason": reason, "declarations_digest": digest}
    return sa.insert(_STATES).values(**said)


def _utc(moment: datetime) -> datetime:
    """SQLite gives back moments without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
