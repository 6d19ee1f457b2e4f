"""The drill: everything is dropped, brought back, and says the same, now and as of every moment before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import flow, lake
from pipelines.artefacts import PLAIN, Envelope
from pipelines.backup import MANIFEST, backup, restore
from pipelines.declarations import Declarations, load_declarations
from pipelines.errors import BackupError, LakeError
from pipelines.settings import Settings
from pipelines.steps import Steps

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
FIRST = HEAD + "".join(f"2020-04-{day:02}T06:00:00Z,{day}0,{day},0,Астана\n" for day in range(1, 7))
CORRECTED = FIRST.replace("60,6", "61,6")
REPLACED = "".join(CORRECTED.splitlines(keepends=True)[:-1])
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Said = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> Settings:
    """A home to which came a first delivery, a correction, a replacement, and a withdrawal of the correction."""
    folder = tmp_path_factory.mktemp("kept")
    settings = at(folder / "home")
    clock = ticking()
    sent = [(FIRST, PLAIN), (CORRECTED, PLAIN), (REPLACED, Envelope("replace", "all", "five days"))]
    outcomes = [send(text, settings, declared, clock, envelope) for text, envelope in sent]
    assert all(o.publication for o in outcomes)
    withdrawn = Envelope("withdraw", None, "a typing error", outcomes[1].delivery.delivery_id)
    flow.withdraw(withdrawn, "kz/case_counts", Steps(declared, settings, clock))
    return settings


def at(folder: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(folder)})


def ticking(since: datetime = NOW) -> Callable[[], datetime]:
    moments = iter(since + timedelta(seconds=i) for i in range(10_000))
    return lambda: next(moments)


def send(
    text: str, settings: Settings, declared: Declarations, clock: Callable[[], datetime], envelope: Envelope = PLAIN
) -> flow.Outcome:
    file = settings.home.parent / "kz.csv"
    file.write_text(text, encoding="utf-8")
    return flow.run(file, "kz/case_counts", declared, settings, clock, lambda _: None, envelope)


def all_that_it_says(settings: Settings) -> Said:
    """Every table, now and as of each publication, by the publication's moment."""
    with lake.opened(settings, read_only=True) as opened:
        sql = f"SELECT snapshot_id, recorded_at FROM ({lake.PUBLICATIONS}) ORDER BY 1"
        told: Said = {}
        for snapshot, recorded_at in opened.con.execute(sql).fetchall():
            for table in ("case_counts", *lake.REGISTERS):
                asked = f"SELECT * FROM {opened.as_of(table, snapshot)} ORDER BY ALL"
                rows = opened.con.execute(asked).fetchall()
                told[f"{table} {recorded_at}"] = [tuple(map(str, row)) for row in rows]
        return told


def test_after_everything_was_dropped_a_backup_says_the_same_and_goes_on(
    tmp_path: Path, home: Settings, declared: Declarations
) -> None:
    backup(home, tmp_path / "safe", lambda _: None)
    before, elsewhere = all_that_it_says(home), at(tmp_path / "elsewhere")
    shutil.copytree(home.home, tmp_path / "dropped")
    assert restore(tmp_path / "safe", elsewhere, lambda _: None) > 0
    assert all_that_it_says(elsewhere) == before
    made = send(FIRST.replace("10,1", "12,1"), elsewhere, declared, ticking(NOW + timedelta(days=1)))
    assert made.publication is not None
    assert all_that_it_says(home) == before


def test_a_second_backup_copies_only_what_is_new(tmp_path: Path, home: Settings) -> None:
    backup(home, tmp_path / "safe", lambda _: None)
    before = {f: f.stat().st_ino for f in (tmp_path / "safe" / "lake").rglob("*.parquet")}
    backup(home, tmp_path / "safe", lambda _: None)
    assert before
    assert {f: f.stat().st_ino for f in before} == before


@pytest.mark.parametrize("harm", ["flipped", "missing", "no manifest"])
def test_a_backup_that_is_not_whole_is_not_brought_back(tmp_path: Path, home: Settings, harm: str) -> None:
    backup(home, tmp_path / "safe", lambda _: None)
    victim = next((tmp_path / "safe" / "store").rglob("*.parquet"))
    if harm == "flipped":
        raw = bytearray(victim.read_bytes())
        raw[len(raw) // 2] ^= 1
        victim.write_bytes(raw)
    (tmp_path / "safe" / MANIFEST if harm == "no manifest" else victim).unlink() if harm != "flipped" else None
    with pytest.raises(BackupError, match=r"no whole backup|missing, or not what was backed up"):
        restore(tmp_path / "safe", at(tmp_path / "new"), lambda _: None)
    assert not (tmp_path / "new" / "store").exists()


def test_nothing_is_overwritten(tmp_path: Path, home: Settings) -> None:
    backup(home, tmp_path / "safe", lambda _: None)
    with pytest.raises(BackupError, match="nothing is overwritten"):
        restore(tmp_path / "safe", home, lambda _: None)


def test_what_lies_in_a_server_is_left_to_its_own_tools(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path), "SALAMAT_CATALOGUE": "postgres:dbname=x"})
    with pytest.raises(BackupError, match="postgres is backed up by its own tools"):
        backup(settings, tmp_path / "safe")


def test_a_lake_that_was_lost_is_built_anew_with_its_history(
    tmp_path: Path, home: Settings, declared: Declarations
) -> None:
    backup(home, tmp_path / "safe", lambda _: None)
    lost = at(tmp_path / "lost")
    restore(tmp_path / "safe", lost, lambda _: None)
    with pytest.raises(LakeError, match="move it away first"):
        flow.rebuild(Steps(declared, lost))
    (lost.home / "lake.sqlite").unlink()
    shutil.rmtree(lost.home / "lake")
    assert flow.rebuild(Steps(declared, lost)) == 4
    assert all_that_it_says(lost) == all_that_it_says(home)
