"""Faults that break a rule of a table, found from the rule itself: values of its fields are tried until it fails.

The rule's own condition says when it is broken, and so nothing about any single rule is written here. Whether the
path then finds it, in the sender's words and forms, is what the accuracy run measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from pipelines.declarations.model import TableRule
from pipelines.declarations.relations import populations_query
from pipelines.engine import literal, name
from pipelines.errors import SalamatError
from pipelines.simulate.faults.injected import Change, Clean

if TYPE_CHECKING:
    import duckdb

_FACTS, _VALUES, _PAIRS, _TOGETHER = 12, 12, 150, 10
_NATIONAL = "12345678901"


def rule_changes(clean: Clean, taken: set[int]) -> Iterator[Change]:
    """Give, for each rule of the table that a file alone can break, a fact that breaks it; `taken` rows are spared."""
    asked = clean.asked
    with _relation(clean) as con:
        for rule in asked.declared.table_rules.get(asked.source.table, ()):
            if (
                rule.needs == "file"
                and {*rule.fields} <= _present(clean)
                and (found := _broken(rule, clean, con, taken))
            ):
                taken.add(found.row)
                yield found


def _present(clean: Clean) -> set[str]:
    return {*clean.facts.column_names, *clean.asked.source.constants}


def _relation(clean: Clean) -> duckdb.DuckDBPyConnection:
    """Give the facts as the rules see them: every field of the table, the reporting state and the source."""
    import duckdb  # noqa: PLC0415  heavy

    con, declared, source = duckdb.connect(), clean.asked.declared, clean.asked.source
    con.execute("SET threads = 1")
    con.register("given", clean.facts)
    absent = [f for f in declared.tables[source.table].fields if f not in clean.facts.column_names]
    more = [f"CAST(NULL AS {declared.fields[f].sql_type}) AS {name(f)}" for f in absent]
    more += [f"{literal(source.country)} AS reporting_country", f"{literal(source.source)} AS source"]
    fact = declared.tables[source.table].fact
    said = f" WHERE {name(fact)} IS NOT NULL" if fact != "row" else ""
    con.execute(f"CREATE TABLE facts AS SELECT *, {', '.join(more)} FROM given{said}")
    con.execute(f"CREATE TABLE populations AS {populations_query(declared.registers['populations'].rows)}")
    return con


def _broken(rule: TableRule, clean: Clean, con: duckdb.DuckDBPyConnection, taken: set[int]) -> Change | None:
    columns = _writable(clean)
    guilty = [f for f in rule.fields if f in columns]
    if not guilty:
        return None
    spared = ", ".join(str(clean.places[row]) for row in sorted(taken)) or "0"
    order = f"hash(source_row * 7919 + {len(rule.id)}), source_column"
    con.execute(
        f"CREATE OR REPLACE TABLE candidates AS SELECT * FROM facts WHERE source_row NOT IN ({spared}) ORDER BY {order}"
    )
    choices = [[None, *_values(f, rule, clean)] for f in guilty]
    few = _TOGETHER if rule.fails_for else _PAIRS
    for changed in sorted(product(*choices), key=lambda values: sum(v is not None for v in values))[1:few]:
        values = {f: v for f, v in zip(guilty, changed, strict=True) if v is not None}
        if found := _fact_that_breaks(rule, values, con):
            return _written(rule, found, values, clean)
    return None


def _fact_that_breaks(
    rule: TableRule, values: Mapping[str, str], con: duckdb.DuckDBPyConnection
) -> dict[str, Any] | None:
    """Give the values of a fact that breaks the rule when these fields say something else; none that does already."""
    replaced = ", ".join(f"({value}) AS {name(f)}" for f, value in values.items())
    if rule.fails_for is None:
        fails = _fails(rule)
        changed = f"SELECT * REPLACE ({replaced}) FROM candidates WHERE coalesce(NOT ({fails}), true)"
        cursor = con.execute(f"SELECT * FROM ({changed}) WHERE {fails} LIMIT 1")
        row = cursor.fetchone()
        return dict(zip([d[0] for d in cursor.description], row, strict=True)) if row else None
    return _one_among_all(rule, replaced, con)


def _one_among_all(rule: TableRule, replaced: str, con: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """Try one fact after another among all the others: the rule looks at several facts together."""
    told = (rule.fails_for or "").replace("{facts}", "looked_at").replace("{populations}", "populations")
    for place in con.execute(f"SELECT source_row, source_column FROM candidates LIMIT {_FACTS}").fetchall():
        here = f"source_row = {place[0]} AND source_column IS NOT DISTINCT FROM {literal(place[1])}"
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW looked_at AS SELECT * FROM facts WHERE NOT ({here}) "
            f"UNION ALL BY NAME SELECT * REPLACE ({replaced}) FROM facts WHERE {here}"
        )
        if con.execute(f"SELECT count(*) FROM ({told})").fetchall() != [(0,)]:
            cursor = con.execute(f"SELECT * REPLACE ({replaced}) FROM facts WHERE {here}")
            row = cursor.fetchone()
            return dict(zip([d[0] for d in cursor.description], row, strict=True)) if row else None
    return None


def _fails(rule: TableRule) -> str:
    if rule.in_order:
        first, second = map(name, rule.in_order)
        return f"({first} > {second})"
    return f"({rule.fails_where})"


def _values(field: str, rule: TableRule, clean: Clean) -> Iterator[str]:
    """Give what may be written in a field instead, as SQL: values of its own kind, and such as lie near others."""
    entry, asked = clean.asked.declared.fields[field], clean.asked
    if entry.type == "code":
        yield from (literal(code) for code in [*asked.codes(field), *_totals(field, clean)][:_VALUES])
    elif entry.type == "date":
        others = [f for f in rule.fields if f != field and asked.declared.fields[f].type == "date"]
        yield from (f"{name(other)} {shift}" for other in others for shift in ("+ 1", "- 1", "+ 70", "- 0"))
        yield from (f"{name(field)} {shift}" for shift in ("- 70", "+ 1", "- 400", "- 3"))
    elif entry.type in {"integer", "decimal"}:
        lowest, highest = int(entry.minimum or 0), int(entry.maximum if entry.maximum is not None else 10**9)
        others = [f for f in rule.fields if f != field and asked.declared.fields[f].type in {"integer", "decimal"}]
        near = [f"{name(other)} + 1" for other in others]
        wide = [f"{name(field)} * 3 + 1000", f"{name(field)} // 4", "1", str(lowest), str(highest), "5", "70"]
        within = f"BETWEEN {lowest} AND {highest}"
        yield from (f"CASE WHEN {v} {within} THEN {v} ELSE {name(field)} END" for v in (*near, *wide))
    elif entry.type == "text":
        yield literal(_NATIONAL)


def _totals(field: str, clean: Clean) -> list[str]:
    """Give the codes that stand for all or for nothing known, where the sender has a word for them."""
    pen = clean.asked.pen("totals")
    known = clean.asked.declared.codes[clean.asked.declared.fields[field].codes or ""].known()
    found = []
    for code in (c for c in known if c in {"_T", "UNK", "ALL"}):
        try:
            found += [code] if pen.ways(field, code) else []
        except SalamatError:
            continue
    return found


def _writable(clean: Clean) -> dict[str, str | None]:
    """Give the fields that a change of a cell can change, with their columns; None is the fact's own column."""
    source = clean.asked.source
    columns: dict[str, str | None] = {
        f: m.from_ for f, m in source.map.items() if m.from_ != source.decode.sheets.column
    }
    return columns | ({source.unpivot.into: None} if source.unpivot else {})


def _written(rule: TableRule, found: Mapping[str, Any], values: Mapping[str, str], clean: Clean) -> Change | None:
    """Say the values in the sender's words. A value that the sender cannot write is no fault of the sender's."""
    pen, columns, cells = clean.asked.pen(rule.id), _writable(clean), dict[str, str]()
    for field in values:
        column, value = columns[field] or str(found["source_column"]), found[field]
        try:
            cells[column] = "" if value is None else pen.ways(field, _python(value))[0]
        except SalamatError:
            return None
    row, changed = clean.places.index(int(found["source_row"])), ", ".join(values)
    return Change(f"breaks {rule.id}", (rule.id,), row, cells, ", ".join(cells), changed)


def _python(value: Any) -> Any:
    return value.date() if hasattr(value, "date") and not isinstance(value, date | timedelta) else value
