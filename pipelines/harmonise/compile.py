"""A source's declaration becomes SQL: named steps, from the sender's cells to facts in our fields.

The steps are `extract` (cells), `rows` (row-wide fields read), `cells` (wide files only: one row per cell, with what
its column means), `facts` (every field of the table, with its problem), then what is set aside within the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.artefacts import ROW
from pipelines.declarations import Declarations
from pipelines.declarations.comparators import comparators
from pipelines.declarations.folding import fold_macro
from pipelines.declarations.missing import REASON, reasons
from pipelines.declarations.model import Table
from pipelines.declarations.source import SetAside, Source
from pipelines.declarations.words import in_scope
from pipelines.engine import literal, name, names, parquet
from pipelines.harmonise.bounds import comparator_sql
from pipelines.harmonise.corrections import corrections_step
from pipelines.harmonise.deletions import deletion_steps
from pipelines.harmonise.events import EVENT, counted, uncounted
from pipelines.harmonise.missing import not_reported_sql, reason_sql
from pipelines.harmonise.spells import spells_steps
from pipelines.harmonise.values import (
    Reading,
    macros,
    mapped_readings,
    month_macro,
    problem_sql,
    repair_macro,
    repaired,
    value_sql,
)
from pipelines.harmonise.wide import Wide, wide


@dataclass(frozen=True)
class Compiled:
    """The macros to create, the steps in order, and which sender's column each field is read from."""

    macros: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    columns: dict[str, str | None]

    def select(self, last: str | None = None) -> str:
        """Give the whole query, or the one that ends at the step `last`."""
        names = [step for step, _ in self.steps]
        until = names.index(last) + 1 if last else len(names)
        ctes = ",\n".join(f"{step} AS (\n{sql}\n)" for step, sql in self.steps[:until])
        return f"WITH {ctes}\nSELECT * FROM {names[until - 1]}"

    def text(self) -> str:
        """Give everything as one script to read."""
        return ";\n\n".join((*self.macros, self.select())) + ";\n"


def compile_source(
    source: Source, declared: Declarations, header: tuple[str, ...], extract: str, row: str = "file_row_number + 2"
) -> Compiled:
    """Compile for a file with these columns, its cells in the Parquet file `extract`; `row` is the sender's row."""
    table = declared.tables[source.table]
    readings = mapped_readings(source, declared)
    spread = wide(source, declared, header)
    every = [*readings.values(), *(spread.readings if spread else ())]
    columns: dict[str, str | None] = {f: m.from_ for f, m in source.map.items()}
    columns |= dict.fromkeys(spread.fields) if spread else {}
    columns |= {c: source.map[f].from_ for c, f in comparators(source, table, declared).items()}
    columns |= {REASON: columns[table.fact]} if reasons(source, table) else {}
    columns |= {source.count.into: source.count.each} if source.count else {}
    steps = [("extract", _extract(extract, row)), ("rows", _rows(source, readings, spread))]
    if spread:
        steps.append(("cells", spread.sql))
    steps.append(("facts", _facts(source, declared, table, readings, spread)))
    steps += corrections_step(source, declared)
    steps += _set_aside(source, table, steps[-1][0])
    if source.spells:
        steps += spells_steps(source.spells, table, steps[-1][0])
        columns |= dict.fromkeys((source.spells.until, source.spells.numbered))
    if source.count:
        steps += counted(source.count, [f for f in readings if f in table.fields], table, steps[-1][0])
    if table.deleted_by.keys() & readings.keys():
        steps += deletion_steps(table, steps[-1][0])
    steps.append(("harmonised", _harmonised([f for f in table.readable if f in columns], steps[-1][0])))
    levels = [_level_macro(source, declared)] if any(f.level_of for f in table.fields.values()) else []
    made = (
        fold_macro(),
        *repair_macro(source, declared),
        *month_macro(source, declared),
        *levels,
        *macros(every, source, declared),
    )
    return Compiled(made, tuple(steps), columns)


def _extract(path: str, row: str) -> str:
    other = f"file_row_number, {ROW}" if row == ROW else "file_row_number"
    numbered = f"{row} AS salamat_row, * EXCLUDE ({other})"
    return f"  SELECT {numbered}\n  FROM {parquet(path, numbered=True)}"


def _rows(source: Source, readings: dict[str, Reading], spread: Wide | None) -> str:
    parts = ["salamat_row AS source_row", f"{_aside(source, spread)} AS set_aside"]
    if source.keep_last_per:
        parts.append(f"{name(source.keep_last_per.by)} AS said_at")
    if source.count:
        parts.append(f"{name(source.count.each)} AS {EVENT}")
    for field, reading in readings.items():
        column = name(source.map[field].from_)
        parts.append(f"{column} AS {name('raw_' + field)}")
        parts.append(f"{value_sql(column, reading, source)} AS {name(field)}")
    parts += spread.carried if spread else []
    return "  SELECT\n    " + ",\n    ".join(parts) + "\n  FROM extract"


def _aside(source: Source, spread: Wide | None) -> str:
    whens = [_when(a, "out-of-scope") for a in source.out_of_scope]
    whens += [_when(a, "total-of-parts") for a in source.total_of_parts]
    said = names([*(m.from_ for m in source.map.values()), *(spread.columns if spread else ())])
    blank = f"WHEN coalesce({said}, NULL) IS NULL THEN 'blank-row'"
    return f"CASE {' '.join([blank, *whens])} END"


def _when(aside: SetAside, reason: str) -> str:
    column, others = f"coalesce(fold({name(aside.column)}), '')", _folded(aside.others)
    if aside.values == "any":
        return f"WHEN {column} NOT IN ({_folded(('', *aside.others))}) THEN {literal(reason)}"
    values = _folded(aside.values)
    unlisted = f" WHEN {column} NOT IN ({others}) THEN 'unlisted'" if others else ""
    return f"WHEN {column} IN ({values}) THEN {literal(reason)}{unlisted}"


def _folded(values: tuple[str, ...]) -> str:
    return ", ".join(f"fold({literal(v)})" for v in values)


def _facts(
    source: Source, declared: Declarations, table: Table, readings: dict[str, Reading], spread: Wide | None
) -> str:
    absent = not_reported_sql(source, table, readings, spread)
    parts = ["source_row", "source_column" if spread else "CAST(NULL AS VARCHAR) AS source_column"]
    parts.append(f"coalesce(set_aside, {absent}) AS set_aside" if absent else "set_aside")
    parts += ["said_at"] if source.keep_last_per else []
    parts += [EVENT, *uncounted(source.count, declared)] if source.count else []
    for field in (f for f in table.readable if source.count is None or f != source.count.into):
        parts += _field(field, source, declared, table, readings, spread)
    return "  SELECT\n    " + ",\n    ".join(parts) + f"\n  FROM {'cells' if spread else 'rows'}"


def _field(
    field: str, source: Source, declared: Declarations, table: Table, readings: dict[str, Reading], spread: Wide | None
) -> list[str]:
    entry, use = declared.fields[field], table.readable[field]
    kind, default = entry.sql_type, literal(use.default)
    if owner := comparators(source, table, declared).get(field):
        cell = repaired(f"trim({name('raw_' + owner)})", readings[owner], source)
        return [f"{comparator_sql(cell, name(owner))} AS {name(field)}", _no_problem(field)]
    if field == REASON and reasons(source, table):
        return [f"{reason_sql(source, table, spread)} AS {name(field)}", _no_problem(field)]
    if use.level_of:
        return [f"level_of({_value_of(use.level_of, source, readings, spread)}) AS {name(field)}"]
    if spread and field in spread.fields:
        problem = spread.problem(field, source)
    elif field in readings:
        problem = problem_sql(name("raw_" + field), name(field), readings[field], source)
    else:
        constant = source.constants.get(field, use.default)
        return [] if constant is None else [f"CAST({literal(constant)} AS {kind}) AS {name(field)}"]
    value = name(field)
    filled = (
        f"CASE WHEN ({problem}) IS NULL THEN coalesce({value}, {default}) END" if use.default is not None else value
    )
    return [f"CAST({filled} AS {kind}) AS {name(field)}", f"{problem} AS {name(field + '_problem')}"]


def _no_problem(field: str) -> str:
    return f"CAST(NULL AS VARCHAR) AS {name(field + '_problem')}"


def _value_of(field: str, source: Source, readings: dict[str, Reading], spread: Wide | None) -> str:
    read = field in readings or (spread is not None and field in spread.fields)
    return name(field) if read else literal(source.constants.get(field))


def _level_macro(source: Source, declared: Declarations) -> str:
    own = [p for p in declared.places.values() if in_scope(source, p.place_id, declared)]
    pairs = ", ".join(f"{literal(p.place_id)}: {literal(p.geo_level)}" for p in own)
    return f"CREATE OR REPLACE TEMP MACRO level_of(x) AS map_extract_value(MAP {{{pairs}}}, x)"


def _harmonised(read: list[str], before: str) -> str:
    """Gather a fact's problems, which few facts have, in one column: thirty empty ones cost as much as the values."""
    problems = names(f"{f}_problem" for f in read)
    told = ", ".join(f"{literal(f)}: {name(f + '_problem')}" for f in read)
    gathered = f"CASE WHEN coalesce({problems}) IS NOT NULL THEN MAP {{{told}}} END AS problems"
    return f"  SELECT * EXCLUDE ({problems}),\n    {gathered}\n  FROM {before}"


def _set_aside(source: Source, table: Table, before: str) -> list[tuple[str, str]]:
    steps = []
    if source.keep_last_per:
        keys = ", ".join(name(f) for f in source.keep_last_per.per)
        rank = f"row_number() OVER (PARTITION BY set_aside, {keys} ORDER BY said_at DESC, source_row DESC)"
        known = [f"{name(f)} IS NOT NULL" for f in source.keep_last_per.per if f in table.key]
        again = " AND ".join(["set_aside IS NULL", *known, f"{rank} > 1"])  # what was not read overtakes nothing
        overtaken = f"CASE WHEN {again} THEN 'overtaken' ELSE set_aside END AS set_aside"
        steps.append(
            (
                "kept",
                f"  SELECT * EXCLUDE (set_aside, said_at),\n    {overtaken}\n  FROM {before}",
            )
        )
        before = "kept"
    if source.stale_after:
        steps += _stale(source.stale_after.days, table, before)
    return steps


def _stale(days: int, table: Table, before: str) -> list[tuple[str, str]]:
    """A day rises when some series stands above all it said before; behind the first long standstill all is stale."""
    series, value, time = names(f for f in table.key if f != table.time), name(table.fact), name(table.time)
    earlier = (
        f"max({value}) OVER (PARTITION BY {series} ORDER BY {time} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    still = "lead(day, 1, (SELECT max(day) FROM moves)) OVER (ORDER BY day) - day AS still_days"
    stale = f"CASE WHEN f.set_aside IS NULL AND f.{time} > since THEN 'stale' ELSE f.set_aside END AS set_aside"
    day = f"{time} AS day, {value} IS NOT NULL AND coalesce({value} > {earlier}, true) AS rises"
    return [
        ("moves", f"  SELECT {day}\n  FROM {before} WHERE set_aside IS NULL"),
        ("rises", f"  SELECT day, {still} FROM (SELECT DISTINCT day FROM moves WHERE rises)"),
        ("frozen", f"  SELECT min(day) AS since FROM rises WHERE still_days > {days}"),
        ("fresh", f"  SELECT f.* EXCLUDE (set_aside),\n    {stale}\n  FROM {before} f, frozen"),
    ]
