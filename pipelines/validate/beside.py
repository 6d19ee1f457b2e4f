"""What lies beside a delivery: the lake at one snapshot, as the rules that need more than the file may see it.

Each relation that a rule names becomes a query of the lake as it was in that snapshot, of the reporting state (or of
the others) and of the periods that the delivery is about: what a rule costs does not grow with the lake. A rule that
would compare with nothing is not made, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines import lake
from pipelines.artefacts import RECORD_DELETED, Acknowledgement, Harmonised
from pipelines.declarations import Declarations
from pipelines.declarations.model import Scalar, TableRule
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
    told_rows,
)
from pipelines.declarations.source import Source
from pipelines.engine import literal, name, names, parquet
from pipelines.fold import kind_of
from pipelines.lake import Lake
from pipelines.settings import Settings
from pipelines.validate.absent import absent_columns

if TYPE_CHECKING:
    import duckdb

OFFLINE = "needs the server: what was published before, or other tables"
_NOT_YET = "nothing has been published yet"


@dataclass(frozen=True)
class Beyond:
    """What a verdict may look at beyond the file: the lake, and what people have acknowledged by command.

    The lake is seen in one snapshot, the newest where none is named.
    """

    lake: bool = False
    snapshot: int | None = None
    acknowledged: Sequence[Acknowledgement] = ()


@dataclass(frozen=True)
class Beside:
    """The rules that can be made beside the file, by id with their SQL, and why each of the others cannot.

    `snapshot` is that of the `lake` which all of it reads.
    """

    sql: Mapping[str, str] = field(default_factory=dict)
    why_not: Mapping[str, str] = field(default_factory=dict)
    snapshot: int | None = None
    lake: Lake | None = None


def look_beside(
    con: duckdb.DuckDBPyConnection,
    harmonised: Harmonised,
    source: Source,
    declared: Declarations,
    settings: Settings,
    beyond: Beyond,
) -> Beside:
    """See what lies beside the delivery. The lake, where it is looked into, is attached to the connection."""
    asked = [rule for rule in declared.table_rules.get(source.table, ()) if relations(rule)]
    replaces = kind_of(harmonised.extract.delivery, source) != "add_update"
    deletes = RECORD_DELETED in harmonised.set_aside
    of_the_lake = beyond.lake and (replaces or deletes or any(rule.needs != "file" for rule in asked))
    opened = _attached(con, settings) if of_the_lake and lake.is_there(settings) else None
    at = (beyond.snapshot if beyond.snapshot is not None else opened.snapshot()) if opened else None
    _put_declared(con, {relation.kind for rule in asked for relation in relations(rule)}, declared)
    sight = _Sight(con, opened, at or 0, harmonised, source, declared)
    sql, why_not = {}, {}
    for rule in asked:
        if rule.needs != "file" and not beyond.lake:
            why_not[rule.id] = OFFLINE
        elif reason := sight.why_not(rule):
            why_not[rule.id] = reason
        else:
            sql[rule.id] = sight.filled(rule)
    return Beside(sql, why_not, at, opened)


def _attached(con: duckdb.DuckDBPyConnection, settings: Settings) -> lake.Lake:
    in_a_file = settings.catalogue.startswith("sqlite:")  # another catalogue may still have to be made
    return lake.attached(con, settings, read_only=in_a_file)


@dataclass(frozen=True)
class _Sight:
    """What can be seen from one delivery."""

    con: duckdb.DuckDBPyConnection
    lake: lake.Lake | None
    snapshot: int
    harmonised: Harmonised
    source: Source
    declared: Declarations

    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def why_not(self, rule: TableRule) -> str | None:
        """Say why a rule would compare with nothing; None where it would not."""
        first, last = self.periods
        if first is None or last is None:
            return f"no fact of the delivery has a {self._time()}"
        if rule.needs != "file" and self.lake is None and not rule.needs_weeks:
            return _NOT_YET
        reasons = (self._not_published(relation, rule) for relation in relations(rule))
        return self._not_sent(rule) or next(filter(None, reasons), None) or self._too_few_weeks(rule)

    def filled(self, rule: TableRule) -> str:
        """Give a rule's SQL with every relation but the facts in place."""
        sql = rule.fails_for or ""
        for relation in relations(rule):
            sql = sql.replace(str(relation), self._sql(relation, rule))
        return sql

    def _time(self, table: str | None = None) -> str:
        return self.declared.tables[table or self.source.table].time

    @cached_property
    def periods(self) -> tuple[date | None, date | None]:
        """The first and the last period of the facts; what still is to come when the file is received is no period."""
        if self._time() not in {*self.harmonised.columns, *self.source.constants}:
            return None, None  # a list without dates
        latest = self.harmonised.extract.delivery.received_at.date() + timedelta(days=1)
        facts = f"{parquet(self.harmonised.path)} WHERE set_aside IS NULL AND {name(self._time())} <= DATE '{latest}'"
        time = name(self._time())
        return self.con.execute(f"SELECT min({time}), max({time}) FROM {facts}").fetchone() or (None, None)

    def _sql(self, relation: Relation, rule: TableRule) -> str:
        if relation.kind == "new":
            table = self.declared.tables[relation.table or self.source.table]
            rows = self._sql(relation.made_of, rule)
            return new_counts(rows, table, table.totals) if table.totals else rows
        if relation.kind == "series":
            return self._series(rule)
        if relation.kind in DECLARED:
            return relation.kind
        return self._published(relation, rule)

    def _published(self, relation: Relation, rule: TableRule) -> str:
        """Write the query of what is published: whose, and of which periods."""
        table, own = relation.table or self.source.table, relation.kind == "history"
        fields = {f: self.declared.fields[f].sql_type for f in self._fields(table)}
        there = self._columns(table)
        chosen = ", ".join(name(f) if f in there else f"CAST(NULL AS {t}) AS {name(f)}" for f, t in fields.items())
        if not there or self.lake is None:
            return f"(SELECT {chosen} WHERE false)"
        first, last = self._window(rule, own=own)
        whose = self._whose(relation, own=own)
        when = f"{name(self._time(table))} BETWEEN DATE '{first}' AND DATE '{last}'"
        return f"(SELECT {chosen} FROM {self.lake.as_of(table, self.snapshot)} WHERE {whose} AND {when})"

    def _columns(self, table: str) -> tuple[str, ...]:
        if table not in self._known:
            self._known[table] = self.lake.columns_at(table, self.snapshot) if self.lake else ()
        return self._known[table]

    def _window(self, rule: TableRule, *, own: bool) -> tuple[date, date]:
        first, last = self.periods
        if first is None or last is None:
            return date.max, date.min
        margin = timedelta(days=0 if own else MARGIN_DAYS)
        return first - timedelta(weeks=rule.looks_back_weeks) - margin, last + margin

    def _whose(self, relation: Relation, *, own: bool) -> str:
        country = f"reporting_country {'<>' if relation.kind == 'mirror' else '='} {literal(self.source.country)}"
        if own:
            return f"{country} AND source = {literal(self.source.source)}"
        if relation.kind != "mirror" or self.lake is None:
            return country
        came = self.harmonised.extract.delivery.received_at.replace(tzinfo=None)
        before = f"SELECT submission_id FROM {self.lake.as_of('submissions', self.snapshot)}"
        return f"{country} AND submission_id IN ({before} WHERE received_at < TIMESTAMP '{came}')"

    def _series(self, rule: TableRule) -> str:
        """The facts, and of what is published all that they do not say anew."""
        fields, key = names(self._fields(self.source.table)), names(self.declared.tables[self.source.table].key)
        published = self._published(Relation("history"), rule)
        return (
            f"(SELECT {fields}, source_row, source_column, false AS is_published FROM {{facts}}\n"
            f"UNION ALL SELECT {fields}, NULL, NULL, true FROM {published} AS published\n"
            f"  ANTI JOIN {{facts}} AS said USING ({key}))"
        )

    def _fields(self, table: str) -> tuple[str, ...]:
        return ("reporting_country", "source", *self.declared.tables[table].fields)

    def _sent(self) -> str:
        """Write the query of the facts, with every field of their table."""
        columns = ", ".join(["*", *absent_columns(self.harmonised, self.source, self.declared)])
        return f"(SELECT {columns} FROM {parquet(self.harmonised.path)} WHERE set_aside IS NULL)"

    def _any(self, query: str, rows: Mapping[str, Iterable[Scalar]]) -> bool:
        return self.con.execute(f"SELECT 1 FROM {query} WHERE {fitting(rows)} LIMIT 1").fetchone() is not None

    def _not_sent(self, rule: TableRule) -> str | None:
        """Tell the facts that a rule looks at where the file has none of them."""
        rows = rule.needs_rows.get("facts") or own_rows(rule)
        if not rows or self._any(self._sent(), rows):
            return None
        return f"needs facts with {told_rows(rows)}, and the file has none"

    def _not_published(self, relation: Relation, rule: TableRule) -> str | None:
        """Say why a relation beside the file has nothing for the rule."""
        if relation.kind in DECLARED:
            return None
        rows, relation = rule.needs_rows.get(relation.name, {}), relation.made_of
        if relation.kind == "series" and (rule.needs_weeks or rule.needs == "lake"):
            return None  # the facts of the file may do: weeks are counted, and another table is looked for
        published = self._published(Relation("history") if relation.kind == "series" else relation, rule)
        return None if self._any(published, rows) else _none_published(relation, rows)

    def _too_few_weeks(self, rule: TableRule) -> str | None:
        if not rule.needs_weeks or (there := self._weeks[_looks_at(rule)]) >= rule.needs_weeks:
            return None
        if rule.needs_weeks == 1:
            return "needs 1 week of history, and there is less"
        return f"needs {rule.needs_weeks} weeks of history, there are {there}"

    @cached_property
    def _weeks(self) -> dict[tuple[int, str], int]:
        """Of how many full weeks there are facts, sent or published, by what the rules look at."""
        first, last = self.periods
        if first is None or last is None:
            return {}
        rules = [rule for rule in self.declared.table_rules[self.source.table] if rule.needs_weeks]
        furthest = max(rules, key=lambda rule: rule.looks_back_weeks)
        time, asked = name(self._time()), sorted({_looks_at(rule) for rule in rules})
        fields = names(self.declared.tables[self.source.table].fields)
        published = f"SELECT {fields} FROM {self._published(Relation('history'), furthest)}"
        since = [f"FILTER ({time} >= DATE '{first - timedelta(weeks=weeks)}' AND {rows})" for weeks, rows in asked]
        counts = ", ".join(f"count(DISTINCT date_trunc('week', {time})) {of_them}" for of_them in since)
        this_week = last - timedelta(days=last.weekday())
        told = f"SELECT {fields} FROM {self._sent()} UNION ALL {published}"
        query = f"SELECT {counts} FROM ({told}) WHERE {time} < DATE '{this_week}'"
        return dict(zip(asked, self.con.execute(query).fetchone() or (), strict=True))


def _none_published(relation: Relation, rows: Mapping[str, Iterable[Scalar]]) -> str:
    table, told = relation.table, told_rows(rows)
    if relation.kind == "table":
        if told:
            return f"needs {table} of this state for these periods with {told}, and none are published"
        return f"needs {table} of this state for these periods, and none are published"
    if relation.kind == "mirror":
        if told:
            return f"needs {table} of other states for these periods with {told}, and none came before"
        return f"needs {table} of other states for these periods, and none came before"
    if told:
        return f"needs what this source said before with {told}, and nothing is published for these periods"
    return "needs what this source said before, and nothing is published for these periods"


def _looks_at(rule: TableRule) -> tuple[int, str]:
    """How many weeks back a rule looks, and at which rows."""
    return rule.looks_back_weeks, fitting(own_rows(rule))


def _put_declared(con: duckdb.DuckDBPyConnection, asked: set[str], declared: Declarations) -> None:
    """Make a table beside the facts of each declared relation that is asked for."""
    if "populations" in asked:
        rows = declared.registers["populations"].rows
        con.execute(f"CREATE OR REPLACE TABLE populations AS {populations_query(rows)}")
    if "places" in asked:
        con.execute(f"CREATE OR REPLACE TABLE places AS {places_query(declared.places.values())}")
