"""The views and macros of a release, over the lake: made for the session, and only those that a statement names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pipelines.derived import FIGURES, INSTANT_AFTER, SUFFIXES, Definition, derived, superseded
from pipelines.engine import literal, name, names, values
from pipelines.lake import columns_of

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.model import Table
    from pipelines.lake import Lake
    from pipelines.moment import Moment

_BREAKS = "definition_breaks"
_OF_ALL = "|".join((_BREAKS, INSTANT_AFTER.name, *(figure.name for figure in FIGURES)))
_NAMED = re.compile(rf"\w_({'|'.join(SUFFIXES)})\b|\b({_OF_ALL})\b", re.IGNORECASE)
_VERSION = {"recorded_at": "TIMESTAMP", "superseded_at": "TIMESTAMP", "superseded_by": "VARCHAR"}
_COLUMNS = "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = {} GROUP BY 1"


def named(sql: str) -> bool:
    """Whether a statement may name any of them: only then are the declarations read."""
    return _NAMED.search(sql) is not None


def offer(sql: str, lake: Lake, declared: Declarations, as_of: Moment | None) -> None:
    """Make what the statement names, and what that names in turn, over the lake as it is attached.

    What cannot be made, because a table is not there, is left out: the statement's own error will say so.
    """
    import duckdb  # noqa: PLC0415  heavy

    for definition in reversed(_needed(sql, list(_definitions(lake, declared, as_of)))):
        with suppress(duckdb.CatalogException):
            lake.con.execute(definition.sql(temporary=True))


def _needed(sql: str, definitions: list[Definition]) -> list[Definition]:
    """Choose by name, the last one first: each names only what comes before it."""
    text, needed = sql, []
    for definition in reversed(definitions):
        if re.search(rf"\b{definition.name}\b", text, re.IGNORECASE):
            needed.append(definition)
            text = f"{text}\n{definition.body}"
    return needed


def _definitions(lake: Lake, declared: Declarations, as_of: Moment | None) -> Iterator[Definition]:
    """Give all, in an order in which they can be made."""
    yield INSTANT_AFTER
    breaks = declared.registers[_BREAKS]
    types = {column: told.sql_type for column, told in breaks.head.columns.items()}
    yield Definition("VIEW", _BREAKS, values(types, (tuple(row.values()) for row in breaks.rows)), breaks.head.title)
    last = lake.published_by(as_of.at if as_of else None)
    here, later = (dict(lake.con.execute(_COLUMNS.format(literal(whose))).fetchall()) for whose in ("lake", "temp"))
    for table in declared.tables.values():
        if table.table in here and last:
            yield from _of_a_table(table, _there(declared, table, here), *_versions(lake, table, last.snapshot))
        elif table.table in later:
            yield from _of_a_table(table, _there(declared, table, later), *_nothing(table))
    yield from FIGURES


def _there(declared: Declarations, table: Table, columns: Mapping[str, Sequence[str]]) -> list[str]:
    return [c for c in columns_of(declared, table) if c in columns[table.table]]


def _versions(lake: Lake, table: Table, snapshot: int) -> tuple[str, str]:
    """Write the rows that stand in a snapshot, and those that stand no more."""
    key = ("reporting_country", "source", *table.key)
    return lake.standing(table.table, key, snapshot), lake.superseded(table.table, key, snapshot)


def _nothing(table: Table) -> tuple[str, str]:
    """Write the rows of a table that came after the moment that is asked about: an empty view stands for it."""
    versions = ", ".join(f"CAST(NULL AS {kind}) AS {name(c)}" for c, kind in _VERSION.items())
    nothing = f"SELECT *, {versions} FROM {name(table.table)}"
    return nothing, nothing


def _of_a_table(table: Table, columns: Sequence[str], stands: str, stood: str) -> Iterator[Definition]:
    gone = f"SELECT {names((*columns, *_VERSION))} FROM ({stood})"
    yield Definition("VIEW", superseded(table.table), gone, f"What stood in {table.table}.")
    yield from derived(table, columns, f"(SELECT {names((*columns, 'recorded_at'))} FROM ({stands}))")
