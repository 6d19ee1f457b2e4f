"""The points of receive and publish at which a process may die, each told as it passes it.

Nothing in the product knows of them: in a process that is to die, what it calls at its boundaries is wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from crash.deliveries import TABLE
from pipelines import lake
from pipelines.artefacts import Delivery
from pipelines.lake import Lake
from pipelines.ledger import Ledger
from pipelines.store import Store

Passed = Callable[[str], None]

BYTES, KEPT, RECEIPT = "bytes are to be kept", "bytes are kept", "the receipt is written"
LOCK, LOCKED, LET_GO = "the lock is wanted", "the lock is held", "the lock is let go"
WITHDRAWN, KNOWN = "the ledger knows what was withdrawn", "the ledger knows what was published"
DELETED = "rows of the table are deleted"
_STATEMENTS = {
    "BEGIN": "the transaction is begun",
    rf"DELETE FROM lake\.\"{TABLE}\"": DELETED,
    rf"(MERGE|INSERT) INTO lake\.\"{TABLE}\"": "rows of the table are written",
    r"INSERT INTO lake\.submissions": "submissions is written",
    r"INSERT INTO lake\.rejected_facts": "rejected_facts is written",
    r"INSERT INTO lake\.check_results": "check_results is written",
    r"INSERT INTO lake\.column_mappings": "column_mappings is written",
    r"CALL lake\.set_commit_message": "all is ready for COMMIT",
    "COMMIT": "COMMIT is done",
}
POINTS = (BYTES, KEPT, RECEIPT, LOCK, LOCKED, *_STATEMENTS.values(), LET_GO, WITHDRAWN, KNOWN)


def watch(passed: Passed, acknowledged: Callable[[Delivery], None]) -> None:
    """From now on in this process, tell each point as it is passed, and each receipt when it is written."""
    _around(Store, "keep", passed, before=BYTES, after=KEPT)
    _around(Ledger, "note_withdrawn", passed, after=WITHDRAWN)
    _watch_receipts(passed, acknowledged)
    _watch_publications(passed)
    _watch_the_lake(passed)


def put(owner: object, name: str, instead: object) -> None:
    """Put something else in the place of a function, in this process alone."""
    setattr(owner, name, instead)


def _around(owner: type, name: str, passed: Passed, before: str | None = None, after: str | None = None) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def told(*args: Any, **more: Any) -> Any:
        if before:
            passed(before)
        made = original(*args, **more)
        if after:
            passed(after)
        return made

    put(owner, name, told)


def _watch_receipts(passed: Passed, acknowledged: Callable[[Delivery], None]) -> None:
    original = Ledger.receive

    def receive(self: Ledger, delivery: Delivery) -> Delivery:
        received = original(self, delivery)
        acknowledged(received)
        passed(RECEIPT)
        return received

    put(Ledger, "receive", receive)


def _watch_publications(passed: Passed) -> None:
    original = Ledger.record

    def record(self: Ledger, delivery_id: str, state: Any, *more: Any) -> None:
        original(self, delivery_id, state, *more)
        if state == "published":
            passed(KNOWN)

    put(Ledger, "record", record)


def _watch_the_lake(passed: Passed) -> None:
    attached, only_writer = lake.attached, Lake.only_writer

    @contextmanager
    def told(self: Lake) -> Iterator[None]:
        passed(LOCK)
        with only_writer(self):
            passed(LOCKED)
            yield
        passed(LET_GO)

    def opened(con: Any, settings: Any, **how: Any) -> Lake:
        made = attached(con, settings, **how)
        watched: Any = _Watched(con, passed)
        return made if how.get("read_only", True) else replace(made, con=watched)

    put(Lake, "only_writer", told)
    put(lake, "attached", opened)


@dataclass(frozen=True)
class _Watched:
    """A connection that tells which statement it has done."""

    con: Any
    passed: Passed

    def execute(self, sql: str, *more: Any) -> Any:
        done = self.con.execute(sql, *more)
        for pattern, point in _STATEMENTS.items():
            if re.match(pattern, sql):
                self.passed(point)
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)
