"""tidy: what dead processes left behind is removed, and the lake's small files become few. No number is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipelines import lake
from pipelines.artefacts import EXTRACT, FATES, HARMONISED, PROBLEMS
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.store import Store, short

__all__ = ["tidy_lake", "tidy_store"]

_KEPT = {EXTRACT, HARMONISED, FATES, PROBLEMS}
_LEFT_OVER = timedelta(days=1)


def tidy_store(settings: Settings, now: datetime) -> tuple[Path, ...]:
    """Remove what is older than a day and that nothing will take up; give what was removed.

    Spilled memory, texts in between, torn copies, bytes that were kept and got no receipt, releases that were never
    finished, empty folders of arrivals, the facts that were made of a delivery under declarations that count no more.
    Deliveries' bytes, what is published or stands, and every verdict stay.
    """
    return tuple(path for path in [*_left_over(settings)] if _removed(path, now))


def tidy_lake(settings: Settings) -> tuple[str, ...]:
    """Merge the lake's small files and remove those that no snapshot needs. Every past state can be read as before."""
    with lake.opened(settings) as opened, opened.only_writer():
        return opened.tend()


def _left_over(settings: Settings) -> Iterator[Path]:
    store = settings.home / "store"
    yield from settings.releases.glob(".cutting-*")
    yield from (store / "bytes").glob("tmp*")
    yield from _without_receipt(settings)
    yield from (f for f in (settings.home / "spill").rglob("*") if f.is_file())
    artefacts = (f for f in (store / "deliveries").rglob("*") if f.is_file())
    yield from (f for f in artefacts if f.name not in _KEPT and f.suffix != ".json")
    yield from _outdated(settings)
    for aside in (".claimed/*/*/*", "unrecognised/*"):
        yield from (folder for folder in settings.arrivals.glob(aside) if not any(folder.iterdir()))


def _without_receipt(settings: Settings) -> Iterator[Path]:
    """Bytes whose process died before it wrote the receipt: nobody was told that they are here.

    A ledger without any receipt may be lost: beside it, nothing is left over. And never is what something was made of
    already, under an id that has the first digits of the bytes' digest.
    """
    lying = [*(settings.home / "store" / "bytes").glob("??/*")]
    received = Ledger(settings).digests() if lying else frozenset()
    begun = {folder.name.split("-")[1] for folder in (settings.home / "store" / "deliveries").glob("*-*-*")}
    for file in lying if received else ():
        if file.name not in received and short(file.name) not in begun:
            yield file


def _outdated(settings: Settings) -> Iterator[Path]:
    """What was made of a delivery under declarations under which it neither was ever published nor stands now.

    A lake that was lost is built anew from every publication, under whatever declarations it was made.
    """
    folders = (settings.home / "store" / "deliveries").glob("*")
    several = [folder for folder in folders if len([*folder.glob("*/")]) > 1]
    if not several:
        return
    store, ledger = Store(settings), Ledger(settings)
    standing = {s.delivery.delivery_id: s.entries[-1].declarations_digest for s in ledger.standings()}
    needed = [*standing.items(), *((delivery_id, digest) for delivery_id, digest, _ in ledger.publications())]
    kept = {store.kept(*made).folder for made in needed}
    for folder in (f for f in several if f.name in standing):
        yield from (f for f in folder.glob("*/*") if f.parent not in kept and f.name in _KEPT)


def _removed(path: Path, now: datetime) -> bool:
    """Remove it if it is old; what vanishes meanwhile was another process's to remove."""
    try:
        if now.timestamp() - path.stat().st_mtime <= _LEFT_OVER.total_seconds():
            return False
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return False
    return True
