"""Where things lie and how much they may use. Every setting has a default and one environment variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SMALL = 64 << 20  # bytes that any packed file may unpack to


@dataclass(frozen=True)
class Settings:
    """What a run may use. Paths are absolute; sizes are bytes."""

    home: Path
    catalogue: str
    ledger: str
    data: str
    arrivals: Path
    releases: Path
    declarations: tuple[Path, ...] = ()
    memory_limit: str = "1200MB"
    threads: int = 2
    max_file_bytes: int = 4 << 30
    max_unpacked_bytes: int = 16 << 30
    max_packing_ratio: int = 100
    max_line_bytes: int = 1 << 20
    settle_seconds: float = 5.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read SALAMAT_HOME, _CATALOGUE, _LEDGER, _DATA, _ARRIVALS, _RELEASES and the rest, each as its field."""
        env = os.environ if environment is None else environment
        home = Path(env.get("SALAMAT_HOME") or "salamat-home").expanduser().resolve()
        return cls(
            home=home,
            catalogue=env.get("SALAMAT_CATALOGUE") or f"sqlite:{home / 'lake.sqlite'}",
            ledger=env.get("SALAMAT_LEDGER") or f"sqlite:///{home / 'ledger.sqlite'}",
            data=env.get("SALAMAT_DATA") or f"{home / 'lake'}{os.sep}",
            arrivals=Path(env.get("SALAMAT_ARRIVALS") or home / "arrivals").resolve(),
            releases=Path(env.get("SALAMAT_RELEASES") or home / "releases").resolve(),
            declarations=_paths(env.get("SALAMAT_DECLARATIONS", "")),
            memory_limit=env.get("SALAMAT_MEMORY_LIMIT") or "1200MB",
            settle_seconds=float(env.get("SALAMAT_SETTLE_SECONDS") or 5),
            threads=int(env.get("SALAMAT_THREADS") or os.cpu_count() or 2),
        )

    @property
    def lake_is_elsewhere(self) -> bool:
        """Whether the lake's catalogue or its data are on a server, which may be gone at any moment."""
        return not self.catalogue.startswith("sqlite:") or "://" in self.data

    def most_unpacked(self, packed_bytes: int) -> int:
        """Give how many bytes a packed file of this size may unpack to.

        An honest large table does not pack to a hundredth of its size; what packs to a thousandth was made to do harm.
        """
        return min(self.max_unpacked_bytes, max(_SMALL, packed_bytes * self.max_packing_ratio))


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part).resolve() for part in text.split(os.pathsep) if part)
