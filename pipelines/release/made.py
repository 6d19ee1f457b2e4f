"""One folder's content, written and proven, and the name by which it is cited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.released import in_id

if TYPE_CHECKING:
    from pipelines.release.cut import Cut
    from pipelines.release.parquet import Written


@dataclass(frozen=True)
class Made:
    """A folder with its Parquet, SQL and database: its files of rows, its rows per table, the digest of its content."""

    cut: Cut
    folder: Path
    files: Sequence[Written]
    counts: Mapping[str, int]
    digest: str

    @property
    def release_id(self) -> str:
        """The name by which it is cited, such as `2026-11-23-s12-3fa94c21d0b7`."""
        name = release_id(self.cut, self.digest)
        return f"{name}-{self.cut.country.lower()}" if self.cut.country else name


def release_id(cut: Cut, digest: str) -> str:
    """Name a release by the day on which its snapshot was recorded, the snapshot, and its content: by no other clock.

    The same snapshot has the same name whenever it is cut; where declarations have changed what is in it, another.
    """
    name = f"{cut.recorded_at:%Y-%m-%d}-s{cut.snapshot}-{in_id(digest)}"
    return f"{name}-state" if cut.tier == "state" else name
