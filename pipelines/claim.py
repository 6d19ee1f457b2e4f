"""claim: a file that lies complete in the arrivals folder is taken aside under the id that its delivery will have.

`arrivals/<iso2>/<name>/` and what lies below it belongs to one source. A file that lies elsewhere goes to the one
source that takes its name. What no source takes is moved to `arrivals/unrecognised/`, where `salamat status` shows it.
A `datapackage.json` waits for the one file that it names, and the two are taken aside together; one that withdraws
names no file and is taken as it is. Nothing is deleted here.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path, PurePath

from pipelines.artefacts import PLAIN, Arrival, Envelope
from pipelines.declarations import Senders
from pipelines.declarations.recognise import recognise
from pipelines.declarations.source import Source
from pipelines.envelope import DATAPACKAGE, read_envelope
from pipelines.errors import EnvelopeError, StoreError, UnknownSource
from pipelines.receive import new_id
from pipelines.settings import Settings
from pipelines.store import sha256_of

__all__ = ["claim", "claimed", "unrecognised"]

CLAIMED, UNRECOGNISED = ".claimed", "unrecognised"
_UNFINISHED = (".*", "~$*", "*.part", "*.tmp", "*.partial", "*.filepart", "*.crdownload", "*.swp")
_Look = tuple[int, int]


def claim(
    settings: Settings,
    senders: Senders,
    clock: Callable[[], datetime],
    wait: Callable[[float], None] = time.sleep,
) -> tuple[Arrival, ...]:
    """Take aside every file that is complete, and give all that is taken aside and not yet received, the oldest first.

    A file is complete when it bears no name of a file in the making and two looks, `settle_seconds` apart, see the
    same size and the same time of change. A folder whose source cannot be read is left as it is, and so is a file that
    it might be meant for. Raises StoreError where a folder cannot be read or written, when the others are done.
    """
    failed: list[OSError] = []
    try:
        make_folders(settings, senders.sound)
        _finish(settings)
        before = {file: _look(file) for file in _lying(settings.arrivals, senders.broken, failed.append)}
    except OSError as error:
        raise _cannot(settings, error) from error
    if before:
        wait(settings.settle_seconds)
    for file, seen in sorted(before.items(), key=lambda item: _written(item[1])):  # ids sort as the files were written
        try:
            if seen and seen == _look(file):
                _move(file, seen, settings, senders, clock())
        except OSError as error:
            failed.append(error)
    if failed:
        raise _cannot(settings, failed[0])
    return claimed(settings)


def claimed(settings: Settings) -> tuple[Arrival, ...]:
    """Give what is taken aside and not yet received, in the order in which the files were written."""
    root = settings.arrivals / CLAIMED
    lying = (Path(folder, name) for folder, _, names in os.walk(root) for name in names)  # folders may vanish meanwhile
    found = ((_look(f), f, _said(f)) for f in lying)
    ordered = sorted((seen[1], f.name, f, said) for seen, f, said in found if seen and said)
    return tuple(Arrival(f.parent.name, f.parents[1].relative_to(root).as_posix(), f, s) for _, _, f, s in ordered)


def unrecognised(settings: Settings, sources: Mapping[str, Source]) -> dict[Path, str]:
    """Give the files that no source takes, each with the reason."""
    lying = sorted(f for f in (settings.arrivals / UNRECOGNISED).glob("*/*") if f.is_file())
    packages = (Path(folder, DATAPACKAGE) for folder, _, names in os.walk(settings.arrivals) if DATAPACKAGE in names)
    waiting = sorted(file for file in packages if file not in lying and (p := _package(file)) and p.wrong)
    return {file: _why_not(file, sources) for file in (*lying, *waiting)}


def make_folders(settings: Settings, sources: Mapping[str, Source]) -> None:
    """Make the folder of each source, so that a sender finds where to put a file."""
    for source in sources:
        (settings.arrivals / source).mkdir(parents=True, exist_ok=True)


def _lying(arrivals: Path, broken: Collection[str], failed: Callable[[OSError], None]) -> Iterator[Path]:
    """Give the files that may be taken. A link is not followed: it may lead to what is not for us."""
    left = {UNRECOGNISED, *broken}
    for folder, inner, names in os.walk(arrivals, onerror=lambda e: None if _vanished(e) else failed(e)):
        inside = PurePath(folder).relative_to(arrivals)
        inner[:] = sorted(n for n in inner if not _in_the_making(n) and (inside / n).as_posix() not in left)
        yield from (Path(folder, name) for name in sorted(names) if not _in_the_making(name))


def _in_the_making(name: str) -> bool:
    return any(fnmatch(name.lower(), pattern) for pattern in _UNFINISHED)


def _look(file: Path) -> _Look | None:
    """Size and time of change; None for what is not a file, or vanished meanwhile: it was its sender's to take away."""
    try:
        told = file.lstat()
    except FileNotFoundError:
        return None
    return (told.st_size, told.st_mtime_ns) if stat.S_ISREG(told.st_mode) else None


def _written(seen: _Look | None) -> int:
    return seen[1] if seen else 0


def _move(file: Path, seen: _Look, settings: Settings, senders: Senders, now: datetime) -> None:
    """Move a file in one step, so that it is never in two places and never in none."""
    beside, package = file.with_name(DATAPACKAGE), _package(file.with_name(DATAPACKAGE))
    if beside == file and package and not package.withdraws:
        return  # it goes with its file
    digest, understood = _digest(file), package is None or package.wrong is None
    source = _source_of(file, settings.arrivals, senders.sound) if digest and understood else None
    if _look(file) != seen:  # it was changed, or another process took it, while its bytes were read
        return
    if source is None and digest and senders.broken and _owner(file, settings.arrivals, senders.sound) is None:
        return  # it may be meant for a source whose declaration is to be mended first
    folder = settings.arrivals / (f"{CLAIMED}/{source.source}" if source else UNRECOGNISED)
    aside = folder / new_id(digest or "unreadable", now)
    aside.mkdir(parents=True)
    if beside != file and package and package.goes_with(file):
        beside.rename(aside / DATAPACKAGE)  # first: what dies now is finished by the next claim
    try:
        file.rename(aside / _writable(file.name))
    except OSError as error:
        if not any(aside.iterdir()):
            aside.rmdir()
        if not _vanished(error):
            raise


def _finish(settings: Settings) -> None:
    """Bring the file to a data package that was taken aside alone, because a process died between the two."""
    for lying in settings.arrivals.glob(f"{CLAIMED}/*/*/*/{DATAPACKAGE}"):
        package = _package(lying)
        if package and package.about and not lying.with_name(package.about).exists():
            owner = lying.parents[1].relative_to(settings.arrivals / CLAIMED)
            found = (f for f in sorted((settings.arrivals / owner).rglob(package.about)) if f.is_file())
            if file := next(found, None):
                file.rename(lying.with_name(package.about))


def _said(file: Path) -> Envelope | None:
    """Give what is said of a file that is taken aside; None for a data package that is about a file beside it."""
    package = _package(file.with_name(DATAPACKAGE))
    if package and package.wrong:  # it was understood when it was taken: it is not what it was
        raise EnvelopeError(package.wrong)
    if file.name == DATAPACKAGE and package and package.about:
        return None
    return package.envelope if package else PLAIN


@dataclass(frozen=True)
class _Package:
    """A data package: what it says, the file that it is about (None: it withdraws), and why it is not understood."""

    envelope: Envelope = PLAIN
    about: str | None = None
    wrong: str | None = None

    @property
    def withdraws(self) -> bool:
        """Whether it is a delivery of its own."""
        return self.about is None and self.wrong is None

    def goes_with(self, file: Path) -> bool:
        """Whether it is about this file; one that is not understood may be about any."""
        return self.wrong is not None or self.about == file.name


def _package(file: Path) -> _Package | None:
    """Read a data package; None where there is none, or it vanished just now."""
    try:
        envelope, about = read_envelope(file)
    except EnvelopeError as error:
        return _Package(wrong=str(error))
    except OSError:
        return None
    if len(about) > 1:
        return _Package(
            wrong=f"{file.name} is about {len(about)} files; send each in a folder of its own, with its own"
        )
    if not about and envelope.kind != "withdraw":
        return _Package(wrong=f"{file.name} names no file in `resources`, and withdraws nothing")
    return _Package(envelope, next(iter(about), None))


def _digest(file: Path) -> str | None:
    """Give the digest of a file; None where we may not read it, and an empty one where it is not there any more."""
    try:
        return sha256_of(file)
    except PermissionError:
        return None
    except FileNotFoundError:
        return ""


def _writable(name: str) -> str:
    """Give the name with `?` for each byte that is not UTF-8: the ledger and the reports could not write it."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _owner(file: Path, arrivals: Path, sources: Mapping[str, Source]) -> Source | None:
    """Give the source in whose folder, or below it, the file lies."""
    folders = file.relative_to(arrivals).parents
    return next((sources[f.as_posix()] for f in folders if f.as_posix() in sources), None)


def _source_of(file: Path, arrivals: Path, sources: Mapping[str, Source]) -> Source | None:
    own = _owner(file, arrivals, sources)
    if own is not None and file.name == DATAPACKAGE:
        return own
    if own is not None:
        return own if fnmatch(file.name, own.arrives.matching) else None
    try:
        return recognise(file, None, sources)
    except UnknownSource:
        return None


def _why_not(file: Path, sources: Mapping[str, Source]) -> str:
    if (package := _package(file.with_name(DATAPACKAGE))) and package.wrong:
        return package.wrong
    if not _readable(file):
        return "it cannot be read: permission is denied; give it, and move the file back"
    try:
        taking = recognise(file, None, sources)
    except UnknownSource as error:
        return str(error).removesuffix("; say which with --source")
    return f"it lay in the folder of another source; {taking.source} takes a file of this name: move it there"


def _readable(file: Path) -> bool:
    try:
        file.open("rb").close()
    except PermissionError:
        return False
    return True


def _vanished(error: OSError) -> bool:
    return isinstance(error, FileNotFoundError)


def _cannot(settings: Settings, error: OSError) -> StoreError:
    return StoreError(f"the arrivals at {settings.arrivals} cannot be taken in, or not all of them: {error}")
