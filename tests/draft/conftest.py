"""Files of every source, as the simulation writes them, and the draft of each: made once, for all tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.artefacts import Workspace
from pipelines.declarations import Declarations, load_declarations
from pipelines.draft import Draft, Wanted, draft
from pipelines.settings import Settings
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from tests.draft.measured import SEED, WEEKS, written

Drafted = Callable[..., Draft]


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(tmp_path_factory.mktemp("home"))})


@pytest.fixture(scope="session")
def worlds(declared: Declarations) -> Worlds:
    return Worlds(declared, Window(WEEKS), seed=SEED)


@pytest.fixture(scope="session")
def file_of(worlds: Worlds, declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Give a clean file of a source."""
    folder = tmp_path_factory.mktemp("sent")

    return lambda name: written(name, declared, worlds, folder)


@pytest.fixture
def drafted(declared: Declarations, settings: Settings, tmp_path: Path) -> Drafted:
    """Draft a file, given as a path or as the bytes of a CSV."""

    def made(file: Path | bytes, state: str = "kz", table: str | None = None, **given: str) -> Draft:
        if isinstance(file, bytes):
            path = tmp_path / "weekly_2020-07-13.csv"
            path.write_bytes(file)
            file = path
        return draft(file, Wanted(state, table, given=given), declared, settings, Workspace(tmp_path / "work"))

    return made
