"""Where bytes lie: deliveries named by their SHA-256, and a folder of artefacts per delivery.

Only whole-object writes and read-after-write are assumed, so that an object store can take the folder's place.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from pipelines.artefacts import Finding, Workspace
from pipelines.errors import Refused, StoreError
from pipelines.settings import Settings

T = TypeVar("T")
_CHUNK = 1 << 20


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

        Raises Refused for a file over the limit and StoreError where the disk refuses.
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
            raise StoreError(f"cannot store {file.name}: {error}") from error

    def path(self, sha256: str) -> Path:
        """Where the bytes of this digest lie."""
        return self.settings.home / "store" / "bytes" / sha256[:2] / sha256

    def save(self, delivery_id: str, artefact: object, digest: str) -> None:
        """Keep an artefact beside its files, with the digest of the declarations under which it was made."""
        file = self._artefact(delivery_id, type(artefact))
        told = {
            "declarations_digest": digest,
            "artefact": TypeAdapter(type(artefact)).dump_python(artefact, mode="json"),
        }
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(file)

    def forget(self, delivery_id: str, *kinds: type) -> None:
        """Forget artefacts that are about to be made anew: what is half made is never taken for what was there."""
        for kind in kinds:
            self._artefact(delivery_id, kind).unlink(missing_ok=True)

    def saved(self, delivery_id: str, kind: type[T], digest: str | None) -> T | None:
        """Give the artefact of this kind, or None: it was not kept, or was made under other declarations.

        Without a digest, whatever was kept last is given. What another version of salamat wrote, and this one does not
        understand, is as if it were not there: it is made anew.
        """
        file = self._artefact(delivery_id, kind)
        if not file.is_file():
            return None
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            same = digest is None or told["declarations_digest"] == digest
            return TypeAdapter(kind).validate_python(told["artefact"]) if same else None
        except (ValueError, KeyError):
            return None

    def _artefact(self, delivery_id: str, kind: type) -> Path:
        return self.workspace(delivery_id).file(f"{kind.__name__.lower()}.json")

    def workspace(self, delivery_id: str) -> Workspace:
        """The folder of a delivery's artefacts."""
        folder = self.settings.home / "store" / "deliveries" / delivery_id
        folder.mkdir(parents=True, exist_ok=True)
        return Workspace(folder)

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


def sha256_of(file: Path) -> str:
    """Give the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
