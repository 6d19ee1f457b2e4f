"""Faults that are planted: what a harness is worth is seen by what it catches.

Each is caught by another figure: half a publication, one that is lost, a delivery that is there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from crash.points import put
from pipelines.artefacts import Arrival, Delivery, Publication
from pipelines.lake import Lake
from pipelines.receive import new_id
from pipelines.steps import Steps


def no_transaction() -> None:
    """The transaction is over before anything is written, so that each statement is a commit of its own."""
    original = Lake.transaction

    @contextmanager
    def transaction(self: Lake, message: str, clock: Callable[[], datetime]) -> Iterator[datetime]:
        with original(self, message, clock) as recorded_at:
            pass
        yield recorded_at

    put(Lake, "transaction", transaction)


def ledger_first() -> None:
    """The ledger says that a delivery is published before the lake does."""
    original = Steps.publish

    def publish(self: Steps, delivery_id: str) -> Publication | None:
        if self.taken_verdict(delivery_id).decision not in {"held", "refused"}:
            self.ledger.record(delivery_id, "published", self.clock())
        return original(self, delivery_id)

    put(Steps, "publish", publish)


def new_receipt() -> None:
    """A file that is received again after a crash gets another receipt."""
    original = Steps.receive

    def receive(self: Steps, arrival: Arrival) -> Delivery:
        anew = new_id(arrival.delivery_id[-13:-5], self.clock())
        return original(self, replace(arrival, delivery_id=anew))

    put(Steps, "receive", receive)


PLANTS: dict[str, Callable[[], None]] = {
    "no-transaction": no_transaction,
    "ledger-first": ledger_first,
    "new-receipt": new_receipt,
}
