"""pull: a courier. It brings every file that is new since the last time into the arrival folder of its source.

What lies there is taken in as if its sender had brought it. A file is `<name>.part` until it is whole and on the disk;
only then is its watermark written, so that a crash in between fetches once more and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.declarations.source import Source
from pipelines.errors import LineRefused
from pipelines.pull.errand import Errand
from pipelines.pull.line import Line
from pipelines.pull.over_http import over_http
from pipelines.pull.over_sftp import over_sftp
from pipelines.settings import Settings
from pipelines.watermarks import Watermarks

__all__ = ["Line", "pull"]


def pull(
    source: Source,
    line: Line,
    folder: Path,
    watermarks: Watermarks,
    settings: Settings,
    now: datetime,
    progress: Callable[[str], None] = print,
) -> tuple[Path, ...]:
    """Bring what is new into the folder and give where it lies; nothing where nothing is new.

    Raises LineBroken where trying again may help, LineRefused where somebody must mend something first, and StoreError
    where the folder cannot take the file. What was brought before the error stays, and is not fetched again.
    """
    errand = Errand(source, line, folder, watermarks, settings, now, progress)
    _fits(errand)
    with _alone(errand):
        return over_sftp(errand) if source.arrives.over == "sftp" else over_http(errand)


def _fits(errand: Errand) -> None:
    arrives, line = errand.source.arrives, errand.line
    if arrives.by != "pull":
        raise LineRefused(f"{errand.source.source}: is not pulled; its sender brings it")
    if line.scheme != arrives.over:
        what = f"the connection '{arrives.connection}' is {line.scheme}, and the source is declared over {arrives.over}"
        raise errand.refused("", what, "make the two agree")
    library = "paramiko" if arrives.over == "sftp" else "httpx"
    try:
        import_module(library)
    except ImportError as error:
        raise errand.refused("", f"{library} is not installed", "run pip install 'salamat[pull]'") from error


@contextmanager
def _alone(errand: Errand) -> Iterator[None]:
    """One pull of a source at a time: two would write the same file."""
    lock = FileLock(errand.folder / ".pull.lock")
    with errand.disk():
        errand.folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            raise errand.broken("", "another pull of this source is at work; try again when it is done") from error
    try:
        yield
    finally:
        lock.release()
