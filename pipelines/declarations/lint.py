"""Contradictions between declarations, each with the file and line where it stands. Nothing runs while there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from pipelines.declarations.lint_arrives import wrong_arrival
from pipelines.declarations.lint_decode import wrong_decode
from pipelines.declarations.lint_deletions import deleted_by_what, wrong_deletions
from pipelines.declarations.lint_events import wrong_count
from pipelines.declarations.lint_questions import asked_fields, open_questions
from pipelines.declarations.lint_readings import wrong_constant, wrong_readings
from pipelines.declarations.lint_registers import in_registers
from pipelines.declarations.lint_spells import wrong_spells
from pipelines.declarations.lint_words import doubled_tokens
from pipelines.declarations.load import Declarations
from pipelines.declarations.model import EACH, Scalar, Table, TableField, TableRule
from pipelines.declarations.relations import relations, wrongly_named
from pipelines.declarations.source import Meaning, Source
from pipelines.declarations.vocabulary import broken_wordings
from pipelines.declarations.yaml_lines import Wrong
from pipelines.errors import Contradiction


def contradictions_of_sources(declared: Declarations) -> list[Contradiction]:
    """Find everything in which a source contradicts itself, or what it shares with others."""
    found: list[Contradiction] = []
    for name, source in declared.sources.items():
        document = declared.documents[name]
        found += [document.contradiction(what, *path) for what, path in _source(name, source, declared)]
        found += [replace(document.contradiction(what, *at), is_question=True) for what, at in open_questions(source)]
    return found


def contradictions_of_what_is_shared(declared: Declarations) -> list[Contradiction]:
    """Find everything in which tables, rules, words, units, fields and registers contradict each other."""
    found: list[Contradiction] = []
    for name, table in declared.tables.items():
        document = declared.documents[f"tables/{name}"]
        found += [document.contradiction(what, *path) for what, path in _table(name, table, declared)]
    for name, rules in declared.table_rules.items():
        document = declared.documents[f"expectations/{name}"]
        found += [
            document.contradiction(what, "rules", i) for i, r in enumerate(rules) for what in _rule(name, r, declared)
        ]
    found += (*broken_wordings(declared), *doubled_tokens(declared))
    found += [Contradiction(declared.roots[0] / "schemas/units.csv", 0, what) for what in _units(declared)]
    found += [Contradiction(declared.roots[0] / "schemas/fields", 0, what) for what in _fields(declared)]
    return [*found, *in_registers(declared)]


def _fields(declared: Declarations) -> Iterator[str]:
    for field, entry in declared.fields.items():
        if (entry.type == "code") != (entry.codes is not None):
            yield f"{field}: type code and a code list go together"
        elif entry.codes and entry.codes not in declared.codes:
            yield f"{field}: there is no code list '{entry.codes}'"


def _table(name: str, table: Table, declared: Declarations) -> Iterator[Wrong]:
    if table.table != name:
        yield f"the file is called {name} and the table {table.table}", ("table",)
    for field, use in table.fields.items():
        if field not in declared.fields:
            yield f"there is no field '{field}' in schemas/fields", ("fields", field)
        elif use.default is not None:
            yield from wrong_constant(field, use.default, name, declared, ("fields", field, "default"))
        yield from _without(field, use, declared)
    for field in (*table.key, table.time, *table.sort, *([] if table.fact == "row" else [table.fact])):
        if field not in table.fields:
            yield f"'{field}' is not a field of this table", ("key",)
    yield from deleted_by_what(table, declared)
    yield from _totals(table, declared)
    for field in table.key:
        used = table.fields.get(field)
        if used is not None and not (used.required or used.default is not None):
            yield (
                f"'{field}' is part of the key: it must be required or have a default, for a key is never absent",
                ("key",),
            )


def _totals(table: Table, declared: Declarations) -> Iterator[Wrong]:
    if table.totals is None:
        return
    kinds = {table.totals.field: (table.totals.total, table.totals.new)}
    yield from ((what, ("totals",)) for what in _rows(table.table, kinds, declared))
    if table.fact == "row":
        yield "only a figure can be a running total, and a fact of this table is a row", ("totals",)


def _without(field: str, use: TableField, declared: Declarations) -> Iterator[Wrong]:
    entry = declared.fields.get(field)
    listed = declared.codes.get(entry.codes or "") if entry else None
    for code in (c for c in use.without if listed is None or c not in listed.known()):
        yield f"'{code}' is not a code that '{field}' could have", ("fields", field, "without")


def _rule(table: str, rule: TableRule, declared: Declarations) -> Iterator[str]:
    if sum(k is not None for k in (rule.in_order, rule.fails_where, rule.fails_for)) != 1:
        yield "says exactly one of in_order, fails_where, fails_for"
    known = declared.tables[table].fields if table in declared.tables else {}
    if bool(rule.each) != (EACH in (rule.fails_where or "")):
        yield "each and {each} of fails_where go together"
    for field in (*rule.fields, *rule.each, *(rule.in_order or ())):
        if field not in {*known, "reporting_country", "source"}:
            yield f"'{field}' is not a field of the table {table}"
    yield from wrongly_named(rule, set(declared.tables))
    for told in (r.table or table for r in relations(rule) if r.kind == "new"):
        if told in declared.tables and declared.tables[told].totals is None:
            yield f"the table {told} has no `totals`, and so no new counts can be made of them"
    for relation, rows in rule.needs_rows.items():
        yield from _rows(relation.partition(":")[2] or table, rows, declared)


def _rows(table: str, rows: Mapping[str, Iterable[Scalar]], declared: Declarations) -> Iterator[str]:
    known = declared.tables[table].fields if table in declared.tables else {}
    for field, wanted in rows.items():
        if field not in known:
            yield f"'{field}' is not a field of the table {table}"
        else:
            yield from (what for value in wanted for what, _ in wrong_constant(field, value, table, declared, ()))


def _units(declared: Declarations) -> Iterator[str]:
    for one in declared.units.values():
        yield from (f"{one.unit} to {one.into}: {what}" for what in one.wrong())
        if one.field and (one.field not in declared.fields or declared.fields[one.field].unit != one.into):
            yield f"'{one.field}' is no field in {one.into}"


def _source(name: str, source: Source, declared: Declarations) -> Iterator[Wrong]:
    if source.source != name:
        yield f"the file is {name} and the source says {source.source}", ("source",)
    if source.table not in declared.tables:
        yield f"there is no table '{source.table}'", ("table",)
        return
    yield from wrong_arrival(source.arrives)
    yield from wrong_decode(source)
    yield from _unknown_names(source, declared)
    table = declared.tables[source.table]
    for field, at in _given(source):
        if field not in table.readable:
            yield f"'{field}' is not a field of the table {table.table}", at
    if any(field not in table.readable for field, _ in _given(source)):
        return
    yield from _twice(source)
    yield from _lacking(source, table)
    yield from wrong_spells(source, table, set(_ways(source)))
    yield from wrong_readings(source, declared)
    yield from _values(source, declared)
    yield from _meanings_in_time(source)
    yield from _acknowledged(source, declared)
    yield from wrong_count(source, table)
    yield from wrong_deletions(source, table)
    measures = {
        str(v["measure_type"])
        for v in (source.constants, *(m.values() for _, _, m in _meanings(source)))
        if "measure_type" in v
    }
    if source.stale_after and measures != {"CUMULATIVE"}:
        yield "only a feed of cumulative figures can be told to be frozen", ("stale_after",)


def _unknown_names(source: Source, declared: Declarations) -> Iterator[Wrong]:
    for language in source.language:
        if language not in declared.languages:
            yield f"there is no language '{language}' in schemas/languages.yaml", ("language",)
    for repair in source.repair:
        if repair not in declared.repairs:
            yield f"there is no repair '{repair}' in schemas/repairs.yaml", ("repair",)
    if source.data_source and source.data_source not in {
        r["data_source"] for r in declared.registers["data_sources"].rows
    }:
        yield f"there is no data source '{source.data_source}' in schemas/registers/data_sources.csv", ("data_source",)


def _given(source: Source) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Give every field that the source gives a value to, and where it says so."""
    yield from ((f, ("map", f)) for f in source.map)
    yield from ((f, ("constants", f)) for f in source.constants)
    yield from ((f, ("not_collected", f)) for f in source.not_collected)
    if source.count:
        yield source.count.into, ("count", "into")
    if source.unpivot:
        yield source.unpivot.into, ("unpivot", "into")
        if source.unpivot.name_is:
            yield source.unpivot.name_is.field, ("unpivot", "name_is")
        for column, _, meaning in _meanings(source):
            yield from ((f, ("unpivot", "columns", column)) for f in meaning.values())
    if source.spells:
        yield source.spells.until, ("spells", "until")
        yield source.spells.numbered, ("spells", "numbered")
    yield from ((c.field, ("corrections", i)) for i, c in enumerate(source.corrections))


def _meanings(source: Source) -> Iterator[tuple[str, int, Meaning]]:
    if source.unpivot and isinstance(source.unpivot.columns, dict):
        for column, meanings in source.unpivot.columns.items():
            yield from ((column, i, meaning) for i, meaning in enumerate(meanings))


def _ways(source: Source) -> dict[str, set[str]]:
    """Give each field with the ways in which it gets its value."""
    ways: dict[str, set[str]] = {}
    for field, at in _given(source):
        if at[0] != "corrections":
            ways.setdefault(field, set()).add(str(at[0]))
    return ways


def _twice(source: Source) -> Iterator[Wrong]:
    for field, ways in _ways(source).items():
        if len(ways) > 1:
            yield f"'{field}' gets its value twice: {' and '.join(sorted(ways))}", (min(ways), field)
    used = [m.from_ for m in source.map.values()]
    used += list(source.unpivot.columns) if source.unpivot and source.unpivot.columns != "dates" else []
    for column in source.ignore:
        if column in used:
            yield f"the column '{column}' is mapped and ignored", ("ignore",)


def _lacking(source: Source, table: Table) -> Iterator[Wrong]:
    ways, asked = _ways(source), asked_fields(source)
    for field, use in table.fields.items():
        needed = use.required or field in table.key or field == table.fact
        if needed and use.default is None and field not in ways and field not in asked:
            yield f"'{field}' of the table {table.table} gets no value; map it, or say why in not_collected", ("map",)
        if "not_collected" in ways.get(field, set()) and field in table.key and use.default is None:
            yield f"'{field}' is part of the key and cannot be left uncollected", ("not_collected", field)


def _values(source: Source, declared: Declarations) -> Iterator[Wrong]:
    for field, value in source.constants.items():
        yield from wrong_constant(field, value, source.table, declared, ("constants", field))
    for column, i, meaning in _meanings(source):
        for field, value in meaning.values().items():
            yield from wrong_constant(field, value, source.table, declared, ("unpivot", "columns", column, i, field))


def _acknowledged(source: Source, declared: Declarations) -> Iterator[Wrong]:
    known = declared.tables[source.table].fields
    for i, about in enumerate(source.acknowledged):
        if about.rule not in declared.rules:
            yield f"there is no rule '{about.rule}'", ("acknowledged", i, "rule")
        elif not declared.rules[about.rule].may_be_acknowledged:
            what = f"'{about.rule}' {declared.rules[about.rule].consequence}s"
            yield f"{what}: only what flags or holds can be acknowledged", ("acknowledged", i, "rule")
        for field in (f for f in about.where if f not in known):
            yield f"'{field}' is not a field of the table {source.table}", ("acknowledged", i, "where", field)


def _meanings_in_time(source: Source) -> Iterator[Wrong]:
    """A column's meanings follow each other without gap or overlap, so that no cell is lost or doubled."""
    by_column: dict[str, list[Meaning]] = {}
    for column, _, meaning in _meanings(source):
        by_column.setdefault(column, []).append(meaning)
    for column, meanings in by_column.items():
        ordered = sorted(meanings, key=lambda m: m.from_ or date.min)
        joined = all(a.until and b.from_ == a.until + timedelta(days=1) for a, b in pairwise(ordered))
        if not joined or ordered[0].from_ or ordered[-1].until:
            yield (
                f"the meanings of '{column}' must follow each other from the first day to the last",
                ("unpivot", "columns", column),
            )
