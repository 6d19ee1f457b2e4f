"""publish: accepted facts become one lake transaction: table, registers and lineage together, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.artefacts import Accounts, Delivery, Publication, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name, names, parquet
from pipelines.errors import SalamatError, Superseded
from pipelines.fold import ALL, Changes, Said, Subject, accepted, changes, said_before, said_by, standing, zero_reports
from pipelines.lake import REGISTERS, Lake, columns_of
from pipelines.numbering import Numbering
from pipelines.store import Store

__all__ = ["publish", "withdraw"]

_TOUCHED = ("changed", "gone")  # what `changes` leaves: rows that say something else, and keys that are no more


def publish(
    verdict: Verdict,
    source: Source,
    declared: Declarations,
    lake: Lake,
    clock: Callable[[], datetime],
    digest: str | None = None,
) -> Publication:
    """Let a delivery's accepted facts count, in its place in the order of receipt, and what it replaces no more.

    A no-op for a delivery already published under the same declarations; `digest` is theirs where the verdict was not
    made under today's. `clock` is asked for `recorded_at` once the lock is held: readers' time runs in the order of
    commits. Raises SalamatError for a delivery that was held or refused, Superseded where it would bring back what was
    corrected since, or was withdrawn before it was published.
    """
    if verdict.harmonised is None or verdict.decision in {"held", "refused"}:
        raise SalamatError(f"a delivery that is {verdict.decision} is not published")
    return _Writing(verdict.harmonised.extract.delivery, verdict, source, declared, lake, clock, digest).done()


def withdraw(
    delivery: Delivery,
    source: Source,
    declared: Declarations,
    lake: Lake,
    clock: Callable[[], datetime],
    digest: str | None = None,
) -> Publication:
    """Take back what the envelope names: a delivery, or what the source says of some days.

    Where a delivery is withdrawn, what was said before it stands again, key by key. A no-op for a withdrawal that is
    done already.
    """
    return _Writing(delivery, None, source, declared, lake, clock, digest).done()


@dataclass(frozen=True)
class _Writing:
    """One delivery on its way into the lake; `verdict` is None for a withdrawal."""

    delivery: Delivery
    verdict: Verdict | None
    source: Source
    declared: Declarations
    lake: Lake
    clock: Callable[[], datetime]
    under: str | None

    @property
    def digest(self) -> str:
        return self.under or self.declared.digest

    def done(self) -> Publication:
        """Look and write in one transaction: what another process publishes meanwhile is never published twice."""
        lake = self.lake
        with lake.only_writer():
            with lake.transaction(self.delivery.delivery_id, self.clock) as recorded_at:
                there = lake.published(self.delivery.delivery_id, self.digest)
                made = None if there else self._made(recorded_at)
            return self._publication(recorded_at, made) if made else self._published_before(there or ())

    def _made(self, recorded_at: datetime) -> Changes:
        self.lake.ensure(self.declared, self.subject.table)
        return self._changed(recorded_at)

    @property
    def subject(self) -> Subject:
        return Subject(self.lake.con, self.declared.tables[self.source.table], self.source, self.declared)

    @property
    def target(self) -> str:
        return f"lake.{name(self.source.table)}"

    def _changed(self, recorded_at: datetime) -> Changes:
        subject, store = self.subject, Store(self.lake.settings)
        made = self.verdict and self.verdict.harmonised
        said = said_by(self.delivery, made.workspace if made else None, subject)
        before = said_before(self.lake.submitted(self.source.source), store)
        if said.name not in {s.name for s in standing([*before, said])} and not said.withdraws:
            raise Superseded(_withdrawal(said, before))
        if not before and said.facts:
            changed = self._all_new(said)
        else:
            changed = changes(said, before, subject, self.target)
            _nothing_corrected_returns(said, before, subject, self.target)
            self._apply(changed)
        self._register(said, recorded_at, changed)
        self._keep_zero_reports([*(s for s in before if s.name != said.name), said])
        return changed

    def _all_new(self, said: Said) -> Changes:
        """The first delivery of a source: there is nothing to compare with."""
        con, facts = self.lake.con, self._accounts.facts_by_fate.get("accepted", 0)
        con.execute("SET preserve_insertion_order = false")  # row groups stay sorted; only their order is free
        rows = con.execute(f"INSERT INTO {self.target} {accepted(said, self.subject, ordered=True)}").fetchone()
        if rows != (facts,):  # inside the transaction: nothing of it stays
            raise SalamatError(f"{facts} facts are accepted and {rows} were inserted")
        return Changes(facts, 0, 0, 0, 0, 0)

    def _apply(self, made: Changes) -> None:
        """Changed rows are taken out and put in again, so that each version has a row id of its own.

        An UPDATE keeps the id, and of two versions with one id that come to lie in one file the change feed tells the
        second's end at the first's.
        """
        con, subject = self.lake.con, self.subject
        if made.deleted:
            own, on = f"t.source = {literal(self.source.source)}", subject.same_key("g", "t")
            con.execute(f"DELETE FROM {self.target} AS t USING gone g WHERE {own} AND {on}")
        there = "(FROM changed WHERE is_there)"
        if con.execute(f"SELECT 1 FROM {there} LIMIT 1").fetchone():
            on = f"{subject.same_row('t', 's')} AND {subject.beside(there, 't')}"
            con.execute(f"DELETE FROM {self.target} AS t USING {there} s WHERE {on}")
        if made.inserted or made.updated or made.restored:
            columns, order = columns_of(self.declared, subject.table), subject.table.sorted_by
            rows = f"SELECT {names(columns)} FROM changed ORDER BY {names(order)}"
            con.execute(f"INSERT INTO {self.target} ({names(columns)}) {rows}")

    def _register(self, said: Said, recorded_at: datetime, made: Changes) -> None:
        """Write what the lake tells of this submission: who, when, from which bytes, what became of each fact."""
        con, delivery_id = self.lake.con, self.delivery.delivery_id
        mine = f"WHERE submission_id = {literal(delivery_id)}"
        if con.execute(f"SELECT 1 FROM lake.submissions {mine}").fetchone():  # under other declarations
            for register in REGISTERS:
                con.execute(f"DELETE FROM lake.{register} {mine}")
        told = self._submission(said, recorded_at, made)
        self._insert("submissions", [tuple(told[column] for column in REGISTERS["submissions"])])
        if self.verdict is None or self.verdict.harmonised is None:
            return
        rejecting = literals(r.id for r in self.declared.rules.values() if r.consequence == "reject")
        numbering = Numbering(self.verdict.harmonised.extract.sheets)
        place = f"{numbering.sheet_sql('source_row')} AS source_sheet, {numbering.row_sql('source_row')} AS source_row"
        con.execute(
            "INSERT INTO lake.rejected_facts BY NAME\n"
            f"SELECT {literal(delivery_id)} AS submission_id, rule, field, {place}, source_column\n"
            f"FROM {parquet(self.verdict.problems or '')} WHERE rule IN ({rejecting})"
        )
        columns, at = self.verdict.harmonised.columns, self.verdict.snapshot
        checks = [
            (delivery_id, c.rule, c.field, c.consequence, c.failed, c.why_not, c.acknowledged, at)
            for c in self.verdict.checks
        ]
        self._insert("check_results", checks)
        self._insert("column_mappings", [(delivery_id, f, c) for f, c in columns.items()])

    def _keep_zero_reports(self, everything: list[Said]) -> None:
        """Let the register have those of the source that stand now; the others are left alone."""
        if not any(said.kind == "zero_report" for said in everything):
            return
        con, there, kept = self.lake.con, "lake.zero_reports", names(REGISTERS["zero_reports"])
        stand = zero_reports(standing(everything), self.subject, self.target)
        of_them = f"SELECT {kept} FROM lake.submissions SEMI JOIN ({stand}) USING (submission_id)"
        con.execute(f"CREATE OR REPLACE TEMP TABLE zeros AS {of_them}")
        own = f"source = {literal(self.source.source)}"
        con.execute(f"DELETE FROM {there} WHERE {own} AND submission_id NOT IN (SELECT submission_id FROM zeros)")
        con.execute(f"INSERT INTO {there} ({kept}) FROM zeros ANTI JOIN {there} USING (submission_id)")

    def _insert(self, register: str, rows: list[tuple[Any, ...]]) -> None:
        """By name: a lake of an older version has its columns in another order."""
        told = ", ".join(f"({literals(row)})" for row in rows)
        self.lake.con.execute(f"INSERT INTO lake.{register} ({names(REGISTERS[register])}) VALUES {told}")

    def _submission(self, said: Said, recorded_at: datetime, made: Changes) -> dict[str, object]:
        """Give its row of `submissions`, by column."""
        delivery, counts = self.delivery, self._accounts
        rejected, facts = counts.facts_by_fate.get("rejected", 0), counts.facts_by_fate.get("accepted", 0)
        first, last = said.period if said.period and said.period != ALL else (None, None)
        return {
            "submission_id": delivery.delivery_id,
            "source": self.source.source,
            "reporting_country": self.source.country,
            "table_name": self.source.table,
            "kind": said.kind,
            "period_start": first,
            "period_end": last,
            "withdraws": said.withdraws,
            "because": delivery.envelope.because or None,
            "file_name": delivery.file_name,
            "sha256": delivery.sha256,
            "size_bytes": delivery.size_bytes,
            "received_at": delivery.received_at,
            "recorded_at": recorded_at,
            "declarations_digest": self.digest,
            "rows_read": counts.rows,
            "facts_read": counts.facts,
            "facts_inserted": made.inserted,
            "facts_updated": made.updated,
            "facts_unchanged": made.unchanged,
            "facts_overtaken": made.overtaken,
            "facts_rejected": rejected,
            "facts_set_aside": counts.facts - rejected - facts,
            "rows_deleted": made.deleted,
            "rows_restored": made.restored,
        }

    @property
    def _accounts(self) -> Accounts:
        return self.verdict.accounts if self.verdict else Accounts(0, {}, 0, {})

    def _publication(self, recorded_at: datetime, made: Changes, *, repeated: bool = False) -> Publication:
        told = (made.inserted, made.updated, made.unchanged, made.overtaken, made.deleted, made.restored)
        table, snapshot = self.source.table, self.lake.snapshot()
        return Publication(self.delivery.delivery_id, table, recorded_at, snapshot, *told, repeated=repeated)

    def _published_before(self, told: tuple[Any, ...]) -> Publication:
        recorded_at, *counts = told
        return self._publication(recorded_at.replace(tzinfo=UTC), Changes(*counts), repeated=True)


def _withdrawal(said: Said, before: list[Said]) -> str:
    told = next(s.delivery for s in reversed(before) if s.withdraws == said.name)
    return f"it was withdrawn by {told.delivery_id}: {told.envelope.because}"


def _nothing_corrected_returns(said: Said, before: list[Said], subject: Subject, target: str) -> None:
    """Raise Superseded where bytes that came before would undo what was said or withdrawn since they came."""
    twin = next((s for s in reversed(before) if s.says_the_same_as(said)), None)
    if twin is None or said.delivery.envelope.meant or said.name == twin.name:
        return
    since = literals(s.name for s in before if s.order > twin.order) or "NULL"
    of_since = f"t.source = {literal(subject.source.source)} AND t.submission_id IN ({since})"
    overtaking = [
        f"SELECT 1 FROM {target} t JOIN {left} c ON {subject.same_key('t', 'c')} WHERE {of_since}" for left in _TOUCHED
    ]
    said_then = f"({accepted(twin, subject)}) o ON {subject.same_key('c', 'o')}"
    for query in (*overtaking, f"SELECT 1 FROM changed c SEMI JOIN {said_then} WHERE NOT is_there"):
        if subject.con.execute(f"{query} LIMIT 1").fetchone():
            raise Superseded(f"the same bytes came as {twin.name}, and what they say was corrected since")
