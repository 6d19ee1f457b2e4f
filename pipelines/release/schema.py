"""schema.sql: everything of salamat.duckdb but its rows: tables, comments, views and macros."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipelines.engine import literal, name
from pipelines.release.views import definitions

if TYPE_CHECKING:
    from pipelines.derived import Definition
    from pipelines.release.contents import Content


def schema(contents: tuple[Content, ...]) -> Iterator[str]:
    """Give the statements in an order in which they can be run, on an empty database."""
    for content in contents:
        columns = ",\n".join(f"    {name(c.name)} {c.type}" for c in content.columns)
        yield f"CREATE TABLE {name(content.table)} (\n{columns}\n)"
        yield f"COMMENT ON TABLE {name(content.table)} IS {literal(content.comment)}"
        yield from _columns(content.table, ((c.name, c.comment) for c in content.columns))
    for definition in definitions(contents):
        yield from _made(definition)


def _made(made: Definition) -> Iterator[str]:
    yield made.sql()
    yield f"COMMENT ON {made.kind} {name(made.name)} IS {literal(made.comment)}"
    yield from _columns(made.name, made.columns)


def _columns(relation: str, comments: Iterable[tuple[str, str]]) -> Iterator[str]:
    for column, comment in comments:
        yield f"COMMENT ON COLUMN {name(relation)}.{name(column)} IS {literal(comment)}"
