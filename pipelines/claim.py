"""claim: a file that lies complete in the arrivals folder is taken aside under the id that its delivery will have.

`arrivals/<iso2>/<name>/` belongs to one source. A file that lies elsewhere goes to the one source that takes its name.
What no source takes is moved to `arrivals/unrecognised/`, where `salamat status` shows it. Nothing is deleted here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from pipelines.artefacts import Arrival
from pipelines.declarations import Senders
from pipelines.declarations.recognise import recognise
from pipelines.declarations.source import Source
from pipelines.errors import StoreError, UnknownSource
from pipelines.receive import new_id
from pipelines.settings import Settings
from pipelines.store import sha256_of

__all__ = ["claim", "claimed", "unrecognised"]

CLAIMED, UNRECOGNISED = ".claimed", "unrecognised"
_UNFINISHED = (".*", "~$*", "*.part", "*.tmp", "*.partial", "*.filepart", "*.crdownload", "*.swp")


def claim(
    settings: Settings,
    senders: Senders,
    clock: Callable[[], datetime],
    wait: Callable[[float], None] = time.sleep,
) -> tuple[Arrival, ...]:
    """Take aside every file that is complete, and give all that is taken aside and not yet received, the oldest first.

    A file is complete when it bears no name of a file in the making and two looks, `settle_seconds` apart, see the
    same size and the same time of change. A folder whose source cannot be read is left as it is. Raises StoreError
    where a folder cannot be read or written.
    """
    try:
        make_folders(settings, senders.sound)
        before = {file: _look(file) for file in _lying(settings.arrivals, senders.broken)}
        if before:
            wait(settings.settle_seconds)
        for file in [f for f, seen in before.items() if seen and seen == _look(f)]:
            _move(file, settings, senders.sound, clock())
    except OSError as error:
        raise StoreError(f"the arrivals at {settings.arrivals} cannot be taken in: {error}") from error
    return claimed(settings)


def claimed(settings: Settings) -> tuple[Arrival, ...]:
    """Give what is taken aside and not yet received, in the order in which the files were written."""
    root = settings.arrivals / CLAIMED
    found = [(_look(f), f) for f in root.glob("*/*/*/*")]
    ordered = sorted((seen[1], f.name, f) for seen, f in found if seen)
    return tuple(Arrival(f.parent.name, f.parents[1].relative_to(root).as_posix(), f) for _, _, f in ordered)


def unrecognised(settings: Settings, sources: Mapping[str, Source]) -> dict[Path, str]:
    """Give the files that no source takes, each with the reason."""
    lying = sorted(f for f in (settings.arrivals / UNRECOGNISED).glob("*/*") if f.is_file())
    return {file: _why_not(file, sources) for file in lying}


def make_folders(settings: Settings, sources: Mapping[str, Source]) -> None:
    """Make the folder of each source, so that a sender finds where to put a file."""
    for source in sources:
        (settings.arrivals / source).mkdir(parents=True, exist_ok=True)


def _lying(arrivals: Path, broken: Collection[str]) -> Iterator[Path]:
    for file in sorted(arrivals.rglob("*")):
        inside = file.parent.relative_to(arrivals)
        aside = inside.parts[:1] in {(CLAIMED,), (UNRECOGNISED,)} or inside.as_posix() in broken
        unfinished = any(fnmatch(file.name, name) for name in _UNFINISHED)
        if not aside and not unfinished and file.is_file() and not file.is_symlink():
            yield file


def _look(file: Path) -> tuple[int, int] | None:
    """Size and time of change; None for a file that vanished meanwhile: it was its sender's to take away."""
    try:
        told = file.stat()
    except FileNotFoundError:
        return None
    return told.st_size, told.st_mtime_ns


def _move(file: Path, settings: Settings, sources: Mapping[str, Source], now: datetime) -> None:
    """Move a file in one step, so that it is never in two places and never in none."""
    source = _source_of(file, settings.arrivals, sources)
    folder = (settings.arrivals / CLAIMED / source.source) if source else (settings.arrivals / UNRECOGNISED)
    with suppress(FileNotFoundError):  # it vanished between two looks
        aside = folder / new_id(sha256_of(file), now)
        aside.mkdir(parents=True)
        file.rename(aside / file.name)


def _source_of(file: Path, arrivals: Path, sources: Mapping[str, Source]) -> Source | None:
    own = sources.get(file.parent.relative_to(arrivals).as_posix())
    if own is not None:
        return own if fnmatch(file.name, own.arrives.matching) else None
    try:
        return recognise(file, None, sources)
    except UnknownSource:
        return None


def _why_not(file: Path, sources: Mapping[str, Source]) -> str:
    try:
        taking = recognise(file, None, sources)
    except UnknownSource as error:
        return str(error)
    return f"it lay in the folder of another source; {taking.source} would take a file of this name"
