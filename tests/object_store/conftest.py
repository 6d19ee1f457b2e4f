"""Object stores of the tests' own, and homes whose lake lies in them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import flow, lake
from pipelines.artefacts import PLAIN, Envelope
from pipelines.declarations import Declarations, load_declarations
from pipelines.receive import receive
from pipelines.settings import Settings
from pipelines.steps import Steps
from tests.servers import ceph
from tests.servers.s3 import Bucket, Moto

SOURCE = "kz/case_counts"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
# More rows than DuckLake would keep in its catalogue.
FIRST = HEAD + "".join(f"2020-04-{day:02}T06:00:00Z,{day}0,{day},0,Астана\n" for day in range(1, 13))
CORRECTED = FIRST.replace("120,12", "121,12")
MORE = CORRECTED + "".join(f"2020-04-{day}T06:00:00Z,{day}0,{day},0,Астана\n" for day in range(13, 25))


@dataclass(frozen=True)
class Home:
    """A home, and the way of deliveries through it."""

    settings: Settings
    steps: Steps

    def sends(self, text: str, envelope: Envelope = PLAIN) -> flow.Outcome:
        file = self.settings.home.parent / "kz.csv"
        file.write_text(text, encoding="utf-8")
        told = (self.steps.declared, self.settings, self.steps.clock, lambda _: None, envelope)
        return flow.run(file, SOURCE, *told)

    def receives(self, text: str) -> str:
        file = self.settings.home.parent / "kz.csv"
        file.write_text(text, encoding="utf-8")
        source, steps = self.steps.declared.sources[SOURCE], self.steps
        return receive(file, source, steps.store, steps.ledger, steps.clock()).delivery_id

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with lake.opened(self.settings) as opened:
            return opened.con.execute(sql).fetchall()


NewHome = Callable[[Bucket | None], Home]


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture
def new_home(tmp_path: Path, declared: Declarations, monkeypatch: pytest.MonkeyPatch) -> NewHome:
    """Make homes with a lake of their own in a bucket, or in a folder; the keys are this process's environment."""
    numbers = itertools.count()

    def made(bucket: Bucket | None) -> Home:
        home = tmp_path / f"{next(numbers)}" / "home"
        home.mkdir(parents=True)
        told = bucket.environment(f"{tmp_path.name}/{home.parent.name}") if bucket else {}
        for variable in (v for v in told if v.startswith("AWS_")):
            monkeypatch.setenv(variable, told[variable])
        settings = Settings.from_environment({"SALAMAT_HOME": str(home), **told})
        moments = (NOW + timedelta(seconds=n) for n in itertools.count())
        return Home(settings, Steps(declared, settings, lambda: next(moments)))

    return made


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    server = Moto(tmp_path_factory.mktemp("moto"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def radosgw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    if lacking := ceph.missing():
        pytest.skip(f"left out: Ceph needs {', '.join(lacking)}")
    server = ceph.Ceph(tmp_path_factory.mktemp("ceph"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture(params=["moto", pytest.param("radosgw", marks=pytest.mark.slow)])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """Give a bucket of each store."""
    found: Bucket = request.getfixturevalue(request.param)
    return found
