"""Where bytes lie: deliveries named by their SHA-256, and a folder of artefacts per delivery and declarations.

Only whole-object writes and read-after-write are assumed, so that an object store can take the folder's place.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from pipelines.artefacts import Finding, Workspace
from pipelines.errors import Refused, StoreError
from pipelines.settings import Settings

T = TypeVar("T")
_CHUNK = 1 << 20
_WAIT_SECONDS = 120
_DIGITS = 16  # of a digest of declarations, as a folder's name


@dataclass(frozen=True)
class Stored:
    """Bytes that are kept: their digest, size in bytes and place."""

    sha256: str
    size_bytes: int
    path: Path


@dataclass(frozen=True)
class Store:
    """The store of one home folder."""

    settings: Settings

    def keep(self, file: Path) -> Stored:
        """Copy a file's bytes under the name of their SHA-256; bytes that are there already are not written again.

        Raises Refused for a file over the limit, FileNotFoundError for one that another process has just kept and let
        go of, and StoreError where the disk refuses.
        """
        size = file.stat().st_size
        if size > self.settings.max_file_bytes:
            raise Refused(
                [Finding("too-large", value=f"{size} bytes", expected=f"{self.settings.max_file_bytes} bytes")]
            )
        folder = self.settings.home / "store" / "bytes"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return self._copied(file, folder)
        except OSError as error:
            if not file.exists():
                raise FileNotFoundError(file) from error
            raise StoreError(f"cannot store {file.name}: {error}") from error

    def path(self, sha256: str) -> Path:
        """Where the bytes of this digest lie."""
        return self.settings.home / "store" / "bytes" / sha256[:2] / sha256

    def save(self, delivery_id: str, artefact: object, digest: str) -> None:
        """Keep an artefact beside its files, with the digest of the declarations under which it was made."""
        file = self.workspace(delivery_id, digest).file(_json(type(artefact)))
        told = {
            "declarations_digest": digest,
            "artefact": _adapter(type(artefact)).dump_python(artefact, mode="json"),  # type: ignore[arg-type]
        }
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(file)

    def forget(self, delivery_id: str, digest: str, *kinds: type) -> None:
        """Forget artefacts that are about to be made anew: what is half made is never taken for what was there."""
        for kind in kinds:
            self._artefact(delivery_id, digest, kind).unlink(missing_ok=True)

    def saved(self, delivery_id: str, kind: type[T], digest: str | None) -> T | None:
        """Give the artefact of this kind, or None: it was not kept, or was made under other declarations.

        Without a digest, whatever was kept last is given. What another version of salamat wrote, and this one does not
        understand, is as if it were not there: it is made anew.
        """
        file = self._artefact(delivery_id, digest, kind) if digest else self._newest(delivery_id, kind)
        if not (file and file.is_file()):
            return None
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            same = digest is None or told["declarations_digest"] == digest
            return _adapter(kind).validate_python(told["artefact"]) if same else None  # type: ignore[arg-type]
        except (ValueError, KeyError):
            return None

    @contextmanager
    def held(self, delivery_id: str) -> Iterator[None]:
        """Let no other process work on a delivery meanwhile; a process may hold it twice, and its lock dies with it.

        Raises StoreError after two minutes of waiting.
        """
        folder = self._folder(delivery_id)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / "lock", timeout=_WAIT_SECONDS, is_singleton=True):
                yield
        except Timeout as error:
            told = f"another process has been working on {delivery_id} for {_WAIT_SECONDS} s; try again"
            raise StoreError(told) from error

    def workspace(self, delivery_id: str, digest: str) -> Workspace:
        """The folder of what was made of a delivery under these declarations: what others made of it stays."""
        made = self.kept(delivery_id, digest)
        made.folder.mkdir(parents=True, exist_ok=True)
        return made

    def kept(self, delivery_id: str, digest: str) -> Workspace:
        """The same folder, for reading: it is there or it is not."""
        return Workspace(self._folder(delivery_id) / digest[:_DIGITS])

    def _artefact(self, delivery_id: str, digest: str, kind: type) -> Path:
        return self.kept(delivery_id, digest).file(_json(kind))

    def _newest(self, delivery_id: str, kind: type) -> Path | None:
        made = self._folder(delivery_id).glob(f"*/{_json(kind)}")
        return max(made, key=lambda file: file.stat().st_mtime_ns, default=None)

    def _folder(self, delivery_id: str) -> Path:
        return self.settings.home / "store" / "deliveries" / delivery_id

    def _copied(self, file: Path, folder: Path) -> Stored:
        digest, size = hashlib.sha256(), 0
        with file.open("rb") as source, tempfile.TemporaryDirectory(dir=folder, prefix="tmp") as beside:
            part = Path(beside) / "part"  # removed with its folder where the disk is full
            with part.open("wb") as target:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            final = self.path(digest.hexdigest())
            final.parent.mkdir(exist_ok=True)
            part.replace(final)
        return Stored(digest.hexdigest(), size, final)


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    """Pydantic's reader and writer of an artefact; to make one takes 25 ms."""
    return TypeAdapter(kind)


def _json(kind: type) -> str:
    return f"{kind.__name__.lower()}.json"


def short(sha256: str) -> str:
    """Give the first digits of the bytes' digest, by which a delivery's id tells them."""
    return sha256[:8]


def sha256_of(file: Path) -> str:
    """Give the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
