"""A home of its own, a delivery that was received, and what the lake says when all is done."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import lake
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.source import Source
from pipelines.ledger import Ledger, Standing
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.steps import Steps

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
GOOD = HEAD + "2020-04-01T06:00:00Z,10,1,0,Астана\n2020-04-01T06:00:00Z,20,2,0,Шымкент\n"
HELD = HEAD + "".join(f"2020-04-0{d}T06:00:00Z,{d},x,y,Астана\n" for d in range(1, 9))
SOURCE = "kz/case_counts"


@dataclass(frozen=True)
class Way:
    """The way of deliveries through a home, each step by a delivery's id."""

    settings: Settings
    steps: Steps

    @property
    def ledger(self) -> Ledger:
        return self.steps.ledger

    def receives(self, text: str) -> str:
        file = self.settings.home / "kz.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        source = self.steps.declared.sources[SOURCE]
        return receive(file, source, self.steps.store, self.steps.ledger, self.steps.clock()).delivery_id

    def in_processes(self, delivery_id: str, *how: object) -> str:
        """Take the steps in processes of their own, as tests/steps/in_processes.py says; give what it says."""
        script = Path(__file__).parent / "in_processes.py"
        told = [sys.executable, str(script), str(self.settings.home), delivery_id, *map(str, how)]
        done = subprocess.run(told, capture_output=True, text=True, timeout=300, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def under(self, declared: Declarations) -> Way:
        return replace(self, steps=replace(self.steps, declared=declared))

    def standing(self, delivery_id: str) -> Standing:
        return self.ledger.standing(delivery_id)

    def states(self, delivery_id: str) -> list[str]:
        return [entry.state for entry in self.standing(delivery_id).entries]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with lake.opened(self.settings) as opened:
            return opened.con.execute(sql).fetchall()

    def says(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the lake says, but the moments and the ids that differ from home to home."""
        return said(self.settings)


def said(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    moments = {"submissions": ", recorded_at, received_at"}
    with lake.opened(settings) as opened:
        asked = {
            table: f"SELECT * EXCLUDE (submission_id{moments.get(table, '')}) FROM lake.{table} ORDER BY ALL"
            for table in opened.tables()
        }
        return {table: opened.con.execute(sql).fetchall() for table, sql in asked.items()}


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(scope="session")
def mended(declared: Declarations) -> Callable[..., Declarations]:
    """Give the declarations with one source changed, and another digest."""

    def mend(**changes: Any) -> Declarations:
        source: Source = declared.sources[SOURCE].model_copy(update=changes)
        changed = replace(declared, sources={**declared.sources, SOURCE: source})
        changed.__dict__["digest"] = f"{abs(hash(repr(sorted(changes)))):064x}"
        return changed

    return mend


@pytest.fixture
def way(tmp_path: Path, declared: Declarations) -> Way:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    moments: Iterator[datetime] = (NOW + timedelta(seconds=n) for n in itertools.count())
    return Way(settings, Steps(declared, settings, lambda: next(moments)))
