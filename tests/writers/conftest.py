"""A real PostgreSQL, deliveries of several sources, writers in processes, and what one writer alone comes to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines import lake
from pipelines.declarations import Declarations, load_declarations
from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.simulate.asked import asked_of
from pipelines.simulate.deliver import deliver
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from tests.servers.postgres import Postgres, missing

SHARED, OTHERS = "kz/case_counts", ("tm/vaccinations", "az/case_counts")
HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Sent:
    """A file on its way, under the id that its delivery will have."""

    delivery_id: str
    source: str
    file: Path


@dataclass(frozen=True)
class Writing:
    """Writers at work; `ends` gives for each the errors after which it tried again."""

    process: subprocess.Popen[str]

    def goes_on(self) -> bool:
        return self.process.poll() is None

    def ends(self) -> list[list[str]]:
        out, err = self.process.communicate(timeout=600)
        assert self.process.returncode == 0, err
        told: list[list[str]] = json.loads(out)
        return told


@dataclass(frozen=True)
class Home:
    """A home with what salamat is told of it."""

    environment: dict[str, str]
    job: Path

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.environment)

    def with_another_lake(self, catalogue: str) -> Home:
        """The same home, whose deliveries are not published yet."""
        data = str(self.job.parent / "another") + os.sep
        return replace(self, environment={**self.environment, "SALAMAT_CATALOGUE": catalogue, "SALAMAT_DATA": data})

    def writes(self, sent: Sequence[Sent], ids: Sequence[Sequence[str]]) -> Writing:
        """Let writers begin, one for each list of ids; of what was `sent`, all is received first, in its order."""
        arrivals = [(s.delivery_id, s.source, str(self._laid(s))) for s in sent]
        told = {"environment": self.environment, "arrivals": arrivals, "writers": ids}
        self.job.write_text(json.dumps(told), encoding="utf-8")
        command = [sys.executable, str(Path(__file__).parent / "write.py"), str(self.job)]
        return Writing(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))

    def steps_done(self) -> int:
        """Count what the ledger says of all deliveries, but their receipts."""
        ledger = Ledger(self.settings)
        done = sum(len(standing.entries) - 1 for standing in ledger.standings())
        ledger.close()
        return done

    def says(self) -> dict[str, Rows]:
        """What the lake says, but what hangs on the order of publishing: moments, counts of changes, doubts."""
        told = "submission_id, source, table_name, kind, file_name, sha256, rows_read, facts_read, facts_rejected"
        told += ", facts_inserted + facts_updated + facts_unchanged + facts_overtaken AS facts"
        with lake.opened(self.settings) as opened:
            tables = set(opened.tables()) - set(lake.REGISTERS)
            asked = {t: f"SELECT * EXCLUDE (dq_flags) FROM lake.{t} ORDER BY ALL" for t in sorted(tables)}
            asked["submissions"] = f"SELECT {told} FROM lake.submissions ORDER BY ALL"
            return {table: opened.con.execute(sql).fetchall() for table, sql in asked.items()}

    def publications(self) -> Rows:
        """Give each publication in the order of snapshots: delivery and moment."""
        with lake.opened(self.settings) as opened:
            return opened.con.execute(
                f"SELECT commit_message, recorded_at FROM ({lake.PUBLICATIONS}) ORDER BY snapshot_id"
            ).fetchall()

    def in_the_register(self) -> Rows:
        """The same, as the lake's own register has it."""
        with lake.opened(self.settings) as opened:
            return opened.con.execute("SELECT submission_id, recorded_at FROM lake.submissions ORDER BY 2").fetchall()

    def in_the_ledger(self) -> Rows:
        """The same, as the ledger has it; every delivery must stand as published."""
        ledger = Ledger(self.settings)
        assert {s.state for s in ledger.standings()} == {"published"}
        told = [(delivery_id, at.replace(tzinfo=None)) for delivery_id, _, at in ledger.publications()]
        ledger.close()
        return told

    def _laid(self, sent: Sent) -> Path:
        file = self.job.parent / "aside" / sent.delivery_id / sent.file.name
        file.parent.mkdir(parents=True)
        return Path(shutil.copy2(sent.file, file))


NewHome = Callable[..., Home]


def check_written(home: Home, sent: Sequence[Sent], alone: dict[str, Rows]) -> None:
    """Each delivery counts once, moments run with snapshots, lake and ledger agree, and all is as one writer has it."""
    publications = home.publications()
    moments = [at for _, at in publications]
    assert sorted(delivery for delivery, _ in publications) == sorted(s.delivery_id for s in sent)
    assert moments == sorted(set(moments))
    assert home.in_the_register() == publications
    assert home.in_the_ledger() == publications
    assert home.says() == alone


def written_alone(home: Home, sent: Sequence[Sent]) -> dict[str, Rows]:
    """Let one writer take one delivery after the other; give what the lake says then."""
    assert home.writes(sent, [[s.delivery_id for s in sent]]).ends() == [[]]
    check_written(home, sent, said := home.says())
    return said


@pytest.fixture(scope="session")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(scope="session")
def sent(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> list[Sent]:
    """Three deliveries of one source, each of which corrects the one before, and one of each of two others."""
    return of_one_source(tmp_path_factory.mktemp("sent"), 3) + of_others(tmp_path_factory.mktemp("others"), declared)


def of_one_source(folder: Path, number: int) -> list[Sent]:
    """Delivery n says something of the days n to n + 2, and a little more than those before."""
    made = []
    for n in range(number):
        rows = [f"2020-04-{n + day:02}T06:00:00Z,{100 * (n + day) + n},{n + day},0,Астана\n" for day in range(1, 4)]
        file = folder / f"kz_{n}.csv"
        file.write_text(HEAD + "".join(rows), encoding="utf-8")
        made.append(Sent(f"kz-{n:02}", SHARED, file))
    return made


def of_others(folder: Path, declared: Declarations) -> list[Sent]:
    worlds = Worlds(declared, Window(1), 1)
    asked = [asked_of(declared.sources[name], worlds) for name in OTHERS]
    written = [deliver(a, "clean", folder / "files", folder / "truth") for a in asked]
    return [Sent(w.source.replace("/", "-"), w.source, w.path) for w in written]


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> NewHome:
    """Make homes: on one machine, or with what else they are told."""

    def made(**environment: str) -> Home:
        folder = tmp_path_factory.mktemp("home")
        told = {"SALAMAT_HOME": str(folder / "home"), "SALAMAT_THREADS": "1", **environment}
        return Home(told, folder / "job.json")

    return made


@pytest.fixture(scope="session")
def alone(new_home: NewHome, sent: list[Sent]) -> dict[str, Rows]:
    """What the lake says after one writer, one delivery after the other, on SQLite and a folder."""
    return written_alone(new_home(), sent)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    if lacking := missing():
        pytest.skip(f"left out: this machine has no {', '.join(lacking)}")
    server = Postgres(tmp_path_factory.mktemp("postgres"))
    server.make()
    server.start()
    yield server
    server.kill()
