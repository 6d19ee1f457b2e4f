"""tidy: what dead processes left behind is removed, and the lake's small files become few. No number is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pipelines import lake
from pipelines.artefacts import EXTRACT, FATES, HARMONISED, PROBLEMS
from pipelines.settings import Settings

__all__ = ["tidy_lake", "tidy_store"]

_KEPT = {EXTRACT, HARMONISED, FATES, PROBLEMS}
_LEFT_OVER = timedelta(days=1)


def tidy_store(settings: Settings, now: datetime) -> tuple[Path, ...]:
    """Remove what is older than a day and that nothing will take up; give what was removed.

    Spilled memory, texts in between, torn copies, releases that were never finished. Deliveries' bytes, their artefacts
    and their verdicts stay.
    """
    old = tuple(path for path in _left_over(settings) if _age(path, now) > _LEFT_OVER)
    for path in old:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return old


def tidy_lake(settings: Settings) -> tuple[str, ...]:
    """Merge the lake's small files and remove those that no snapshot needs. Every past state can be read as before."""
    with lake.opened(settings) as opened, opened.only_writer():
        return opened.tend()


def _left_over(settings: Settings) -> Iterator[Path]:
    store = settings.home / "store"
    yield from settings.releases.glob(".cutting-*")
    yield from (f for f in (store / "bytes").glob("tmp*") if f.is_file())
    yield from (f for f in (settings.home / "spill").rglob("*") if f.is_file())
    artefacts = (f for f in (store / "deliveries").rglob("*") if f.is_file())
    yield from (f for f in artefacts if f.name not in _KEPT and f.suffix != ".json")


def _age(path: Path, now: datetime) -> timedelta:
    return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
