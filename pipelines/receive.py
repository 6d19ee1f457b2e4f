"""receive: bytes and an envelope become a Delivery, named by its receipt; its bytes are named by their SHA-256."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path

from pipelines.artefacts import Delivery
from pipelines.declarations.source import Source
from pipelines.errors import UnknownSource
from pipelines.ledger import Ledger
from pipelines.store import Store

__all__ = ["receive", "source_of"]


def receive(
    file: Path, source: Source, store: Store, ledger: Ledger, now: datetime, period: tuple[date, date] | None = None
) -> Delivery:
    """Keep the bytes and write the receipt. The same bytes may come again: each receipt is a delivery of its own."""
    stored = store.keep(file)
    delivery_id = f"{now:%Y%m%dT%H%M%S}-{stored.sha256[:8]}-{secrets.token_hex(2)}"
    delivery = Delivery(
        delivery_id, source.source, file.name, stored.path, stored.sha256, stored.size_bytes, now, period
    )
    ledger.receive(delivery)
    return delivery


def source_of(file: Path, named: str | None, sources: Mapping[str, Source]) -> Source:
    """Find the source that is named, or the one whose `matching` takes the file's name.

    Raises UnknownSource with the nearest names, or with all that would take the file.
    """
    if named is not None:
        if named in sources:
            return sources[named]
        near = get_close_matches(named, sources, n=3, cutoff=0.4) or sorted(sources)[:8]
        told = f"no source is called '{named}'; known are, nearest first: {', '.join(near)}"
        raise UnknownSource(f"unknown-source: {told}")
    taking = [s for s in sources.values() if fnmatch(file.name, s.arrives.matching)]
    if len(taking) != 1:
        found = ", ".join(s.source for s in taking)
        why = f"several sources take it: {found}" if taking else "no source takes a file of this name"
        raise UnknownSource(f"unknown-source: {file.name}: {why}; say which with --source")
    return taking[0]
