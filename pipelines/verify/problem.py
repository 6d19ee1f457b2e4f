"""What a verification found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a release: in which file or table, and what."""

    where: str
    what: str


@dataclass(frozen=True)
class Verification:
    """What was found of a release: the digest of its content as it lies there, its files, rows per table, problems.

    `only_bytes`: bytes were found that are not those released, so nobody looked at what they say.
    """

    folder: Path
    digest: str
    files: int
    problems: tuple[Problem, ...]
    release_id: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    only_bytes: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is to be trusted."""
        return not self.problems
