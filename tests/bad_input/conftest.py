"""A small good file of each invented sender, a lake that holds it, and two ways to send another: check it, run it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import flow
from pipelines.artefacts import PLAIN, Envelope
from pipelines.declarations import Declarations, load_declarations
from pipelines.flow import Outcome
from pipelines.ledger import Ledger, Standing
from pipelines.settings import Settings

RECEIVED = datetime(2020, 8, 1, 12, tzinfo=UTC)
REGIONS = ("Абай облысы", "Ақмола облысы", "Қарағанды облысы", "Атырау облысы")


def silent(_: str) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Home:
    """A home with a lake in which a good file is published."""

    settings: Settings
    declared: Declarations
    folder: Path

    def run(self, data: bytes, source: str = "kz/bulletin", name: str = "bulletin_sent.csv") -> Outcome:
        """Take bytes through to the lake."""
        file = self.folder / name
        file.write_bytes(data)
        return flow.run(file, source, self.declared, self.settings, lambda: RECEIVED, silent)

    def standing(self, outcome: Outcome) -> Standing:
        """Give what the ledger says of a delivery."""
        return Ledger(self.settings).standing(outcome.delivery.delivery_id)

    def published(self) -> str:
        """Give a digest over every byte of the lake: its catalogue and its data."""
        files = [self.settings.home / "lake.sqlite", *sorted((self.settings.home / "lake").rglob("*.parquet"))]
        whole = hashlib.sha256()
        for file in files:
            whole.update(str(file).encode() + b"\0" + file.read_bytes())
        return whole.hexdigest()


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations(Path(__file__).parent / "declarations")


@pytest.fixture(scope="session")
def good() -> str:
    """Give the good bulletin: a header and 360 rows, 90 days of four regions."""
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(90)]
    rows = [f"{day:%d.%m.%Y};{region};Жұқтырғандар;{n};" for n, day in enumerate(days) for region in REGIONS]
    return "\n".join(["Күні;Облыс;Көрсеткіш;Саны;Ескерту", *rows]) + "\n"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(tmp_path_factory.mktemp("home")), "SALAMAT_THREADS": "2"})


@pytest.fixture(scope="session")
def home(good: str, settings: Settings, declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(settings, declared, tmp_path_factory.mktemp("sent"))
    assert made.run(good.encode()).verdict.decision == "accepted"
    return made


@pytest.fixture(scope="session")
def checked(
    settings: Settings, declared: Declarations, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[bytes, str], Outcome]:
    """Give a way to check bytes offline."""

    def check(data: bytes, source: str = "kz/bulletin", envelope: Envelope = PLAIN) -> Outcome:
        folder = tmp_path_factory.mktemp("checked")
        file = folder / "sent.csv"
        file.write_bytes(data)
        return flow.check(
            file, source, declared, settings, folder / "work", lambda: RECEIVED, silent, envelope=envelope
        )

    return check
