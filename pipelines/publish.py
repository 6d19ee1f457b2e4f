"""publish: accepted facts become one lake transaction: the table, the registers and the lineage together, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pipelines.artefacts import Publication, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name, names
from pipelines.errors import SalamatError
from pipelines.lake import REGISTERS, Lake, columns_of

__all__ = ["publish"]


def publish(verdict: Verdict, source: Source, declared: Declarations, lake: Lake, clock: Callable[[], datetime]) -> Publication:
    """Merge the accepted facts by their key. A no-op for a delivery already published under the same declarations.

    `clock` is asked for `recorded_at` once the lock is held: readers' time runs in the order of commits.
    Raises SalamatError for a delivery that was held or refused.
    """
    if verdict.decision in {"held", "refused"} or verdict.harmonised is None:
        raise SalamatError(f"a delivery that is {verdict.decision} is not published")
    delivery_id = verdict.harmonised.extract.delivery.delivery_id
    with lake.only_writer():
        if done := lake.published(delivery_id, declared.digest):
            return Publication(delivery_id, source.table, done[0], lake.snapshot(), *done[1:], repeated=True)
        table = declared.tables[source.table]
        lake.ensure(declared, table)
        _stage(verdict, source, declared, table, lake)
        with lake.transaction(delivery_id):
            recorded_at = clock()
            changes = _merge(table, source, declared, lake, verdict.accounts.facts_by_fate.get("accepted", 0))
            _register(verdict, source, declared, lake, recorded_at, changes)
        return Publication(delivery_id, table.table, recorded_at, lake.snapshot(), changes.inserted, changes.updated, changes.unchanged)


@dataclass(frozen=True)
class _Changes:
    inserted: int
    updated: int
    unchanged: int


def _stage(verdict: Verdict, source: Source, declared: Declarations, table: Table, lake: Lake) -> None:
    """Name the accepted facts, in the lake's columns, `staged`: a view, so that nothing is copied twice."""
    harmonised, fates = str(verdict.harmonised.path if verdict.harmonised else ""), str(verdict.fates)
    delivery_id = verdict.harmonised.extract.delivery.delivery_id if verdict.harmonised else ""
    given = {
        "reporting_country": literal(source.country),
        "source": literal(source.source),
        "submission_id": literal(delivery_id),
        "source_sheet": "NULL",
        "dq_flags": "coalesce(x.dq_flags, [])",
    }
    chosen = ", ".join(f"CAST({given.get(c, 'h.' + name(c))} AS {kind}) AS {name(c)}" for c, kind in columns_of(declared, table).items())
    lake.con.execute(
        f"CREATE OR REPLACE TEMP VIEW staged AS SELECT {chosen}\n"
        f"FROM read_parquet({literal(harmonised)}, file_row_number = true) h\n"
        f"LEFT JOIN read_parquet({literal(fates)}) x ON x.fact = h.file_row_number\n"
        "WHERE h.set_aside IS NULL AND coalesce(x.fate, 'accepted') = 'accepted'"
    )


def _merge(table: Table, source: Source, declared: Declarations, lake: Lake, accepted: int) -> _Changes:
    target, order = f"lake.{name(table.table)}", names(table.sort or (table.time,))
    if not lake.con.execute(f"SELECT 1 FROM {target} WHERE source = ? LIMIT 1", [source.source]).fetchone():
        inserted = lake.con.execute(f"INSERT INTO {target} SELECT * FROM staged ORDER BY {order}").fetchone()
        return _Changes(int((inserted or (0,))[0]), 0, accepted - int((inserted or (0,))[0]))
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


def _register(verdict: Verdict, source: Source, declared: Declarations, lake: Lake, recorded_at: datetime, changes: _Changes) -> None:
    """Write what the lake tells of this submission: who, when, from which bytes, what became of each fact."""
    delivery_id = verdict.harmonised.extract.delivery.delivery_id if verdict.harmonised else ""
    for register in REGISTERS:
        lake.con.execute(f"DELETE FROM lake.{register} WHERE submission_id = ?", [delivery_id])
    lake.con.execute("INSERT INTO lake.submissions VALUES (" + ", ".join("?" * len(REGISTERS["submissions"])) + ")", _submission(verdict, source, declared, recorded_at, changes))
    lake.con.execute(
        "INSERT INTO lake.rejected_facts SELECT ?, p.rule, p.field, p.source_row, p.source_column FROM read_parquet(?) p\n"
        "JOIN read_parquet(?) x USING (fact) WHERE x.fate = 'rejected' AND list_contains(?, p.rule)",
        [delivery_id, str(verdict.problems), str(verdict.fates), [r.id for r in declared.rules.values() if r.consequence == "reject"]],
    )
    checks = [(delivery_id, c.rule, c.field, c.consequence, c.failed, c.why_not) for c in verdict.checks]
    columns = [(delivery_id, f, c) for f, c in (verdict.harmonised.columns.items() if verdict.harmonised else ())]
    for register, rows in (("check_results", checks), ("column_mappings", columns)):
        lake.con.execute(f"INSERT INTO lake.{register} VALUES " + ", ".join(f"({literals(row)})" for row in rows))


def _submission(verdict: Verdict, source: Source, declared: Declarations, recorded_at: datetime, changes: _Changes) -> list[object]:
    assert verdict.harmonised is not None  # noqa: S101  publish has looked
    delivery, accounts = verdict.harmonised.extract.delivery, verdict.accounts
    rejected = accounts.facts_by_fate.get("rejected", 0)
    aside = accounts.facts - rejected - accounts.facts_by_fate.get("accepted", 0)
    told = [delivery.delivery_id, source.source, source.country, source.table, delivery.file_name, delivery.sha256, delivery.size_bytes]
    counts = [accounts.rows, accounts.facts, changes.inserted, changes.updated, changes.unchanged, rejected, aside]
    return [*told, delivery.received_at, recorded_at, declared.digest, *counts]
