"""When all is over: what was lost, doubled, ever seen by half, or left on the disk."""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crash.deliveries import Plan, number_of
from crash.seen import Seen, look, missing, wrong
from pipelines import lake
from pipelines.artefacts import EXTRACT, FATES, HARMONISED, PROBLEMS
from pipelines.lake import Lake
from pipelines.ledger import Ledger, Standing, State
from pipelines.settings import Settings
from pipelines.store import sha256_of
from pipelines.tidy import tidy_lake, tidy_store

_TWO_DAYS = 2 * 86_400
_MADE = {EXTRACT, HARMONISED, FATES, PROBLEMS}
_ENDS: Mapping[State, set[State]] = {"published": {"published", "withdrawn"}, "held": {"held", "superseded"}}


@dataclass(frozen=True)
class Audit:
    """What was found, each a sentence; all are empty where nothing went wrong."""

    lost: list[str]
    duplicated: list[str]
    partial: list[str]
    orphans: list[str]


def audit(settings: Settings, plan: Plan, sent: int, ids: Mapping[str, str]) -> Audit:
    """Compare ledger, lake and disk with what was sent, and with the receipts that were given."""
    standings = Ledger(settings).standings()
    with lake.opened(settings) as opened:
        now, messages = look(opened.con), _messages(opened)
        partial = [*_past(opened, plan)]
    lost = [*_lost(standings, now, plan, sent, ids), *missing(now, plan)]
    duplicated = [*_doubled(standings, now, messages)]
    for _ in range(2):  # what the first merges the second may remove
        _let_two_days_pass(settings)
        tidy_lake(settings)
        tidy_store(settings, datetime.now(UTC))
    with lake.opened(settings) as opened:
        partial += [f"after maintenance: {what}" for what in wrong(look(opened.con), plan)]
    return Audit(lost, duplicated, partial, [*_orphans(settings, standings)])


def _past(opened: Lake, plan: Plan) -> Iterator[str]:
    """Every snapshot that there ever was, whoever made it."""
    for (snapshot,) in opened.con.execute("SELECT snapshot_id FROM lake.snapshots() ORDER BY 1").fetchall():
        if found := wrong(look(opened.con, snapshot), plan):
            yield f"snapshot {snapshot}: {found[0]}, and {len(found) - 1} more"


def _messages(opened: Lake) -> Counter[str]:
    """How many commits name each delivery."""
    told = opened.con.execute(f"SELECT commit_message FROM ({lake.PUBLICATIONS})").fetchall()
    return Counter(message for (message,) in told)


def _lost(standings: Sequence[Standing], now: Seen, plan: Plan, sent: int, ids: Mapping[str, str]) -> Iterator[str]:
    """What was sent has a receipt, its bytes, the state that it had to come to, and its place in the lake."""
    yield from (f"delivery {number} never got a receipt" for number in range(sent) if str(number) not in ids)
    known = {standing.delivery.delivery_id: standing for standing in standings}
    published = {name for _, name, _ in now.submissions}
    for number, delivery_id in ids.items():
        standing, ends = known.get(delivery_id), plan[int(number)].ends
        if standing is None:
            yield f"delivery {number}: the ledger does not know its receipt {delivery_id}"
        elif not standing.delivery.path.is_file() or sha256_of(standing.delivery.path) != standing.delivery.sha256:
            yield f"delivery {number}: its bytes are not in the store"
        elif standing.state not in _ENDS.get(ends, {ends}):
            yield f"delivery {number} is {standing.state}, and had to be {ends}"
        elif (ends == "published") != (delivery_id in published):
            yield f"delivery {number} is {standing.state}, and the lake says otherwise"


def _doubled(standings: Sequence[Standing], now: Seen, messages: Counter[str]) -> Iterator[str]:
    told = [standing.delivery for standing in standings]
    receipts = Counter(number_of(delivery.file_name, delivery.envelope.because) for delivery in told)
    yield from (f"delivery {number} has {n} receipts" for number, n in receipts.items() if n > 1)
    registered = Counter(name for _, name, _ in now.submissions)
    yield from (f"{name} stands {n} times in submissions" for name, n in registered.items() if n > 1)
    yield from (f"{name} was published {n} times" for name, n in messages.items() if n > 1)
    keys = Counter(key for key, _, _ in now.rows)
    yield from (f"{key} has {n} rows" for key, n in keys.items() if n > 1)


def _let_two_days_pass(settings: Settings) -> None:
    """Make all that lies there two days older, on the disk and in the lake's list of files that are to go."""
    then = time.time() - _TWO_DAYS
    for path in settings.home.rglob("*"):
        os.utime(path, (then, then))
    with closing(sqlite3.connect(settings.home / "lake.sqlite")) as catalogue, catalogue:
        told = datetime.fromtimestamp(then, UTC).isoformat(" ")
        catalogue.execute("UPDATE ducklake_files_scheduled_for_deletion SET schedule_start = ?", (told,))


def _orphans(settings: Settings, standings: Sequence[Standing]) -> Iterator[str]:
    """Files that nothing refers to, or that wait for a process that is dead."""
    there = {file for file in settings.home.rglob("*") if file.is_file()}
    known = {*_of_the_lake(settings), *(standing.delivery.path for standing in standings)}
    store = settings.home / "store" / "deliveries"
    made = {
        file
        for standing in standings
        for file in (store / standing.delivery.delivery_id).rglob("*")
        if file.name in _MADE or file.suffix == ".json"
    }
    databases = {settings.home / name for name in ("lake.sqlite", "lake.lock", "ledger.sqlite")}
    yield from sorted(file.relative_to(settings.home).as_posix() for file in there - known - made - databases)


def _of_the_lake(settings: Settings) -> Iterator[Path]:
    """The files that the catalogue knows, by their names: each is given once."""
    with closing(sqlite3.connect(settings.home / "lake.sqlite")) as catalogue:
        tables = ("ducklake_data_file", "ducklake_delete_file", "ducklake_files_scheduled_for_deletion")
        told = " UNION ALL ".join(f"SELECT path FROM {table}" for table in tables)
        names = {Path(path).name for (path,) in catalogue.execute(told)}
    yield from (file for file in Path(settings.data).rglob("*") if file.name in names)
