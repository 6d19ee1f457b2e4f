"""Errand: what a courier is sent for, and how it tells what happened on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.declarations.source import Source
from pipelines.errors import LineBroken, LineRefused, StoreError
from pipelines.pull.line import Line
from pipelines.settings import Settings
from pipelines.watermarks import Watermarks

_LONGEST_SILENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Errand:
    """One pull of one source."""

    source: Source
    line: Line
    folder: Path
    watermarks: Watermarks
    settings: Settings
    now: datetime
    progress: Callable[[str], None]

    @property
    def path(self) -> str:
        """The declared path, or pattern of paths, on the host."""
        return self.source.arrives.path or ""

    @property
    def patience(self) -> float:
        """How many seconds one file may take."""
        return self.source.arrives.patience.total_seconds()

    @property
    def silence(self) -> float:
        """After how many seconds without a byte the line counts as broken."""
        return min(_LONGEST_SILENCE_SECONDS, self.patience)

    @property
    def impatient(self) -> str:
        """What is said when patience is at its end."""
        limit = self.source.arrives.give_up_after
        return f"it was not whole after {limit}; try again, or declare a longer arrives.give_up_after"

    def tell(self, path: str, what: str) -> None:
        """Say in passing what happened to a file."""
        self.progress(f"{self.source.source}: {path}: {what}")

    def broken(self, path: str, what: str) -> LineBroken:
        """Word an error after which trying again may help."""
        return LineBroken(f"{self.source.source}: {self._place(path)}: {what}")

    def refused(self, path: str, what: str, mend: str) -> LineRefused:
        """Word an error that somebody must mend first."""
        return LineRefused(f"{self.source.source}: {self._place(path)}: {what}; {mend}")

    @contextmanager
    def disk(self) -> Iterator[None]:
        """Tell an error of our own disk from one of the line."""
        try:
            yield
        except OSError as error:
            what = f"{self.source.source}: cannot write what is pulled into {self.folder}: {error}"
            raise StoreError(f"{what}; make room there, or let this user write there") from error

    def _place(self, path: str) -> str:
        between = "/" if path and not path.startswith("/") else ""
        return f"{self.line.address}{between}{path}"
