"""The suite of a delivery, derived from its table's fields and from expectations/: what is expected, and who breaks it.

Each rule is compiled twice from one declaration: to a Great Expectations expectation, which decides, and to a row
selector, which finds the facts. The two must agree, and `validate` checks that they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.artefacts import Harmonised
from pipelines.declarations import Declarations
from pipelines.declarations.missing import NOT_MISSING, REASON, says_why
from pipelines.declarations.model import EACH, Table, TableRule
from pipelines.declarations.relations import relations
from pipelines.declarations.source import Source
from pipelines.engine import literal, name, names, parquet
from pipelines.validate.absent import absent_columns
from pipelines.validate.beside import OFFLINE, Beside
from pipelines.validate.compared import told_beside
from pipelines.validate.expected import Expected, condition, rows
from pipelines.validate.of_a_field import of_field


def expectations(harmonised: Harmonised, source: Source, declared: Declarations, beside: Beside) -> list[Expected]:
    """Derive every expectation that this delivery's fields allow, and what lies beside it."""
    table = declared.tables[source.table]
    received = harmonised.extract.delivery.received_at.date()
    found: list[Expected] = []
    for field in table.readable:
        found += of_field(field, harmonised, source, declared, received)
    found.append(_key(table, harmonised, declared))
    if says_why(source, table):
        found.append(_one_of_both(table, declared))
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


def _one_of_both(table: Table, declared: Declarations) -> Expected:
    """A figure is there, or a reason why it is not."""
    both = f"{name(table.fact)} IS NOT NULL AND {name(REASON)} <> {literal(NOT_MISSING)}"
    return condition(declared.rules["reason-beside-a-figure"], REASON, both)


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
        declared.rules["conflicting-duplicate"], None, selector, rows(doubled), f"one row per {', '.join(table.key)}"
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
        yield condition(rule, guilty or first, f"{name(first)} > {name(then)}", wanted, told)
    else:
        suspects: list[str | None] = [f for f in rule.each if f in present]
        for suspect in suspects or [guilty]:
            fails = (rule.fails_where or "").replace(EACH, name(suspect or ""))
            yield condition(rule, suspect, fails, told=told_beside(rule, suspect, "", table.table, declared))


def _of_several(rule: TableRule, guilty: str | None, table: Table, harmonised: Harmonised, beside: Beside) -> Expected:
    whole = [f"{name(f)} IS NOT NULL" for f in table.key]  # a fact of unknown place or day is in no series
    whole += [f"{name(f + '_problem')} IS NULL" for f in _compared(rule, harmonised)]
    fails_for = beside.sql.get(rule.id, rule.fails_for or "")
    selector = _among(rule, fails_for.replace("{facts}", f"(SELECT * FROM {{facts}} WHERE {' AND '.join(whole)})"))
    return Expected(rule, guilty, selector, rows(selector), compares=rule.compared_with is not None)


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
