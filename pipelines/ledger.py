"""The ledger: every delivery, and every state it went through, with time and reason. Nothing is ever changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from pipelines.artefacts import Acknowledgement, Delivery, Envelope, Review
from pipelines.errors import StoreError, UnknownDelivery
from pipelines.ledger_tables import ACKNOWLEDGEMENTS, DELIVERIES, LATENESS, REVIEWS, STATES, make
from pipelines.settings import Settings
from pipelines.store import Store

State = Literal[
    "received",
    "decoded",
    "harmonised",
    "validated",
    "published",
    "held",
    "returned",
    "refused",
    "superseded",
    "withdrawn",
    "failed",
]

_WAIT_SECONDS = 60  # for another process that writes into the same file


@dataclass(frozen=True)
class Entry:
    """A state that a delivery was in, and under which declarations."""

    at: datetime
    state: State
    reason: str
    declarations_digest: str = ""


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
        """Open the ledger and make its tables where they are not there yet. Raises StoreError where it cannot be."""
        self._store = Store(settings)
        one_file = settings.ledger.startswith("sqlite")
        waiting = {"timeout": _WAIT_SECONDS} if one_file else {}
        self._engine = sa.create_engine(settings.ledger, connect_args=waiting, pool_pre_ping=True)
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the home {settings.home} cannot be made: {error}") from error
        # Each is made `IF NOT EXISTS`, and PostgreSQL says no all the same to who comes while another makes it.
        with suppress(sa.exc.IntegrityError, sa.exc.ProgrammingError):
            self._make()
            return
        self._make()

    def receive(self, delivery: Delivery) -> Delivery:
        """Write the receipt, the delivery and its first state, in one transaction; give the one that stands.

        A delivery that has its receipt keeps it: asking twice changes nothing.
        """
        if there := self._standings(DELIVERIES.c.delivery_id == delivery.delivery_id):
            return there[0].delivery
        row = {
            "delivery_id": delivery.delivery_id,
            "source": delivery.source,
            "file_name": delivery.file_name,
            "sha256": delivery.sha256,
            "size_bytes": delivery.size_bytes,
            "received_at": delivery.received_at,
            **_columns(delivery.envelope),
        }
        with suppress(sa.exc.IntegrityError), self._transaction() as connection:  # another wrote it just now
            connection.execute(sa.insert(DELIVERIES).values(**row))
            connection.execute(_state(delivery.delivery_id, "received", delivery.received_at, "", ""))
        return self.standing(delivery.delivery_id).delivery

    def record(self, delivery_id: str, state: State, at: datetime, reason: str = "", digest: str = "") -> None:
        """Write that a delivery is now in this state, and why."""
        with self._transaction() as connection:
            connection.execute(_state(delivery_id, state, at, reason, digest))

    def note_withdrawn(self, by: Delivery, at: datetime, digest: str) -> None:
        """Write of what was withdrawn that it is; and of what that had withdrawn in its turn, that it counts again."""
        if by.envelope.withdraws is None:
            return
        target, reason = self.standing(by.envelope.withdraws), f"by {by.delivery_id}: {by.envelope.because}"
        if target.state != "withdrawn":
            self.record(target.delivery.delivery_id, "withdrawn", at, reason, digest)
        if (again := target.delivery.envelope.withdraws) and self.standing(again).state == "withdrawn":
            before = next(e for e in reversed(self.standing(again).entries) if e.state != "withdrawn")
            self.record(again, before.state, at, reason, before.declarations_digest)

    def standing(self, delivery_id: str) -> Standing:
        """Give one delivery with all its states. Raises UnknownDelivery."""
        found = self._standings(DELIVERIES.c.delivery_id == delivery_id)
        if not found:
            raise UnknownDelivery(f"the ledger has no delivery {delivery_id}")
        return found[0]

    def standings(self, source: str | None = None) -> Sequence[Standing]:
        """Give every delivery, or those of one source, in the order of receipt."""
        return self._standings(sa.true() if source is None else DELIVERIES.c.source == source)

    def publications(self) -> Sequence[tuple[str, str, datetime]]:
        """Give every publication in the order in which readers saw it: the delivery, the declarations, the moment."""
        first = sa.func.min(STATES.c.state_id)
        asked = sa.select(STATES.c.delivery_id, STATES.c.declarations_digest, sa.func.min(STATES.c.at))
        asked = asked.where(STATES.c.state == "published").group_by(*asked.selected_columns[:2])
        with self._transaction() as connection:
            rows = connection.execute(asked.order_by(sa.func.min(STATES.c.at), first)).all()
        return [(delivery_id, digest, _utc(at)) for delivery_id, digest, at in rows]

    def standing_at(self, *states: State) -> Sequence[Standing]:
        """Give the deliveries that now are in one of these states, in the order of receipt."""
        newest = sa.select(sa.func.max(STATES.c.state_id)).group_by(STATES.c.delivery_id)
        ids = sa.select(STATES.c.delivery_id).where(STATES.c.state_id.in_(newest), STATES.c.state.in_(states))
        return self._standings(DELIVERIES.c.delivery_id.in_(ids))

    def last_received(self) -> dict[str, datetime]:
        """Give when each source's newest delivery came."""
        asked = sa.select(DELIVERIES.c.source, sa.func.max(DELIVERIES.c.received_at)).group_by(DELIVERIES.c.source)
        with self._transaction() as connection:
            return {source: _utc(at) for source, at in connection.execute(asked).all()}

    def review(self, review: Review) -> None:
        """Write what a person said of a held delivery."""
        with self._transaction() as connection:
            connection.execute(sa.insert(REVIEWS).values(**asdict(review)))

    def reviews(self, delivery_id: str) -> Sequence[Review]:
        """Give what was said of a delivery, the newest last."""
        asked = sa.select(REVIEWS).where(REVIEWS.c.delivery_id == delivery_id).order_by(REVIEWS.c.review_id)
        with self._transaction() as connection:
            rows = connection.execute(asked).all()
        return [Review(r.delivery_id, r.answer, r.who, r.because, _utc(r.at), r.declarations_digest) for r in rows]

    def acknowledge(self, about: Acknowledgement) -> None:
        """Write that a doubt is known and explained."""
        with self._transaction() as connection:
            connection.execute(sa.insert(ACKNOWLEDGEMENTS).values(**asdict(about)))

    def acknowledgements(self, source: str | None = None) -> Sequence[Acknowledgement]:
        """Give what was acknowledged, of one source or of all, the newest last."""
        asked = sa.select(ACKNOWLEDGEMENTS).order_by(ACKNOWLEDGEMENTS.c.acknowledgement_id)
        with self._transaction() as connection:
            rows = connection.execute(asked if source is None else asked.where(ACKNOWLEDGEMENTS.c.source == source))
            return [_acknowledgement(row._mapping) for row in rows]  # noqa: SLF001  SQLAlchemy's own public name

    def late(self) -> dict[str, datetime]:
        """Give the sources that are noted as late, each with the moment at which its delivery was due."""
        asked = sa.select(LATENESS.c.source, LATENESS.c.due).where(LATENESS.c.ended_at.is_(None))
        with self._transaction() as connection:
            return {source: _utc(due) for source, due in connection.execute(asked).all()}

    def note_late(self, source: str, due: datetime, now: datetime) -> None:
        """Write that what was due at this moment has not come; what is noted already stays, what had ended goes on."""
        row = {"source": source, "due": due, "noticed_at": now}
        with self._transaction() as connection:
            noted = connection.execute(sa.select(LATENESS).where(*_same(source, due))).first()
            if noted is None:
                connection.execute(sa.insert(LATENESS).values(**row))
            elif noted.ended_at:
                again = sa.update(LATENESS).values(noticed_at=now, ended_at=None)
                connection.execute(again.where(*_same(source, due)))

    def note_came(self, source: str, due: datetime, now: datetime) -> None:
        """Write that what was due at this moment is no longer awaited."""
        with self._transaction() as connection:
            connection.execute(sa.update(LATENESS).where(*_same(source, due)).values(ended_at=now))

    def digests(self) -> frozenset[str]:
        """Give the digest of every delivery's bytes."""
        with self._transaction() as connection:
            return frozenset(connection.execute(sa.select(DELIVERIES.c.sha256).distinct()).scalars())

    def with_bytes(self, source: str, sha256: str) -> Sequence[Standing]:
        """Give the deliveries of a source that brought exactly these bytes."""
        return self._standings(sa.and_(DELIVERIES.c.source == source, DELIVERIES.c.sha256 == sha256))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _make(self) -> None:
        with self._transaction() as connection:
            make(connection)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            mend = "see that its database is there, may be written and has room, then do it again"
            raise StoreError(f"the ledger {self._engine.url.render_as_string()}: {error.orig}; {mend}") from error

    def _standings(self, condition: Any) -> list[Standing]:
        deliveries = sa.select(DELIVERIES).where(condition).order_by(DELIVERIES.c.received_at, DELIVERIES.c.delivery_id)
        states = sa.select(STATES).join(DELIVERIES).where(condition).order_by(STATES.c.state_id)
        with self._transaction() as connection:
            rows, told = connection.execute(deliveries).all(), connection.execute(states).all()
        by_delivery: dict[str, list[Entry]] = {}
        for state in told:
            by_delivery.setdefault(state.delivery_id, []).append(_entry(state))
        return [Standing(self._delivery(row), tuple(by_delivery[row.delivery_id])) for row in rows]

    def _delivery(self, row: Any) -> Delivery:
        path, at = self._store.path(row.sha256), _utc(row.received_at)
        said = _envelope(row)
        return Delivery(row.delivery_id, row.source, row.file_name, path, row.sha256, row.size_bytes, at, said)


def _columns(envelope: Envelope) -> dict[str, object]:
    return {**asdict(envelope), "period": envelope.period_text}


def _envelope(row: Any) -> Envelope:
    first, _, last = (row.period or "").partition("/")
    period = (date.fromisoformat(first), date.fromisoformat(last)) if last else row.period
    return Envelope(row.kind, period, row.because, row.withdraws, bool(row.meant))


def _acknowledgement(row: Any) -> Acknowledgement:
    told = {key: value for key, value in row.items() if key != "acknowledgement_id"}
    return Acknowledgement(**{**told, "at": _utc(row["at"])})


def _entry(row: Any) -> Entry:
    return Entry(_utc(row.at), row.state, row.reason, row.declarations_digest)


def _same(source: str, due: datetime) -> tuple[Any, Any]:
    return LATENESS.c.source == source, LATENESS.c.due == due


def _state(delivery_id: str, state: State, at: datetime, reason: str, digest: str) -> Any:
    said = {"delivery_id": delivery_id, "at": at, "state": state, "reason": reason, "declarations_digest": digest}
    return sa.insert(STATES).values(**said)


def _utc(moment: datetime) -> datetime:
    """SQLite gives back moments without their zone; they were written in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
