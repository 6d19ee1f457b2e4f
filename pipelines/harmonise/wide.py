"""Wide files: columns that are dates, regions or indicators become rows, each cell a fact with its column's meaning."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default

from pipelines.declarations import Declarations
from pipelines.declarations.dates import reads_as_date
from pipelines.declarations.source import Meaning, Source, Unpivot
from pipelines.engine import literal, name
from pipelines.harmonise.values import Reading, problem_sql, value_sql


@dataclass(frozen=True)
class Wide:
    """How the cells of a wide file become facts: the fields that a column's meaning gives, and the step's SQL."""

    into: Reading
    name_is: Reading | None
    meant: tuple[str, ...]
    columns: tuple[str, ...]
    carried: list[str]
    sql: str
    readings: tuple[Reading, ...] = default(default=())

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that come from the cell, its column's name or its column's meaning."""
        return (self.into.field, *((self.name_is.field,) if self.name_is else ()), *self.meant)

    def problem(self, field: str, source: Source) -> str:
        """Give the expression of a field's problem in the step `cells`."""
        if field == self.into.field:
            return problem_sql("cell", name(field), self.into, source)
        if self.name_is and field == self.name_is.field:
            return problem_sql("source_column", name(field), self.name_is, source)
        return "CAST(NULL AS VARCHAR)"


def wide(source: Source, declared: Declarations, header: tuple[str, ...]) -> Wide | None:
    """Understand a source's `unpivot` for a file with these columns; None where it has none."""
    unpivot = source.unpivot
    if unpivot is None:
        return None
    columns = _columns(unpivot, header)
    named = unpivot.name_is
    name_is = Reading(named.field, declared.fields[named.field], named.read, None, named.codes) if named else None
    into = Reading(unpivot.into, declared.fields[unpivot.into], unpivot.read, nothing=tuple(unpivot.missing))
    meanings = [(i, column, meaning) for i, column in enumerate(columns) for meaning in _meanings(unpivot, column)]
    meant = tuple(dict.fromkeys(f for _, _, meaning in meanings for f in meaning.values()))
    carried = [f"{name(column)} AS cell_{i}" for i, column in enumerate(columns)]
    sql = _sql(source, declared, meanings, meant, into, name_is, len(columns))
    return Wide(into, name_is, meant, tuple(columns), carried, sql, (into, *([name_is] if name_is else [])))


def _columns(unpivot: Unpivot, header: tuple[str, ...]) -> list[str]:
    if unpivot.columns == "dates":
        return [c for c in header if reads_as_date(c, unpivot.days_read)]
    return [c for c in header if c in unpivot.columns]


def _meanings(unpivot: Unpivot, column: str) -> tuple[Meaning, ...]:
    return unpivot.columns[column] if isinstance(unpivot.columns, dict) else (Meaning(),)


def _sql(
    source: Source,
    declared: Declarations,
    meanings: list[tuple[int, str, Meaning]],
    meant: tuple[str, ...],
    into: Reading,
    name_is: Reading | None,
    count: int,
) -> str:
    table = declared.tables[source.table]
    first = {i: meaning for i, _, meaning in reversed(meanings)}
    dated = any(meaning.from_ or meaning.until for _, _, meaning in meanings)
    rows = ",\n      ".join(_row(i, column, meaning, meant, first[i] is meaning) for i, column, meaning in meanings)
    heads = ", ".join(["cell_name", "source_column", "since", "until", "is_first", *(name(f) for f in meant)])
    read = f", {value_sql('source_column', name_is, source)} AS {name(name_is.field)}" if name_is else ""
    columns = f"(SELECT *{read} FROM (VALUES\n      {rows}\n    ) AS v({heads}))"
    listed = ", ".join(f"cell_{i}" for i in range(count))
    sql = (
        "  SELECT * EXCLUDE (cell_name, since, until, is_first),\n"
        f"    {value_sql('cell', into, source)} AS {name(into.field)}\n"
        f"  FROM rows UNPIVOT INCLUDE NULLS (cell FOR cell_name IN ({listed}))\n"
        f"  JOIN {columns} AS columns USING (cell_name)"
    )
    time = name(table.time)
    return sql + (
        f"\n  WHERE CASE WHEN {time} IS NULL THEN is_first ELSE {time} BETWEEN since AND until END" if dated else ""
    )


def _row(number: int, column: str, meaning: Meaning, meant: tuple[str, ...], first: bool) -> str:  # noqa: FBT001
    values = meaning.values()
    since = f"DATE {literal(str(meaning.from_ or '0001-01-01'))}"
    until = f"DATE {literal(str(meaning.until or '9999-12-31'))}"
    said = [literal(values.get(f)) for f in meant]
    return f"({', '.join([literal(f'cell_{number}'), literal(column), since, until, literal(first), *said])})"
