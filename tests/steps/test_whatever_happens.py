"""A step that is killed, or whose disk is full, is taken again, and the lake is as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import flow, lake
from pipelines.declarations import Declarations
from pipelines.errors import LakeError
from pipelines.steps import Steps

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
FIRST = HEAD + "2020-04-01T06:00:00Z,10,1,0,Астана\n2020-04-01T06:00:00Z,20,2,0,Шымкент\n"
SECOND = FIRST.replace("10,1", "11,1") + "2020-04-02T06:00:00Z,x,3,1,Астана\n2020-04-02T06:00:00Z,31,3,1,Астана\n"
STEPS = ("decode", "harmonise", "validate", "publish")


def wide(rows: int) -> str:
    """Many rows whose figures cannot be packed."""
    chance = random.Random(1)  # noqa: S311  repeatable
    figures = (",".join(str(chance.randrange(10**6)) for _ in range(3)) for _ in range(rows))
    return HEAD + "".join(f"2020-04-01T06:{n // 60 % 60:02}:{n % 60:02}Z,{f},Астана\n" for n, f in enumerate(figures))


def publications(way: Any) -> list[list[tuple[Any, ...]]]:
    """Every commit of the lake that published, and the rows of the table right after each."""
    with lake.opened(way.settings) as opened:
        sql = "SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE author = 'salamat' ORDER BY 1"
        numbers = [row[0] for row in opened.con.execute(sql).fetchall()]
        asked = "SELECT * EXCLUDE submission_id FROM {} ORDER BY ALL"
        return [opened.con.execute(asked.format(opened.as_of("case_counts", n))).fetchall() for n in numbers]


def undisturbed(way: Any, folder: Path, declared: Declarations) -> Any:
    """The same deliveries in a home of their own, where nothing happens."""
    other = way.settings.from_environment({"SALAMAT_HOME": str(folder / "undisturbed")})
    for text in (FIRST, SECOND):
        (folder / "kz.csv").write_text(text, encoding="utf-8")
        flow.run(folder / "kz.csv", "kz/case_counts", declared, other, progress=lambda _: None)
    return type(way)(other, Steps(declared, other))


def dies_while_it_writes(file: Path) -> None:
    """Leave a catalogue as a process leaves it that is killed in COMMIT: half written, and its journal beside it."""
    script = f"""import os, sqlite3
catalogue = sqlite3.connect({str(file)!r})
catalogue.execute("PRAGMA cache_size = 1")
catalogue.execute("BEGIN")
catalogue.execute("CREATE TABLE half_written (x)")
catalogue.executemany("INSERT INTO half_written VALUES (?)", [("x" * 1000,)] * 500)
os._exit(0)"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert file.with_name(f"{file.name}-journal").stat().st_size > 0


@pytest.mark.parametrize(
    ("seed", "times"), [(1, 8), *(pytest.param(seed, 40, marks=pytest.mark.slow) for seed in (2, 3))]
)
def test_a_delivery_whose_steps_are_killed_ends_as_if_they_were_not(
    way: Any, tmp_path: Path, declared: Declarations, seed: int, times: int
) -> None:
    first = way.receives(FIRST)
    for step in STEPS:
        getattr(way.steps, step)(first)
    second = way.receives(SECOND)
    way.in_processes(second, "killed", seed, times)
    other = undisturbed(way, tmp_path, declared)
    assert way.says() == other.says()
    assert publications(way) == publications(other)
    assert way.states(second)[-1] == "published"


def test_a_reader_finds_the_lake_whole_after_a_writer_that_died_in_commit(way: Any) -> None:
    first = way.receives(FIRST)
    way.steps.publish(first)
    before = way.says()
    dies_while_it_writes(way.settings.home / "lake.sqlite")
    with lake.opened(way.settings, read_only=True) as opened:
        assert opened.con.execute("SELECT count(*) FROM lake.case_counts").fetchall() == [(6,)]
    assert way.says() == before


def test_a_verdict_can_be_made_after_a_writer_that_died_in_commit(way: Any) -> None:
    way.steps.publish(way.receives(FIRST))
    dies_while_it_writes(way.settings.home / "lake.sqlite")
    assert way.steps.validate(way.receives(SECOND)).snapshot is not None


@pytest.mark.parametrize("dies", [Path.touch, dies_while_it_writes])
def test_a_catalogue_whose_making_was_cut_short_is_made_anew(way: Any, dies: Callable[[Path], None]) -> None:
    delivery_id = way.receives(FIRST)
    dies(way.settings.home / "lake.sqlite")
    with pytest.raises(LakeError, match="nothing has been published"), lake.opened(way.settings, read_only=True):
        pass
    assert way.steps.publish(delivery_id).inserted == 6


@pytest.mark.parametrize(("step", "limit"), [("decode", 60_000), ("harmonise", 60_000), ("publish", 60_000)])
def test_a_full_disk_is_told_as_such_and_the_step_succeeds_once_there_is_room(way: Any, step: str, limit: int) -> None:
    delivery_id = way.receives(wide(3600))
    for before in STEPS[: STEPS.index(step)]:
        getattr(way.steps, before)(delivery_id)
    told = way.in_processes(delivery_id, "full", step, limit)
    assert told.startswith("LakeError: " if step == "publish" else "StoreError: ")
    assert "then do it again" in told
    entry = way.standing(delivery_id).entries[-1]
    assert (entry.state, entry.reason.startswith(f"{step}: ")) == ("failed", True)
    for after in STEPS[STEPS.index(step) :]:
        getattr(way.steps, after)(delivery_id)
    assert way.states(delivery_id)[-1] == "published"


def test_a_disk_that_is_full_while_it_is_published_leaves_the_lake_as_it_was(way: Any) -> None:
    first = way.receives(FIRST)
    way.steps.publish(first)
    before = publications(way)
    second = way.receives(SECOND)
    way.steps.validate(second)
    told = way.in_processes(second, "full", "publish", 60_000)  # less than the catalogue is long
    assert told.startswith("LakeError: nothing was published, as far as can be seen: ")
    assert publications(way) == before
    assert way.steps.publish(second).updated == 1
    assert len(publications(way)) == len(before) + 1


def test_a_full_disk_beneath_the_ledger_too_is_still_told(way: Any) -> None:
    delivery_id = way.receives(wide(3600))
    told = way.in_processes(delivery_id, "full", "decode", 4_000)
    assert told.startswith("StoreError: ")
    assert "extract.parquet" in told or "kz" in told
    assert way.states(delivery_id) == ["received"]
