"""The catalogue without opening the lake: whether it is there, where its data lie, and that one writes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipelines.errors import LakeError
from pipelines.settings import Settings

if TYPE_CHECKING:
    import sqlite3

MEND = "see that the disk has room and that the catalogue can be reached, then do it again: nothing counts twice"
_WAIT_SECONDS = 120


def is_there(settings: Settings) -> bool:
    """Whether anything can have been published: a catalogue in a file is not there before the first publication.

    What a process wrote there that died in the middle is taken back first: who may only read could neither do that
    nor read. It may have died while it made the catalogue, and left a file in which there is none. Raises LakeError.
    """
    import sqlite3  # noqa: PLC0415  a catalogue may lie in PostgreSQL

    kind, _, where = settings.catalogue.partition(":")
    if kind != "sqlite":
        return True
    if not Path(where).is_file() or not Path(f"{where}-journal").exists():
        return Path(where).is_file() and Path(where).stat().st_size > 0
    try:
        with closing(_sqlite(where)) as catalogue:
            return bool(catalogue.execute("SELECT 1 FROM sqlite_master WHERE name = 'ducklake_metadata'").fetchone())
    except sqlite3.Error as error:
        raise LakeError(f"the lake at {settings.home} cannot be opened: {error}; {MEND}") from error


@contextmanager
def writing_stopped(settings: Settings) -> Iterator[None]:
    """Hold the one writer's lock without opening the lake. Raises LakeError after two minutes of waiting."""
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.home / "lake.lock")
    try:
        with lock.acquire(timeout=_WAIT_SECONDS):
            yield
    except Timeout as error:
        raise LakeError(f"another process has been writing to the lake for {_WAIT_SECONDS} s; try again") from error


def moved(settings: Settings) -> None:
    """Tell a catalogue in a file that its data lie where the settings say: it was brought here from elsewhere."""
    with closing(_sqlite(settings.catalogue.partition(":")[2])) as catalogue, catalogue:
        catalogue.execute("UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'", (settings.data,))


def _sqlite(file: str) -> sqlite3.Connection:
    """Open a catalogue that is a file, without DuckLake."""
    import sqlite3  # noqa: PLC0415  a catalogue may lie in PostgreSQL

    return sqlite3.connect(file, timeout=_WAIT_SECONDS)
