"""The suite of a delivery, derived from its table's fields and from expectations/: what is expected, and who breaks it.

Each rule is compiled twice from one declaration: to a Great Expectations expectation, which decides, and to a row
selector, which finds the facts. The two must agree, and `validate` checks that they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipelines.artefacts import Harmonised
from pipelines.declarations import Declarations
from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.model import EACH, FieldEntry, Table, TableRule
from pipelines.declarations.person_numbers import holds_one
from pipelines.declarations.relations import relations
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name, names, parquet
from pipelines.validate.absent import absent_columns
from pipelines.validate.beside import OFFLINE, Beside
from pipelines.validate.compared import told_beside
from pipelines.validate.places_in_time import when_it_was_there
from pipelines.validate.wanted import wanted_form, wanted_range

UNEXPECTED_ROWS = "UnexpectedRowsExpectation"


@dataclass(frozen=True)
class Expected:
    """One rule on one table of facts.

    `selector` is a query of `fact` and `rule` over the relation `{facts}` (one expectation may stand for several rules:
    a field's problems); `gx` is the expectation's class and arguments; `wanted` says what is expected instead. A rule
    that is a condition on one fact has a `column` of its own in the relation, NULL where it holds: one scan then
    answers all such rules. `alone` is the condition under which a fact looked at alone is guilty, the expression of its
    rule, and of what is told of it instead of `wanted`: what the selector says, in parts, so that one scan selects for
    all of them. `compares`: the selector says of each fact what it was compared with, as `compared`.
    """

    rule: TableRule
    field: str | None
    selector: str
    gx: tuple[str, dict[str, Any]]
    wanted: str = ""
    column: tuple[str, str] | None = None
    alone: tuple[str, str, str] | None = None
    compares: bool = False

    def guilty(self) -> str:
        """The selector over the table `facts`."""
        return self.selector.replace("{facts}", "facts")


def expectations(harmonised: Harmonised, source: Source, declared: Declarations, beside: Beside) -> list[Expected]:
    """Derive every expectation that this delivery's fields allow, and what lies beside it."""
    table = declared.tables[source.table]
    received = harmonised.extract.delivery.received_at.date()
    found: list[Expected] = []
    for field in table.readable:
        found += _of_field(field, harmonised, source, declared, received)
    found.append(_key(table, harmonised, declared))
    left_out = {rule.id for rule, _ in not_made(harmonised, source, declared, beside)}
    rules = (rule for rule in declared.table_rules.get(table.table, ()) if rule.id not in left_out)
    present = _present(table, harmonised, source)
    return found + [e for rule in rules for e in _of_table(rule, table, harmonised, present, declared, beside)]


def facts_view(suite: Sequence[Expected], harmonised: Harmonised, source: Source, declared: Declarations) -> str:
    """Write the relation that rules look at: the facts that go on, with every field of the table, every rule's column.

    A field that the source says nothing of is NULL.
    """
    more = absent_columns(harmonised, source, declared)
    more += [f"{_problem(f)} AS {name(f + '_problem')}" for f in harmonised.columns]
    more += [f"{literal(source.country)} AS reporting_country", f"{literal(source.source)} AS source"]
    every = parquet(harmonised.path, numbered=True)
    columns = ", ".join(["file_row_number AS fact", "* EXCLUDE (file_row_number)", *more])
    facts = f"SELECT {columns} FROM {every} WHERE set_aside IS NULL"
    rules = [f"{sql} AS {name(column)}" for column, sql in (e.column for e in suite if e.column)]
    columns = ",\n".join(["*", *rules])
    return f"SELECT {columns}\nFROM ({facts})"


def _problem(field: str) -> str:
    return f"CASE WHEN problems IS NOT NULL THEN map_extract_value(problems, {literal(field)}) END"


def not_made(
    harmonised: Harmonised, source: Source, declared: Declarations, beside: Beside
) -> Iterator[tuple[TableRule, str]]:
    """Give each rule of the table that is not tried here, and why."""
    present = _present(declared.tables[source.table], harmonised, source)
    for rule in declared.table_rules.get(source.table, ()):
        if missing := rule.lacks(present):
            yield rule, f"this source does not send {', '.join(missing)}"
        elif relations(rule) and rule.id not in beside.sql:
            yield rule, beside.why_not.get(rule.id, OFFLINE)


def _present(table: Table, harmonised: Harmonised, source: Source) -> set[str]:
    derived = {f for f, use in table.fields.items() if use.default is not None or use.level_of}
    return {*harmonised.columns, *source.constants, *derived, "reporting_country", "source"}


def _of_field(
    field: str, harmonised: Harmonised, source: Source, declared: Declarations, received: date
) -> Iterator[Expected]:
    entry, use = declared.fields[field], declared.tables[source.table].readable[field]
    read = field in harmonised.columns
    if read:
        yield _no_problem(field, source, declared)
    if use.required and use.default is None and field not in source.not_collected:
        yield _there(field, declared, read=read)
    if read:
        yield from _in_bounds(field, entry, source, declared, received)
    told = when_it_was_there(field, declared.tables[source.table], source, declared) if entry.type == "place" else None
    if read and told:
        yield _condition(declared.rules["place-of-another-time"], field, f"{told} IS NOT NULL", told=told)


def _no_problem(field: str, source: Source, declared: Declarations) -> Expected:
    column = name(f"{field}_problem")
    alone = (f"{column} IS NOT NULL", column, "NULL")
    kind = declared.fields[field].type
    rule = declared.rules[
        {"date": "not-a-date", "place": "unknown-place", "code": "unknown-code", "text": "lost-characters"}.get(
            kind, "not-a-number"
        )
    ]
    return Expected(
        rule,
        field,
        _selector(alone),
        ("ExpectColumnValuesToBeNull", {"column": f"{field}_problem"}),
        wanted_form(field, source, declared),
        alone=alone,
    )


def _there(field: str, declared: Declarations, *, read: bool) -> Expected:
    """A required field said something, known or not: an unknown word is not told as a missing one as well."""
    said = f"CASE WHEN {name(field)} IS NULL THEN {name(field + '_problem')} ELSE '' END" if read else name(field)
    column, rule = f"{field}_said", declared.rules["missing-value"]
    alone = (f"{name(column)} IS NULL", literal(rule.id), "NULL")
    gx = ("ExpectColumnValuesToNotBeNull", {"column": column})
    return Expected(rule, field, _selector(alone), gx, "a value", (column, said), alone)


def _in_bounds(
    field: str, entry: FieldEntry, source: Source, declared: Declarations, received: date
) -> Iterator[Expected]:
    column = name(field)
    if entry.type == "code" and entry.codes:
        known = [*codes_of(declared, source.table, field).known()]
        arguments = {"column": field, "value_set": known}
        yield _where(
            declared.rules["unknown-code"],
            field,
            f"{column} NOT IN ({literals(known)})",
            ("ExpectColumnValuesToBeInSet", arguments),
        )
    if entry.minimum is not None or entry.maximum is not None:
        exact = int if entry.type == "integer" else float  # DuckDB would make each a decimal number to compare it
        low, high = (None if bound is None else exact(bound) for bound in (entry.minimum, entry.maximum))
        outside = " OR ".join(
            [*([f"{column} < {low}"] if low is not None else []), *([f"{column} > {high}"] if high is not None else [])]
        )
        bounds = {"column": field, "min_value": low, "max_value": high}
        yield _where(
            declared.rules["out-of-range"],
            field,
            outside,
            ("ExpectColumnValuesToBeBetween", bounds),
            wanted_range(field, source, declared),
        )
    if entry.pattern:
        wrong = f"NOT regexp_full_match({column}, {literal(entry.pattern)})"
        yield _condition(declared.rules["wrong-pattern"], field, wrong, entry.pattern)
    if entry.max_length:
        lengths = {"column": field, "max_value": entry.max_length}
        wanted = f"at most {entry.max_length} characters"
        yield _where(
            declared.rules["too-long"],
            field,
            f"length({column}) > {entry.max_length}",
            ("ExpectColumnValueLengthsToBeBetween", lengths),
            wanted,
        )
    if entry.prose:
        found = holds_one(column, declared.person_numbers.values())
        yield _condition(declared.rules["personal-data"], field, found, "words without numbers of persons")
    if entry.type == "date" and not entry.may_be_future:
        last = received + timedelta(days=1)  # the sender's day may have begun before ours
        latest = {"column": field, "max_value": last}
        yield _where(
            declared.rules["future-date"],
            field,
            f"{column} > DATE '{last}'",
            ("ExpectColumnValuesToBeBetween", latest),
            f"not after {received}",
        )


def _key(table: Table, harmonised: Harmonised, declared: Declarations) -> Expected:
    """One fact per key. Facts alike in every field collapse into the first; facts that differ are all wrong."""
    deletes = [f"{name(f)} IS NOT DISTINCT FROM {literal(code)}" for f, code in table.deleted_by.items()]
    key, fields = names(table.key), names(table.fields)
    fields = ", ".join([fields, *(deletes if table.deleted_by.keys() & harmonised.columns.keys() else [])])
    whole = " AND ".join(f"{name(f)} IS NOT NULL" for f in table.key)
    doubled = f"SELECT {key} FROM {{facts}} WHERE {whole} GROUP BY ALL HAVING count(*) > 1"
    selector = (
        "SELECT fact, CASE WHEN variants > 1 THEN 'conflicting-duplicate' ELSE 'identical-duplicate' END AS rule\n"
        f"FROM (SELECT fact, count(DISTINCT said) OVER (PARTITION BY {key}) AS variants,\n"
        f"    row_number() OVER (PARTITION BY {key} ORDER BY source_row, source_column) AS nth\n"
        f"  FROM (SELECT fact, {key}, source_row, source_column, row({fields}) AS said\n"
        f"    FROM {{facts}} AS f SEMI JOIN ({doubled}) USING ({key}))\n"
        ") WHERE variants > 1 OR nth > 1"
    )
    return Expected(
        declared.rules["conflicting-duplicate"], None, selector, _rows(doubled), f"one row per {', '.join(table.key)}"
    )


def _of_table(
    rule: TableRule, table: Table, harmonised: Harmonised, present: set[str], declared: Declarations, beside: Beside
) -> Iterator[Expected]:
    guilty = rule.fields[0] if rule.fields else None
    if rule.fails_for:
        yield _of_several(rule, guilty, table, harmonised, beside)
    elif rule.in_order:
        first, then = rule.in_order
        wanted = f"{first} not after {then}"
        told = told_beside(rule, guilty or first, wanted, table.table, declared)
        yield _condition(rule, guilty or first, f"{name(first)} > {name(then)}", wanted, told)
    else:
        suspects: list[str | None] = [f for f in rule.each if f in present]
        for suspect in suspects or [guilty]:
            fails = (rule.fails_where or "").replace(EACH, name(suspect or ""))
            yield _condition(rule, suspect, fails, told=told_beside(rule, suspect, "", table.table, declared))


def _of_several(rule: TableRule, guilty: str | None, table: Table, harmonised: Harmonised, beside: Beside) -> Expected:
    whole = [f"{name(f)} IS NOT NULL" for f in table.key]  # a fact of unknown place or day is in no series
    whole += [f"{name(f + '_problem')} IS NULL" for f in _compared(rule, harmonised)]
    fails_for = beside.sql.get(rule.id, rule.fails_for or "")
    selector = _among(rule, fails_for.replace("{facts}", f"(SELECT * FROM {{facts}} WHERE {' AND '.join(whole)})"))
    return Expected(rule, guilty, selector, _rows(selector), compares=rule.compared_with is not None)


def _compared(rule: TableRule, harmonised: Harmonised) -> list[str]:
    """Give the fields by which a rule rejects facts that it compares: what could not be read there is no absence.

    An end that is mistyped would else be none, and all that follows would be rejected for it.
    """
    told = {*re.findall(r"\w+", rule.fails_for or "")} if rule.consequence == "reject" else set()
    return [f for f in harmonised.columns if f in told]


def _among(rule: TableRule, guilty_rows: str) -> str:
    """Select the facts at the places that a rule's own query gives, each once."""
    chosen, joined = f"SELECT fact, {literal(rule.id)} AS rule", "SEMI JOIN"
    if rule.compared_with:
        told = f"any_value(CAST({name(rule.compared_with)} AS VARCHAR)) AS compared"
        guilty_rows = f"SELECT source_row, source_column, {told} FROM ({guilty_rows}) GROUP BY ALL"
        chosen, joined = f"{chosen}, guilty.compared", "JOIN"
    return (
        f"{chosen} FROM {{facts}} AS f {joined} ({guilty_rows}) AS guilty\n"
        "  ON f.source_row = guilty.source_row AND f.source_column IS NOT DISTINCT FROM guilty.source_column"
    )


def _condition(rule: TableRule, field: str | None, fails: str, wanted: str = "", told: str = "NULL") -> Expected:
    """A condition on one fact, as a column of its own that is NULL where the rule holds. `told` is `wanted` as SQL."""
    alone = (rule.fields or rule.in_order or rule.fails_where) and not rule.each
    column = rule.id if alone else f"{rule.id} {field}"
    gx = ("ExpectColumnValuesToBeNull", {"column": column})
    said = (f"{name(column)} IS NOT NULL", literal(rule.id), told)
    return Expected(rule, field, _selector(said), gx, wanted, (column, f"CASE WHEN {fails} THEN true END"), said)


def _where(rule: TableRule, field: str, fails: str, gx: tuple[str, dict[str, Any]], wanted: str = "") -> Expected:
    alone = (fails, literal(rule.id), "NULL")
    return Expected(rule, field, _selector(alone), gx, wanted, None, alone)


def _selector(alone: tuple[str, str, str]) -> str:
    condition, rule, _ = alone
    return f"SELECT fact, {rule} AS rule FROM {{facts}} WHERE {condition}"


def _rows(selector: str) -> tuple[str, dict[str, Any]]:
    query = selector.replace("{", "{{").replace("}", "}}").replace("{{facts}}", "{batch}")
    return UNEXPECTED_ROWS, {"unexpected_rows_query": query}
