"""What nothing will take up goes when it is old; what is young, kept or still to be read stays."""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import lake
from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations, load_declarations
from pipelines.engine import literal, parquet
from pipelines.flow import rebuild
from pipelines.publish import publish
from pipelines.receive import receive
from pipelines.release import release
from pipelines.settings import Settings
from pipelines.steps import Steps
from pipelines.tidy import tidy_lake, tidy_store

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=2), NOW - timedelta(hours=23)
LEFT = (
    *("store/bytes/tmpabc/part", "store/bytes/tmpold", "store/deliveries/one/text.csv", "spill/duckdb_temp_1.tmp"),
    *(
        "store/deliveries/one/spill/x.tmp",
        "store/deliveries/one/validate-1.duckdb",
        "store/deliveries/one/extract.1.part",
    ),
    *("releases/.cutting-x/data/t.parquet",),
)
KEPT = (
    *("store/bytes/ab/abcdef", "ledger.sqlite", "lake/main/t/x.parquet", "releases/2026-11/salamat.duckdb"),
    *(f"store/deliveries/one/{n}.parquet" for n in ("extract", "harmonised", "fates", "problems")),
    *(f"store/deliveries/one/{n}.json" for n in ("extract", "harmonised", "verdict")),
    *("arrivals/kz/case_counts/kz.csv.part", "arrivals/.claimed/kz/case_counts/id/kz.csv", "arrivals/unrecognised/i/x"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


def lay(settings: Settings, at: datetime) -> None:
    for name in (*LEFT, *KEPT):
        file = settings.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" if file.suffix != ".sqlite" else b"")
    for folder in ("arrivals/.claimed/kz/case_counts/empty", "arrivals/unrecognised/empty"):
        (settings.home / folder).mkdir()
    for path in settings.home.rglob("*"):
        os.utime(path, (at.timestamp(), at.timestamp()))


def there(settings: Settings) -> set[str]:
    return {f.relative_to(settings.home).as_posix() for f in settings.home.rglob("*") if f.is_file()}


def test_what_is_young_stays(settings: Settings) -> None:
    lay(settings, YOUNG)
    assert tidy_store(settings, NOW) == ()
    assert there(settings) == {*LEFT, *KEPT}


def test_what_is_old_and_left_over_goes_and_nothing_else(settings: Settings) -> None:
    lay(settings, OLD)
    removed = tidy_store(settings, NOW)
    assert there(settings) == set(KEPT)
    assert len(removed) == len(LEFT) + 2
    assert not (settings.arrivals / ".claimed/kz/case_counts/empty").exists()
    assert tidy_store(settings, NOW) == ()


def test_bytes_without_a_receipt_go_when_they_are_old(settings: Settings, declared: Declarations) -> None:
    steps = Steps(declared, settings)
    kept = steps.delivery(received(settings, steps)).path
    without, begun = (settings.home / "store/bytes" / f"{n}" / f"{n}{'0' * 62}" for n in ("ab", "cd"))
    for file in (without, begun):
        file.parent.mkdir()
        file.write_bytes(b"x")
    (settings.home / f"store/deliveries/20260101T000000000000-{begun.name[:8]}-0000").mkdir(parents=True)
    for file in (without, begun, kept):
        os.utime(file, (YOUNG.timestamp(), YOUNG.timestamp()))
    assert tidy_store(settings, NOW) == ()
    assert tidy_store(settings, NOW + timedelta(days=1)) == (without,)
    assert (begun.is_file(), kept.is_file()) == (True, True)


def test_beside_a_ledger_that_was_lost_no_bytes_are_removed(settings: Settings, declared: Declarations) -> None:
    steps = Steps(declared, settings)
    kept = steps.delivery(received(settings, steps)).path
    os.utime(kept, (OLD.timestamp(), OLD.timestamp()))
    (settings.home / "ledger.sqlite").unlink()
    assert tidy_store(settings, NOW) == ()
    assert kept.is_file()


def test_a_home_where_nothing_is_yet_is_tidy(settings: Settings) -> None:
    assert tidy_store(settings, NOW) == ()


def test_what_vanishes_while_it_is_tidied_is_no_error(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(settings, OLD)
    real = Path.unlink

    def twice(self: Path, *, missing_ok: bool = False) -> None:
        real(self, missing_ok=missing_ok)
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", twice)
    tidy_store(settings, NOW)
    assert set(KEPT) <= there(settings)


def received(settings: Settings, steps: Steps) -> str:
    file = settings.home / "kz.csv"
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEAD + "2020-05-01T06:00:00Z,10,1,0,Астана\n", encoding="utf-8")
    source = steps.declared.sources["kz/case_counts"]
    return receive(file, source, steps.store, steps.ledger, steps.clock()).delivery_id


def publish_many(settings: Settings, declared: Declarations, numbers: range) -> None:
    """Publish one verdict again and again, each time about another day; every fifth corrects the one before."""
    steps = Steps(declared, settings)
    verdict = steps.taken_verdict(received(settings, steps))
    made = verdict.harmonised
    assert made is not None
    with lake.opened(settings) as opened:
        for number in numbers:
            day = number - 1 if number % 5 == 4 else number
            kept = settings.home / "store/deliveries" / f"delivery {number}" / made.path.parent.name
            shutil.copytree(made.path.parent, kept)  # where the fold looks for what was said before
            file = kept / made.path.name
            facts = f"period_start + {day} AS period_start, value + {number} AS value"
            opened.con.execute(
                f"COPY (SELECT * REPLACE ({facts}) FROM {parquet(made.path)}) TO {literal(str(file))} (FORMAT parquet)"
            )
            delivery = replace(made.extract.delivery, delivery_id=f"delivery {number}")
            other = replace(made, path=file, extract=replace(made.extract, delivery=delivery))
            told = replace(verdict, harmonised=other)
            publish(told, declared.sources["kz/case_counts"], declared, opened, steps.clock)


def states(settings: Settings) -> dict[int, dict[str, list[tuple[Any, ...]]]]:
    """Every table as every publication left it."""
    with lake.opened(settings, read_only=True) as opened:
        published = "SELECT snapshot_id FROM ducklake_snapshots('lake') WHERE author = 'salamat' ORDER BY 1"
        numbers = [row[0] for row in opened.con.execute(published).fetchall()]
        return {
            n: {
                t: opened.con.execute(f"SELECT * FROM {opened.as_of(t, n)} ORDER BY ALL").fetchall()
                for t in opened.tables()
            }
            for n in numbers
        }


def files(settings: Settings) -> int:
    return sum(1 for _ in Path(settings.data).rglob("*.parquet"))


def age_the_catalogue(settings: Settings) -> None:
    """Let two days pass for what the lake has marked for removal."""
    con = sqlite3.connect(settings.home / "lake.sqlite")
    with con:
        con.execute("UPDATE ducklake_files_scheduled_for_deletion SET schedule_start = '2020-01-01 00:00:00+00'")
    con.close()


def test_small_files_become_few_and_every_past_state_reads_as_before(
    settings: Settings, declared: Declarations, tmp_path: Path
) -> None:
    publish_many(settings, declared, range(16))
    before, many = states(settings), files(settings)
    with lake.opened(settings) as opened:
        newest = opened.snapshot()
        first = release(tmp_path / "release", opened, declared, NOW, "network")
    assert tidy_lake(settings) == ()  # a reader may still be at what was replaced
    assert states(settings) == before
    age_the_catalogue(settings)
    removed = tidy_lake(settings)
    assert len(removed) > 0
    assert files(settings) < many / 2
    assert states(settings) == before
    with lake.opened(settings) as opened:
        assert opened.snapshot() == newest
        again = release(tmp_path / "release", opened, declared, NOW + timedelta(days=1), "network")
    assert (again.repeated, again.release_id) == (True, first.release_id)
    publish_many(settings, declared, range(16, 17))
    assert {n: state for n, state in states(settings).items() if n in before} == before
    assert tidy_lake(settings) == ()


def test_a_delivery_is_taken_again_after_the_store_was_tidied(settings: Settings, declared: Declarations) -> None:
    steps = Steps(declared, settings)
    delivery_id = received(settings, steps)
    steps.validate(delivery_id)
    tidy_store(settings, datetime.now(UTC) + timedelta(days=3))
    verdict = steps.verdict(delivery_id)
    assert verdict is not None
    assert all(file.is_file() for file in verdict.files())
    first = steps.publish(delivery_id)
    shutil.rmtree(settings.home / "store/deliveries")
    again = steps.publish(delivery_id)
    assert first is not None
    assert again == replace(first, repeated=True)


def test_what_was_made_under_declarations_that_count_no_more_goes_and_a_lost_lake_is_still_built_anew(
    settings: Settings, declared: Declarations, tmp_path: Path
) -> None:
    first, second, third = (Steps(replace_digest(declared, tmp_path / str(n)), settings) for n in range(3))
    published, looked_at, waits = (received(settings, first) for _ in range(3))
    for steps in (first, third):
        steps.publish(published)
    for steps in (first, second):
        steps.validate(looked_at)
    first.validate(waits)
    second.harmonise(published)  # begun and never ended: neither published nor the last that was said of it
    third.validate(published)
    before, later = states(settings), datetime.now(UTC) + timedelta(days=3)
    assert tidy_store(settings, later - timedelta(days=3)) == ()
    removed = [f.relative_to(settings.home / "store/deliveries") for f in tidy_store(settings, later)]
    gone = {f.parts[:2] for f in removed if f.name != "lock"}  # of who worked on a delivery
    assert gone == {(looked_at, first.declared.digest[:16]), (published, second.declared.digest[:16])}
    assert first.store.saved(looked_at, Verdict, first.declared.digest) is not None
    assert tidy_store(settings, later) == ()
    for path in (settings.home / "lake.sqlite", Path(settings.data)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert rebuild(third) == 2
    newest = [max(found.items())[1]["case_counts"] for found in (before, states(settings))]
    assert newest[0] == newest[1]
    assert second.publish(looked_at) is not None


def replace_digest(declared: Declarations, folder: Path) -> Declarations:
    """Give declarations that say the same and have a digest of their own."""
    (folder / "schemas").mkdir(parents=True)
    (folder / "schemas/README.md").write_text(str(folder), encoding="utf-8")
    return replace(declared, roots=(*declared.roots, folder))


def test_a_lake_in_which_nothing_was_published_is_tidy(settings: Settings) -> None:
    assert tidy_lake(settings) == ()


def commit_small(settings: Settings, numbers: range) -> None:
    """Commit 24 rows a day, one day after the other; each corrects some, and every fifth takes some back."""
    with lake.opened(settings) as opened:
        for n in numbers:
            with opened.transaction(f"delivery {n}", lambda n=n: OLD + timedelta(days=n)):  # type: ignore[misc]
                if "small" not in opened.tables():
                    opened.con.execute("CREATE TABLE lake.small (day DATE, place INTEGER, value INTEGER)")
                    opened.con.execute("ALTER TABLE lake.small SET PARTITIONED BY (year(day))")
                opened.con.execute(f"UPDATE lake.small SET value = value + {n} WHERE place = {n % 24}")
                if n % 5 == 4:
                    opened.con.execute(f"DELETE FROM lake.small WHERE place = {n % 7}")
                opened.con.execute(f"INSERT INTO lake.small SELECT DATE '2020-01-01' + {n}, r, r FROM range(24) t(r)")


def versions(settings: Settings) -> list[list[tuple[Any, ...]]]:
    """What stands and what stood with its times, the change feed, and what a reader saw on each day."""
    with lake.opened(settings, read_only=True) as opened:
        newest, con, key = opened.snapshot(), opened.con, ("day", "place")
        feed = f"ducklake_table_changes('lake', 'main', 'small', 0, {newest})"
        asked = [opened.standing("small", key, newest), opened.superseded("small", key, newest), f"FROM {feed}"]
        seen = (opened.published_by(OLD + timedelta(days=n, hours=1)) for n in range(newest))
        asked += [f"FROM {opened.as_of('small', s.snapshot)}" for s in seen if s]
        return [con.execute(f"SELECT * FROM ({sql}) ORDER BY ALL").fetchall() for sql in asked]


def files_of_the_newest(settings: Settings) -> int:
    """How many files a reader of today opens: those of rows, and those that say which rows stand no more."""
    with lake.opened(settings, read_only=True) as opened:
        listed = "SELECT count(data_file) + count(delete_file) FROM ducklake_list_files('lake', 'small')"
        return int((opened.con.execute(listed).fetchone() or (0,))[0])


@pytest.mark.slow
def test_small_commits_pile_up_no_files_and_every_version_keeps_its_time(settings: Settings) -> None:
    left = []
    for first in (0, 15, 30):
        commit_small(settings, range(first, first + 15))
        before = versions(settings)
        assert len(before[1]) > first / 2
        tidy_lake(settings)
        age_the_catalogue(settings)
        tidy_lake(settings)
        assert versions(settings) == before
        left.append(files_of_the_newest(settings))
    assert max(left) <= 8  # of 15, 30, 45 commits; the files of past states stay
