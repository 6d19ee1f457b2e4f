"""Which release is meant: a folder that is one, or the newest of a folder of releases."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import NotARelease
from pipelines.released.checksums import CHECKSUMS
from pipelines.released.manifest import MANIFEST


def found(folder: Path) -> Path:
    """Give the release's own folder. Raises NotARelease where there is neither datapackage.json nor `latest`."""
    pointer = folder / "latest"
    meant = folder / pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else folder
    if (meant / MANIFEST).is_file() or (meant / CHECKSUMS).is_file():
        return meant
    parts = sorted(part.parent.name for part in meant.glob(f"*/{MANIFEST}"))
    more = f"; it has one for each of {', '.join(parts)}" if parts else ""
    raise NotARelease(f"{folder} is no release: it has neither {MANIFEST} nor latest{more}")
