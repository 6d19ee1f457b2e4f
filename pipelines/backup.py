"""backup: the bytes, the ledger and the lake of a home, copied as they are at one moment, and brought back.

For a home on one machine: ledger and catalogue are SQLite files. What is in PostgreSQL or an object store is backed up
by their own tools (docs/for-operators.md).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from pipelines import lake
from pipelines.errors import BackupError
from pipelines.settings import Settings
from pipelines.store import sha256_of

__all__ = ["backup", "restore"]

MANIFEST = "backup.json"
_LEDGER, _CATALOGUE, _DATA, _STORE = "ledger.sqlite", "lake.sqlite", "lake", "store"
_SPILLED = "spill"  # a delivery's spilled memory is nothing to keep


def backup(settings: Settings, folder: Path, progress: Callable[[str], None] = print) -> int:
    """Copy a home into a folder; give the number of files. What is there already, unchanged, is not copied again.

    No publication begins meanwhile; reading goes on. Raises BackupError where the home is not on one machine.
    """
    _of_one_machine(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # half a backup is none
    with lake.writing_stopped(settings):
        progress("ledger and catalogue")
        databases = [_copied_database(Path(_file(settings.ledger)), folder / _LEDGER)]
        databases += [_copied_database(Path(_file(settings.catalogue)), folder / _CATALOGUE)]
        progress("tables")
        files = {*_copied_tree(Path(settings.data), folder / _DATA)}
        progress("deliveries")
        files |= {*_copied_tree(settings.home / _STORE, folder / _STORE)}
    kept = sorted([*(d for d in databases if d.is_file()), *files])
    _remove_others(folder, set(kept))
    progress("digests")
    told = {f.relative_to(folder).as_posix(): sha256_of(f) for f in kept}
    (folder / MANIFEST).write_text(json.dumps({"files": told}, indent=1), encoding="utf-8")
    return len(kept)


def restore(folder: Path, settings: Settings, progress: Callable[[str], None] = print) -> int:
    """Bring a backup into a home that has none of this; give the number of files.

    Raises BackupError where a file of the backup is missing or is not what it was, or where something would be
    overwritten.
    """
    _of_one_machine(settings)
    targets = {
        _LEDGER: Path(_file(settings.ledger)),
        _CATALOGUE: Path(_file(settings.catalogue)),
        _DATA: Path(settings.data),
        _STORE: settings.home / _STORE,
    }
    if there := [str(t) for t in targets.values() if t.exists() and (t.is_file() or any(t.iterdir()))]:
        raise BackupError(f"nothing is overwritten: {', '.join(there)} is there; move it away, or name another home")
    progress("digests")
    files = _proved(folder)
    progress("files")
    for file in files:
        top, _, rest = file.partition("/")
        target = targets[top] / rest if rest else targets[top]
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / file, target)
    if targets[_CATALOGUE].is_file():
        lake.moved(settings)
    return len(files)


def _proved(folder: Path) -> list[str]:
    try:
        told: dict[str, str] = json.loads((folder / MANIFEST).read_bytes())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(f"{folder} is no whole backup: {MANIFEST} cannot be read ({error})") from error
    if wrong := [f for f, digest in told.items() if not (folder / f).is_file() or sha256_of(folder / f) != digest]:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""  # noqa: PLR2004  three are shown
        raise BackupError(f"{folder}: missing, or not what was backed up: {', '.join(wrong[:3])}{more}")
    return sorted(told)


def _of_one_machine(settings: Settings) -> None:
    elsewhere = [w for w in (settings.ledger, settings.catalogue) if not w.startswith("sqlite:")]
    elsewhere += [settings.data] if "://" in settings.data else []
    if elsewhere:
        kinds = sorted({where.partition(":")[0] for where in elsewhere})
        raise BackupError(f"{', '.join(kinds)} is backed up by its own tools, all at one moment: docs/for-operators.md")


def _file(where: str) -> str:
    return where.removeprefix("sqlite:").removeprefix("///")


def _copied_database(file: Path, target: Path) -> Path:
    """Copy an SQLite file by its own means: what another process is writing is in it whole or not at all."""
    if not file.is_file():
        target.unlink(missing_ok=True)
        return target
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
    part.replace(target)
    return target


def _copied_tree(root: Path, target: Path) -> Iterator[Path]:
    """Copy every file that is not there yet; none is ever written anew under the same name but small JSON."""
    for file in sorted(f for f in root.rglob("*") if f.is_file() and _SPILLED not in f.parts):
        copy = target / file.relative_to(root)
        if not copy.is_file() or _differ(file, copy):
            copy.parent.mkdir(parents=True, exist_ok=True)
            part = copy.with_name(f"{copy.name}.part")
            shutil.copy2(file, part)
            part.replace(copy)
        yield copy


def _differ(one: Path, other: Path) -> bool:
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) != (b.st_size, b.st_mtime_ns)


def _remove_others(folder: Path, kept: set[Path]) -> None:
    """What the home does not have any more is no part of this backup."""
    for file in [f for f in folder.rglob("*") if f.is_file() and f not in kept]:
        file.unlink()
