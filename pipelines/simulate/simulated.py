"""What a simulation gives: each file with what must become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.artefacts import Decision
from pipelines.simulate.spoil import Fault


@dataclass(frozen=True)
class Written:
    """A file, and what must become of it: rows read, facts by fate, the decision, and the faults that are meant."""

    source: str
    path: Path
    rows: int
    facts_by_fate: Mapping[str, int]
    decision: Decision
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Simulated:
    """What was written, from which sources nothing comes, the files that no source takes, and where the truth lies."""

    deliveries: tuple[Written, ...]
    late: tuple[str, ...]
    unrecognised: tuple[Path, ...]
    truth: Path
