"""An arrivals folder of its own, the declared sources, and a claim that need not wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.artefacts import Arrival
from pipelines.claim import claim
from pipelines.declarations import Senders, read_senders
from pipelines.settings import Settings

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Arrivals:
    """The arrivals of one home. `takes` claims; what is to happen between its two looks is given as `meanwhile`."""

    settings: Settings
    senders: Senders

    @property
    def folder(self) -> Path:
        return self.settings.arrivals

    def lay(self, where: str, text: str = "a,b\n1,2\n") -> Path:
        file = self.folder / where
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def takes(self, meanwhile: Callable[[], object] = lambda: None) -> tuple[Arrival, ...]:
        return claim(self.settings, self.senders, lambda: NOW, lambda _: (meanwhile(), None)[1])

    def lying(self) -> set[str]:
        """Every file but those that are taken aside, by its path."""
        files = {f.relative_to(self.folder).as_posix() for f in self.folder.rglob("*") if not f.is_dir()}
        return {f for f in files if not f.startswith(".claimed/")}

    def unrecognised(self) -> list[str]:
        return sorted(f.name for f in self.folder.glob("unrecognised/*/*"))


@pytest.fixture(scope="session")
def senders() -> Senders:
    return read_senders()


@pytest.fixture
def arrivals(tmp_path: Path, senders: Senders) -> Arrivals:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    settings.arrivals.mkdir(parents=True)
    return Arrivals(settings, senders)
