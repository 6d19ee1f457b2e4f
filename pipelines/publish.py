"""publish: accepted facts become one lake transaction: table, registers and lineage together, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.artefacts import Harmonised, Publication, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name, names, parquet
from pipelines.errors import SalamatError
from pipelines.lake import REGISTERS, Lake, columns_of

__all__ = ["publish"]


def publish(
    verdict: Verdict, source: Source, declared: Declarations, lake: Lake, clock: Callable[[], datetime]
) -> Publication:
    """Merge the accepted facts by their key. A no-op for a delivery already published under the same declarations.

    `clock` is asked for `recorded_at` once the lock is held: readers' time runs in the order of commits.
    Raises SalamatError for a delivery that was held or refused.
    """
    delivery_id = _harmonised(verdict).extract.delivery.delivery_id
    with lake.only_writer():
        if done := lake.published(delivery_id, declared.digest):
            recorded_at, inserted, updated, unchanged = done
            recorded_at = recorded_at.replace(tzinfo=UTC)
            return Publication(
                delivery_id, source.table, recorded_at, lake.snapshot(), inserted, updated, unchanged, repeated=True
            )
        table = declared.tables[source.table]
        recorded_at = lake.moment(clock)
        with lake.transaction(delivery_id, recorded_at):
            lake.ensure(declared, table)
            ordered = _stage(verdict, source, declared, table, lake)
            changes = _merge(table, source, declared, lake, ordered, verdict.accounts.facts_by_fate.get("accepted", 0))
            _register(verdict, source, declared, lake, recorded_at, changes)
        return Publication(
            delivery_id, table.table, recorded_at, lake.snapshot(), changes.inserted, changes.updated, changes.unchanged
        )


@dataclass(frozen=True)
class _Changes:
    inserted: int
    updated: int
    unchanged: int


def _stage(verdict: Verdict, source: Source, declared: Declarations, table: Table, lake: Lake) -> str:
    """Name the accepted facts `staged`, in the lake's columns; give the query of them in the table's order.

    Views, so that nothing is copied twice; what is the same for every fact is added behind the sort, not sorted along.
    """
    harmonised = _harmonised(verdict)
    facts = parquet(harmonised.path, numbered=True)
    there = {str(row[0]) for row in lake.con.execute(f"DESCRIBE SELECT * FROM {facts}").fetchall()}
    given = [f for f in table.fields if f in there]
    lake.con.execute(
        f"CREATE OR REPLACE TEMP VIEW accepted AS SELECT {names((*given, 'source_row', 'source_column'))}, x.dq_flags\n"
        f"FROM {facts} h LEFT JOIN {parquet(verdict.fates or '')} x ON x.fact = h.file_row_number\n"
        "WHERE h.set_aside IS NULL AND coalesce(x.fate, 'accepted') = 'accepted'"
    )
    same = {
        "reporting_country": literal(source.country),
        "source": literal(source.source),
        "submission_id": literal(harmonised.extract.delivery.delivery_id),
        "source_sheet": "NULL",
        "dq_flags": "coalesce(dq_flags, [])",
        **{f: "NULL" for f in table.fields if f not in there},
    }
    columns = columns_of(declared, table).items()
    chosen = ", ".join(f"CAST({same.get(c, name(c))} AS {kind}) AS {name(c)}" for c, kind in columns)
    lake.con.execute(f"CREATE OR REPLACE TEMP VIEW staged AS SELECT {chosen} FROM accepted")
    order = names(f for f in (table.sort or (table.time,)) if f in given)
    return f"SELECT {chosen} FROM (SELECT * FROM accepted{' ORDER BY ' + order if order else ''})"


def _merge(table: Table, source: Source, declared: Declarations, lake: Lake, ordered: str, accepted: int) -> _Changes:
    target, order = f"lake.{name(table.table)}", names(table.sort or (table.time,))
    if not lake.con.execute(f"SELECT 1 FROM {target} WHERE source = {literal(source.source)} LIMIT 1").fetchone():
        lake.con.execute("SET preserve_insertion_order = false")  # row groups stay sorted; only their order is free
        # At four times this threshold, DuckDB's default, the insert takes 1.7 times as long.
        lake.con.execute("SET partitioned_write_flush_threshold = 131072")
        inserted = int((lake.con.execute(f"INSERT INTO {target} {ordered}").fetchone() or (0,))[0])
        if inserted != accepted:  # inside the transaction: nothing of it stays
            raise SalamatError(f"{accepted} facts are accepted and {inserted} were inserted")
        return _Changes(inserted, 0, 0)
    key = ("reporting_country", "source", *table.key)
    on = " AND ".join(f"t.{name(k)} = s.{name(k)}" for k in key)
    said = [f for f in (*table.fields, "dq_flags") if f not in table.key]
    differs = " OR ".join(f"t.{name(f)} IS DISTINCT FROM s.{name(f)}" for f in said) or "false"
    lake.con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed AS SELECT s.*, t.source IS NOT NULL AS is_there\n"
        f"FROM staged s LEFT JOIN {target} t ON {on} WHERE t.source IS NULL OR {differs}"
    )
    updated, both = lake.con.execute("SELECT count(*) FILTER (is_there), count(*) FROM changed").fetchone() or (0, 0)
    columns = columns_of(declared, table)
    sets = ", ".join(f"{name(c)} = s.{name(c)}" for c in columns if c not in key)
    values = ", ".join(f"s.{name(c)}" for c in columns)
    if both:
        lake.con.execute(
            f"MERGE INTO {target} AS t USING (SELECT * FROM changed ORDER BY {order}) AS s ON ({on})\n"
            f"WHEN MATCHED THEN UPDATE SET {sets}\nWHEN NOT MATCHED THEN INSERT ({names(columns)}) VALUES ({values})"
        )
    return _Changes(both - updated, updated, accepted - both)


def _harmonised(verdict: Verdict) -> Harmonised:
    if verdict.harmonised is None or verdict.decision in {"held", "refused"}:
        raise SalamatError(f"a delivery that is {verdict.decision} is not published")
    return verdict.harmonised


def _register(
    verdict: Verdict, source: Source, declared: Declarations, lake: Lake, recorded_at: datetime, changes: _Changes
) -> None:
    """Write what the lake tells of this submission: who, when, from which bytes, what became of each fact."""
    harmonised = _harmonised(verdict)
    delivery_id = harmonised.extract.delivery.delivery_id
    mine = f"WHERE submission_id = {literal(delivery_id)}"
    if lake.con.execute(f"SELECT 1 FROM lake.submissions {mine}").fetchone():  # under other declarations
        for register in REGISTERS:
            lake.con.execute(f"DELETE FROM lake.{register} {mine}")
    told = literals(_submission(verdict, source, declared, recorded_at, changes))
    lake.con.execute(f"INSERT INTO lake.submissions VALUES ({told})")
    rejecting = literals(r.id for r in declared.rules.values() if r.consequence == "reject")
    lake.con.execute(
        f"INSERT INTO lake.rejected_facts SELECT {literal(delivery_id)}, rule, field, source_row, source_column\n"
        f"FROM {parquet(verdict.problems or '')} WHERE rule IN ({rejecting})"
    )
    checks = [
        (delivery_id, c.rule, c.field, c.consequence, c.failed, c.why_not, c.acknowledged, verdict.snapshot)
        for c in verdict.checks
    ]
    columns = [(delivery_id, f, c) for f, c in harmonised.columns.items()]
    for register, rows in (("check_results", checks), ("column_mappings", columns)):
        lake.con.execute(f"INSERT INTO lake.{register} VALUES " + ", ".join(f"({literals(row)})" for row in rows))


def _submission(
    verdict: Verdict, source: Source, declared: Declarations, recorded_at: datetime, changes: _Changes
) -> list[object]:
    delivery, accounts = _harmonised(verdict).extract.delivery, verdict.accounts
    rejected = accounts.facts_by_fate.get("rejected", 0)
    aside = accounts.facts - rejected - accounts.facts_by_fate.get("accepted", 0)
    told = [
        delivery.delivery_id,
        source.source,
        source.country,
        source.table,
        delivery.file_name,
        delivery.sha256,
        delivery.size_bytes,
    ]
    counts = [accounts.rows, accounts.facts, changes.inserted, changes.updated, changes.unchanged, rejected, aside]
    return [*told, delivery.received_at, recorded_at, declared.digest, *counts]
