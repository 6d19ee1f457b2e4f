"""The views and macros of a release, over the lake, and what is declared: made for the session, where it is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pipelines.declarations.load import roots_of
from pipelines.derived import FIGURES, INSTANT_AFTER, SUFFIXES, Definition, derived, superseded
from pipelines.derived.references import REFERENCES, reference_columns, reference_rows, write_rows
from pipelines.engine import literal, name, names
from pipelines.lake import columns_of

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.model import Table
    from pipelines.lake import Lake
    from pipelines.moment import Moment
    from pipelines.settings import Settings

_OF_ALL = "|".join((INSTANT_AFTER.name, *(figure.name for figure in FIGURES)))
_NAMED = re.compile(rf"\w_({'|'.join(SUFFIXES)})\b|\b({_OF_ALL})\b", re.IGNORECASE)
_VERSION = {"recorded_at": "TIMESTAMP", "superseded_at": "TIMESTAMP", "superseded_by": "VARCHAR"}
_COLUMNS = "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = {} GROUP BY 1"


def named(sql: str, settings: Settings) -> bool:
    """Whether a statement may name any of them: only then are the declarations read."""
    return _NAMED.search(sql) is not None or any(_names(sql, table) for table in explaining(settings))


def explaining(settings: Settings) -> list[str]:
    """Name the tables that say what is declared, without reading them."""
    registers = (
        file.stem for root in roots_of(*settings.declarations) for file in root.glob("schemas/registers/*.yaml")
    )
    return sorted({*REFERENCES, *registers})


def offer(sql: str, lake: Lake, declared: Declarations, as_of: Moment | None) -> None:
    """Make what the statement names, and what that names in turn, over the lake as it is attached.

    What cannot be made, because a table is not there, is left out: the statement's own error will say so.
    """
    import duckdb  # noqa: PLC0415  heavy

    needed = _needed(sql, list(_definitions(lake, declared, as_of)))
    text = "\n".join((sql, *(definition.body for definition in needed)))
    for table in (t for t in (*REFERENCES, *declared.registers) if _names(text, t)):
        write_rows(lake.con, name(table), reference_columns(table, declared), reference_rows(table, declared))
    for definition in reversed(needed):
        with suppress(duckdb.CatalogException):
            lake.con.execute(definition.sql(temporary=True))


def _needed(sql: str, definitions: list[Definition]) -> list[Definition]:
    """Choose by name, the last one first: each names only what comes before it."""
    text, needed = sql, []
    for definition in reversed(definitions):
        if _names(text, definition.name):
            needed.append(definition)
            text = f"{text}\n{definition.body}"
    return needed


def _names(text: str, called: str) -> bool:
    return re.search(rf"\b{called}\b", text, re.IGNORECASE) is not None


def _definitions(lake: Lake, declared: Declarations, as_of: Moment | None) -> Iterator[Definition]:
    """Give all, in an order in which they can be made."""
    yield INSTANT_AFTER
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
