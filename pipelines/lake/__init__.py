"""The lake: DuckLake, its Parquet files and its catalogue. The only package that knows DuckLake."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines import engine
from pipelines.bucket import secret
from pipelines.declarations import Declarations
from pipelines.declarations.model import Table
from pipelines.engine import literal, name, names, without_values
from pipelines.errors import LakeError
from pipelines.lake import versions
from pipelines.lake.catalogue import MEND, is_there, moved, writing_stopped
from pipelines.lake.columns import FILE, LINEAGE_FIRST, REGISTERS, columns_of
from pipelines.lake.versions import AUTHOR, PUBLICATIONS
from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "FILE",
    "LINEAGE_FIRST",
    "PUBLICATIONS",
    "REGISTERS",
    "Lake",
    "Published",
    "attached",
    "columns_of",
    "is_there",
    "moved",
    "opened",
    "writing_stopped",
]

_REWRITTEN_SHARE = 0.1  # of a file's rows that stand no more
_OVERTAKEN = "another process published at the same moment; do it again"
_REBUILD = "it was published by a version that did not write it: send the deliveries to a new lake"
_PASSWORD = re.compile(r"password\s*=|://[^/@]*:[^/@]*@")

# Every publication with the moment from which on readers see it. The snapshot's own time is no clock of ours.


@dataclass(frozen=True)
class Published:
    """A publication in the lake: its snapshot, when it was recorded (UTC, without a zone), the delivery's id."""

    snapshot: int
    recorded_at: datetime
    message: str


@dataclass(frozen=True)
class Lake:
    """An open lake: its tables are `lake.<table>` on the connection `con`."""

    con: duckdb.DuckDBPyConnection
    settings: Settings

    def ensure(self, declared: Declarations, table: Table) -> None:
        """Make the table and the registers, and add columns that have been declared since."""
        there = self.columns()
        self._make(table.table, columns_of(declared, table), there.get(table.table, ()), partition=table)
        for register, columns in REGISTERS.items():
            self._make(register, columns, there.get(register, ()), partition=None)

    def published(self, submission_id: str, digest: str) -> tuple[Any, ...] | None:
        """Give what is registered of a submission under these declarations, or None."""
        import duckdb  # noqa: PLC0415

        asked = f"submission_id = {literal(submission_id)} AND declarations_digest = {literal(digest)}"
        counts = ("facts_inserted", "facts_updated", "facts_unchanged", "facts_overtaken", "rows_deleted")
        told = names(("recorded_at", *counts, "rows_restored"))
        try:
            return self.con.execute(f"SELECT {told} FROM lake.submissions WHERE {asked}").fetchone()
        except duckdb.CatalogException:  # nothing has been published; looking through all tables first takes longer
            return None

    def submitted(self, source: str) -> list[dict[str, Any]]:
        """Give the register's rows of a source, by column; none where nothing has been published."""
        import duckdb  # noqa: PLC0415

        columns = tuple(REGISTERS["submissions"])
        asked = f"SELECT {names(columns)} FROM lake.submissions WHERE source = {literal(source)}"
        try:
            return [dict(zip(columns, row, strict=True)) for row in self.con.execute(asked).fetchall()]
        except duckdb.CatalogException:
            return []

    def tables(self) -> tuple[str, ...]:
        """The tables that the lake has."""
        listed = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY 1"
        return tuple(str(row[0]) for row in self.con.execute(listed).fetchall())

    def columns(self) -> dict[str, dict[str, str]]:
        """The columns of every table in their order, each with its DuckDB type."""
        known = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake'"
        found: dict[str, dict[str, str]] = {}
        for table, column, kind in self.con.execute(f"{known} ORDER BY table_name, column_index").fetchall():
            found.setdefault(str(table), {})[str(column)] = str(kind)
        return found

    def snapshot(self) -> int:
        """The number of the newest snapshot that a publication made; those that only merge files change nothing."""
        newest = f"SELECT max(snapshot_id) FROM ducklake_snapshots('lake') WHERE author = {literal(AUTHOR)}"
        return int((self.con.execute(newest).fetchone() or (0,))[0] or 0)

    def published_by(self, moment: datetime | None = None) -> Published | None:
        """Give the last publication that was recorded by this moment, or at all; None where there is none.

        Raises LakeError where an earlier version of salamat published without saying when.
        """
        until = f"WHERE recorded_at IS NULL OR recorded_at <= {_timestamp(moment)}" if moment else ""
        newest = f"SELECT * FROM ({PUBLICATIONS}) {until} ORDER BY snapshot_id DESC LIMIT 1"
        found = self.con.execute(newest).fetchone()
        if found and found[1] is None:
            raise LakeError(f"the lake does not say when its snapshot {found[0]} was recorded; {_REBUILD}")
        return Published(*found) if found else None

    def back_to(self, snapshot: int) -> frozenset[str]:
        """Attach the lake anew as it was in this snapshot; give the tables that it had."""
        self.con.execute("DETACH lake")
        attached(self.con, self.settings, snapshot=snapshot)
        return frozenset(self.tables())

    @contextmanager
    def transaction(self, message: str, clock: Callable[[], datetime]) -> Iterator[datetime]:
        """One commit with its message, or nothing at all; give from when on a reader sees it.

        What is read in it is what stood when it began, and it is not committed if another was meanwhile. Its moment is
        never before the last one's, whatever the machine's clock. Raises LakeError where it cannot be committed.
        """
        import duckdb  # noqa: PLC0415

        self.con.execute("BEGIN")
        try:
            recorded_at = self._moment(clock)
            yield recorded_at
            more = json.dumps({"recorded_at": recorded_at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")})
            told = f"{literal(AUTHOR)}, {literal(message)}, extra_info => {literal(more)}"
            self.con.execute(f"CALL lake.set_commit_message({told})")
            self.con.execute("COMMIT")
        except duckdb.Error as error:
            self._roll_back()
            why = _OVERTAKEN if "maximum retry count" in str(error) else f"{without_values(error)}; {MEND}"
            raise LakeError(f"nothing was published, as far as can be seen: {why}") from error
        except BaseException:
            self._roll_back()
            raise

    def _moment(self, clock: Callable[[], datetime]) -> datetime:
        last = self.published_by()
        return max(clock(), last.recorded_at.replace(tzinfo=UTC)) if last else clock()

    def _roll_back(self) -> None:
        import duckdb  # noqa: PLC0415

        with suppress(duckdb.Error):  # it has rolled back already, or its server is gone and has
            self.con.execute("ROLLBACK")

    @contextmanager
    def only_writer(self) -> Iterator[None]:
        """Hold the one writer's lock; it dies with its process. Raises LakeError after two minutes of waiting."""
        with writing_stopped(self.settings):
            yield

    def tend(self) -> tuple[str, ...]:
        """Merge small files and remove those that no snapshot needs; give what was removed.

        Snapshots are never expired: each past state stays readable. A file is removed a day after it was replaced, so
        that a reader who is still at it can finish.
        """
        self.con.execute("CALL ducklake_flush_inlined_data('lake')")
        self.con.execute("CALL ducklake_merge_adjacent_files('lake')")
        # A file that lost rows is not merged; but each time it is written anew, past states keep the old one too.
        self.con.execute(f"CALL ducklake_rewrite_data_files('lake', delete_threshold => {_REWRITTEN_SHARE})")
        self.con.execute("CALL ducklake_merge_adjacent_files('lake')")
        removed = []
        for sweep in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files"):
            removed += self.con.execute(f"CALL {sweep}('lake', older_than => now() - INTERVAL 1 DAY)").fetchall()
        return tuple(str(row[0]) for row in removed)

    def as_of(self, table: str, snapshot: int) -> str:
        """Give the SQL that stands for a table as it was in this snapshot."""
        return versions.as_of(table, snapshot)

    def standing(self, table: str, key: Collection[str], snapshot: int) -> str:
        """Give the SQL of a table's rows in this snapshot, each with `recorded_at`: since when it can be seen so."""
        return versions.standing(self.con, table, key, snapshot)

    def superseded(self, table: str, key: Collection[str], snapshot: int) -> str:
        """Give the SQL of the versions of rows that stand no more in this snapshot.

        Each with `recorded_at`, `superseded_at` and `superseded_by`.
        """
        return versions.superseded(table, key, snapshot)

    def columns_at(self, table: str, snapshot: int) -> tuple[str, ...]:
        """Give the columns that a table had in this snapshot; none where it was not there yet."""
        import duckdb  # noqa: PLC0415

        try:
            told = self.con.execute(f"DESCRIBE SELECT * FROM {self.as_of(table, snapshot)}").fetchall()
        except duckdb.CatalogException:
            return ()
        return tuple(str(row[0]) for row in told)

    def _make(self, table: str, columns: Mapping[str, str], there: Collection[str], partition: Table | None) -> None:
        if not there:
            listed = ", ".join(f"{name(c)} {kind}" for c, kind in columns.items())
            self.con.execute(f"CREATE TABLE lake.{name(table)} ({listed})")
            if partition:
                parts = f"reporting_country, year({name(partition.time)})"
                self.con.execute(f"ALTER TABLE lake.{name(table)} SET PARTITIONED BY ({parts})")
            return
        for column, kind in columns.items():
            if column not in there:
                self.con.execute(f"ALTER TABLE lake.{name(table)} ADD COLUMN {name(column)} {kind}")


@contextmanager
def opened(settings: Settings, *, read_only: bool = False) -> Iterator[Lake]:
    """Open the lake; one opened `read_only` cannot be changed.

    Raises LakeError where its catalogue or DuckLake's extension is not to be had.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with engine.connect(settings, settings.home / "spill") as con:
        yield attached(con, settings, read_only=read_only)


def attached(
    con: duckdb.DuckDBPyConnection, settings: Settings, *, read_only: bool = True, snapshot: int | None = None
) -> Lake:
    """Make the lake's tables `lake.<table>` on a connection, and on every other to the same database.

    With a `snapshot` they are as they were in it.

    Raises LakeError as `opened` does.
    """
    import duckdb  # noqa: PLC0415

    if read_only and not is_there(settings):
        raise LakeError(f"the lake at {settings.home} cannot be opened: nothing has been published there yet")
    scanner = {"sqlite": "sqlite_scanner", "postgres": "postgres_scanner"}[settings.catalogue.partition(":")[0]]
    if _PASSWORD.search(settings.catalogue):
        raise LakeError("SALAMAT_CATALOGUE has a password, which messages show: put it into PGPASSWORD or ~/.pgpass")
    enter = secret(settings.data)
    then = "" if snapshot is None else f", SNAPSHOT_VERSION {int(snapshot)}"
    options = f"DATA_PATH {literal(settings.data)}{', READ_ONLY' if read_only else ''}{then}"
    attach = f"ATTACH {literal('ducklake:' + settings.catalogue)} AS lake ({options})"
    try:
        engine.load(con, "ducklake", scanner, *(["httpfs"] if enter else []))
        if enter:
            con.execute(enter)
        con.execute(attach)
        # DuckLake would commit once more on top of what another committed meanwhile: both insert, and a fact is twice.
        con.execute("SET ducklake_max_retry_count = 0")
        # At eight times this threshold an insert takes a quarter more CPU; at DuckDB's default, twice as much.
        con.execute("SET partitioned_write_flush_threshold = 16384")
    except duckdb.Error as error:
        raise LakeError(f"the lake at {settings.home} cannot be opened: {without_values(error)}; {MEND}") from error
    return Lake(con, settings)


def _timestamp(moment: datetime) -> str:
    return f"TIMESTAMP {literal(moment.astimezone(UTC).replace(tzinfo=None).isoformat(' '))}"
