"""receive: bytes and an envelope become a Delivery, named by its receipt; its bytes are named by their SHA-256."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from pipelines.artefacts import PLAIN, Delivery, Envelope
from pipelines.declarations.source import Source
from pipelines.ledger import Ledger
from pipelines.store import Store, short

__all__ = ["new_id", "receive"]


def receive(
    file: Path,
    source: Source,
    store: Store,
    ledger: Ledger,
    now: datetime,
    envelope: Envelope = PLAIN,
    delivery_id: str | None = None,
) -> Delivery:
    """Keep the bytes and write the receipt. The same bytes may come again: each receipt is a delivery of its own.

    A `delivery_id` that was given before is given once more: the receipt is written once, however often one asks.
    """
    stored = store.keep(file)
    named = delivery_id or new_id(stored.sha256, now)
    delivery = Delivery(named, source.source, file.name, stored.path, stored.sha256, stored.size_bytes, now, envelope)
    return ledger.receive(delivery)


def new_id(sha256: str, now: datetime) -> str:
    """Make a delivery's id: when (UTC), the beginning of its digest, and four letters of chance.

    To the microsecond, so that ids sort in the order in which they were given.
    """
    return f"{now:%Y%m%dT%H%M%S%f}-{short(sha256)}-{secrets.token_hex(2)}"
