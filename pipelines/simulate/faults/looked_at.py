"""Facts as the rules see them, in a database of their own: those of the file, and what lies beside it.

`facts` are those that the file says; `looked_at` is what a rule sees in their place when some of them are changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.declarations import Declarations
from pipelines.declarations.model import EACH, TableRule
from pipelines.declarations.new_counts import new_counts
from pipelines.declarations.relations import (
    DECLARED,
    MARGIN_DAYS,
    Relation,
    fitting,
    own_rows,
    places_query,
    populations_query,
    relations,
)
from pipelines.declarations.source import Source
from pipelines.engine import literal, name, names
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults.injected import Clean
from pipelines.simulate.faults.said import writable
from pipelines.simulate.withheld import is_told_sql

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Places = frozenset[tuple[int, str | None]]


@dataclass(frozen=True)
class Lying:
    """What lies beside a file: what its source said before, and each table of its own state and of the others."""

    history: tuple[pa.Table, ...]
    others: tuple[tuple[Source, pa.Table], ...]


@dataclass(frozen=True)
class LookedAt:
    """A clean file's facts in `con`, and the rules that can be broken there."""

    clean: Clean
    con: duckdb.DuckDBPyConnection
    beside: frozenset[str] = DECLARED

    @classmethod
    @contextmanager
    def of(cls, clean: Clean, lying: Lying | None = None) -> Iterator[LookedAt]:
        """Put the facts, with every field of the table, and what lies beside them into a database."""
        import duckdb  # noqa: PLC0415  heavy

        declared, source = clean.asked.declared, clean.asked.source
        with duckdb.connect() as con:
            con.execute("SET threads = 1")
            con.execute("SET enable_progress_bar = false")
            con.execute(f"CREATE TABLE populations AS {populations_query(declared.registers['populations'].rows)}")
            con.execute(f"CREATE TABLE places AS {places_query(declared.places.values())}")
            con.register("given", clean.facts)
            con.execute(f"CREATE TABLE facts AS {_query('given', clean.facts, source, declared)}")
            yield cls(clean, con, DECLARED | {*_put(lying, clean.asked, con)})

    def rules(self, *needs: str) -> Iterator[TableRule]:
        """Give the rules of the table that the source sends the fields for, and all that they look at is there.

        None where events are sent: there a fact stands in as many rows as it counts.
        """
        if self.clean.asked.source.count:
            return
        table = self.clean.asked.declared.tables[self.clean.asked.source.table]
        derived = {f for f, use in table.fields.items() if use.default is not None or use.level_of}
        present = {*self.clean.facts.column_names, *self.clean.asked.source.constants, *derived}
        present |= {"reporting_country", "source"}
        for rule in self.clean.asked.declared.table_rules.get(table.table, ()):
            there = {r.made_of.name for r in relations(rule)} <= self.beside
            if rule.needs in needs and not rule.lacks(present) and there and self._has_weeks(rule):
                yield rule

    def _has_weeks(self, rule: TableRule) -> bool:
        """Whether so many weeks are told that the rule is made."""
        if not rule.needs_weeks:
            return True
        week = f"date_trunc('week', {name(self.clean.asked.declared.tables[self.clean.asked.source.table].time)})"
        rows = fitting(own_rows(rule))
        told = " UNION ".join(f"SELECT {week} AS week FROM {t} WHERE {rows}" for t in ("facts", "history"))
        asked = f"SELECT count(*) FROM ({told}) WHERE week < (SELECT max({week}) FROM facts)"
        return bool(self.con.execute(f"SELECT ({asked}) >= {rule.needs_weeks}").fetchall()[0][0])

    def changeable(self, rule: TableRule) -> list[str]:
        """Give the fields that the rule names and the sender writes, the guilty one first."""
        table = self.clean.asked.declared.tables[self.clean.asked.source.table]
        told = {*re.findall(r"\w+", f"{rule.fails_where} {rule.fails_for}")}
        named = [*rule.each, *rule.fields, *(f for f in table.fields if f in told)]
        return [f for f in dict.fromkeys(named) if f in self.writable]

    @property
    def writable(self) -> dict[str, str | None]:
        """The fields that stand in cells, with their columns."""
        return {f: c for f, c in writable(self.clean).items() if f in self.clean.facts.column_names}

    @property
    def can_stand(self) -> bool:
        """Whether the facts that are looked at can stand in rows: what one cell tells of several facts is one value."""
        cells = [f for f, column in self.writable.items() if column is not None]
        if not (self.clean.asked.source.unpivot and cells):
            return True
        differ = " OR ".join(f"count(DISTINCT {name(f)}) + bool_or({name(f)} IS NULL)::INT > 1" for f in cells)
        asked = f"SELECT 1 FROM looked_at GROUP BY source_row HAVING {differ} LIMIT 1"
        return self.con.execute(asked).fetchone() is None

    def guilty(self, rule: TableRule, facts: str = "looked_at") -> Places:
        """Give the places of the facts that break a rule when it sees these facts in place of the file's."""
        sql = rule.fails_for or ""
        for relation in relations(rule):
            sql = sql.replace(str(relation), self._relation(relation, facts, rule))
        found = self.con.execute(f"SELECT source_row, source_column FROM ({sql.replace('{facts}', facts)})").fetchall()
        return frozenset((row, column) for row, column in found if row is not None)

    def disturbs(self, rule: TableRule) -> bool:
        """Whether the facts that are looked at break another rule by which facts that are in order are not published.

        Such are those that look at several facts, that no two facts have one key, and those that stop the delivery.
        """
        key = names(self.clean.asked.declared.tables[self.clean.asked.source.table].key)
        twice = "SELECT count(*) FROM (SELECT 1 FROM {} GROUP BY {} HAVING count(*) > 1)"
        before, after = (self.con.execute(twice.format(f, key)).fetchone() for f in ("facts", "looked_at"))
        others = (r for r in self.rules("file") if r.fails_for and r.consequence == "reject" and r.id != rule.id)
        stop = (r for r in self.rules("file") if r.fails_where and r.consequence == "hold" and r.id != rule.id)
        held = (self.con.execute(f"SELECT 1 FROM looked_at WHERE {condition(r)} LIMIT 1").fetchone() for r in stop)
        return before != after or any(held) or any(self.guilty(r) - self.guilty(r, "facts") for r in others)

    def _relation(self, relation: Relation, facts: str, rule: TableRule) -> str:
        tables, kind = self.clean.asked.declared.tables, relation.kind
        table = tables[relation.table or self.clean.asked.source.table]
        if kind == "new" and table.totals:
            return new_counts(self._relation(relation.made_of, facts, rule), table, table.totals)
        if kind == "history":
            return self._within(kind, facts, table.time, 7 * rule.looks_back_weeks, 0)
        if kind == "series":
            before = self._relation(Relation("history"), facts, rule)
            fields, key = names(["reporting_country", "source", *table.fields]), names(table.key)
            return (
                f"(SELECT {fields}, source_row, source_column, false AS is_published FROM {facts} UNION ALL "
                f"SELECT {fields}, NULL, NULL, true FROM {before} AS b ANTI JOIN {facts} AS s USING ({key}))"
            )
        if relation.table:  # another table, or that of other states
            return self._within(relation.name, facts, table.time, 7 * rule.looks_back_weeks, MARGIN_DAYS)
        return name(kind)

    def _within(self, kind: str, facts: str, time: str, back: int, margin: int) -> str:
        """Write the query of what the path reads there: of the periods of the facts, and so many days before."""
        own = name(self.clean.asked.declared.tables[self.clean.asked.source.table].time)
        first, last = (f"(SELECT {bound}({own}) FROM {facts})" for bound in ("min", "max"))
        when = f"{name(time)} BETWEEN {first} - {back + margin} AND {last} + {margin}"
        return f"(SELECT * FROM {name(kind)} WHERE {when})"


def _put(lying: Lying | None, asked: Asked, con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Put what lies beside the file into tables; give the names that rules have for them."""
    if lying is None:
        return
    own = asked.source
    there: dict[str, list[tuple[Source, pa.Table]]] = {}
    if lying.history:
        there["history"] = [(own, facts) for facts in lying.history]
    for source, facts in lying.others:
        kind = "table" if source.country == own.country else "mirror"
        there.setdefault(f"{kind}:{source.table}", []).append((source, facts))
    for kind, told in there.items():
        _said_last(kind, told, asked.declared, con)
        yield from {kind, "series"} if kind == "history" else {kind}


def _said_last(
    kind: str, told: list[tuple[Source, pa.Table]], declared: Declarations, con: duckdb.DuckDBPyConnection
) -> None:
    """Make a table of what is published: of each key of a source what was said last."""
    several = []
    for turn, (source, facts) in enumerate(told):
        con.register(f"{kind} {turn}", facts)
        several.append(f"SELECT *, {turn} AS turn FROM ({_query(f'{kind} {turn}', facts, source, declared)})")
    key = names([*declared.tables[told[0][0].table].key, "source"])
    last = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY turn DESC) = 1"
    union = " UNION ALL BY NAME ".join(several)
    con.execute(f"CREATE TABLE {name(kind)} AS SELECT * EXCLUDE (turn) FROM ({union}) {last}")


def _query(relation: str, facts: pa.Table, source: Source, declared: Declarations) -> str:
    """Write the query of facts with every field of their table, the state that reports them and their source."""
    table, there = declared.tables[source.table], facts.column_names
    more = [f"CAST(NULL AS {declared.fields[f].sql_type}) AS {name(f)}" for f in table.fields if f not in there]
    more += [f"{literal(source.country)} AS reporting_country", f"{literal(source.source)} AS source"]
    told = f"SELECT *, {', '.join(more)} FROM {name(relation)}"
    return f"SELECT * FROM ({told}) WHERE {is_told_sql(table, table.fields)}"


def condition(rule: TableRule) -> str:
    """Write the condition under which a fact breaks a rule that looks at one fact."""
    if rule.in_order:
        first, second = map(name, rule.in_order)
        return f"({first} > {second})"
    fails = rule.fails_where or ""
    each = (f"coalesce({fails.replace(EACH, name(field))}, false)" for field in rule.each)
    return f"({' OR '.join(each) or fails})"
