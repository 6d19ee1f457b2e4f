"""What a release is cut from: the lake at one snapshot, the declarations, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.derived.references import Cell, reference_rows, write_rows
from pipelines.engine import literal, literals, name
from pipelines.release.contents import Content, contents, hidden_fields, hidden_tables

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.model import Tier
    from pipelines.lake import Lake

_VERSIONED: dict[str, tuple[str, ...]] = {
    "shared": ("recorded_at",),
    "superseded": ("recorded_at", "superseded_at", "superseded_by"),
    "register": (),
}


@dataclass(frozen=True)
class Cut:
    """One folder's worth: everything of the network tier, or all fields of one reporting country.

    `recorded_at` (UTC, without a zone) is from when on readers saw the snapshot.
    """

    lake: Lake
    declared: Declarations
    snapshot: int
    recorded_at: datetime
    tables: frozenset[str]
    tier: Tier
    country: str | None = None

    @cached_property
    def contents(self) -> tuple[Content, ...]:
        """The tables to be written."""
        return contents(self.declared, self.tier)

    def rows(self, content: Content, columns: Iterable[str] | None = None) -> str:
        """Give the SQL that selects the rows of a table in the columns of the release, in no order.

        `columns` are chosen instead of all that this tier sees.
        """
        if content.kind == "reference":
            return f"FROM {self._references[content.table]}"
        kinds = {c.name: c.type for c in (*content.columns, *content.hidden)}
        there = self.there(content)
        chosen = ", ".join(
            f"CAST({name(c) if c in there else 'NULL'} AS {kinds[c]}) AS {name(c)}" for c in columns or content.names
        )
        where = self._which(content) if there else "false"
        return f"SELECT {chosen} FROM {self._versions(content) if there else '(SELECT 1)'} WHERE {where}"

    def ordered(self, content: Content) -> str:
        """Give the SQL that selects the rows in their full order: equal rows, equal bytes."""
        known = {*content.names, *self.there(content)}
        order = ", ".join(f"{name(c)} NULLS LAST" for c in content.order if c in known)
        return f"{self.rows(content)} ORDER BY {order}"

    def there(self, content: Content) -> tuple[str, ...]:
        """The columns that the lake has of a table; none where nothing of it was ever published."""
        table = content.declared.table if content.declared else content.table
        there = self._described.get(table, ())
        return (*there, *_VERSIONED[content.kind]) if there else ()

    def count(self, table: str) -> int:
        """How many rows the lake has of a table, whosever they are."""
        if not self._described.get(table):
            return 0
        return int((self.lake.con.execute(f"SELECT count(*) FROM {self._origin(table)}").fetchone() or (0,))[0])

    @cached_property
    def _described(self) -> dict[str, tuple[str, ...]]:
        """The columns of the release's tables at the snapshot, asked of the lake once.

        A table that was made since, outside a publication, has none.
        """
        mine = {c.declared.table if c.declared else c.table for c in self.contents}
        return {table: self.lake.columns_at(table, self.snapshot) for table in sorted(self.tables & mine)}

    @cached_property
    def _references(self) -> dict[str, str]:
        """What the declarations say, as tables of this connection: written out once, and read several times."""
        made = {}
        for content in (c for c in self.contents if c.kind == "reference"):
            made[content.table] = f"temp.main.{name(f'{content.table} of the declarations')}"
            columns = {c.name: c.type for c in content.columns}
            write_rows(self.lake.con, made[content.table], columns, _explaining(content.table, self.declared))
        return made

    def _origin(self, table: str) -> str:
        return self.lake.as_of(table, self.snapshot)

    def _versions(self, content: Content) -> str:
        """The rows of a table with the moments of their versions."""
        if content.declared is None:
            return self._origin(content.table)
        versions = self.lake.standing if content.kind == "shared" else self.lake.superseded
        key = ("reporting_country", "source", *content.declared.key)
        return f"({versions(content.declared.table, key, self.snapshot)})"

    def _which(self, content: Content) -> str:
        """The condition that keeps what this folder may hold."""
        if content.declared:
            return f"reporting_country = {literal(self.country)}" if self.country else "true"
        mine = [f"reporting_country = {literal(self.country)}"] if self.country else []
        if hidden := hidden_tables(self.declared, self.tier):
            mine.append(f"table_name NOT IN ({literals(hidden)})")
        theirs = f"SELECT submission_id FROM {self._origin('submissions')} WHERE {' AND '.join(mine)}"
        conditions = [f"submission_id IN ({theirs})"] if mine else []
        if (fields := hidden_fields(self.declared, self.tier)) and "field" in content.names:
            conditions.append(f"(field IS NULL OR field NOT IN ({literals(fields)}))")
        return " AND ".join(conditions) or "true"


def countries(cut: Cut) -> tuple[str, ...]:
    """The countries that have published anything."""
    submissions = cut.lake.as_of("submissions", cut.snapshot)
    found = cut.lake.con.execute(f"SELECT DISTINCT reporting_country FROM {submissions} ORDER BY 1").fetchall()
    return tuple(str(row[0]) for row in found)


def _explaining(table: str, declared: Declarations) -> Iterator[tuple[Cell, ...]]:
    return _dictionary(declared) if table == "dictionary" else reference_rows(table, declared)


def _dictionary(declared: Declarations) -> Iterator[tuple[Cell, ...]]:
    for content in contents(declared, "state"):
        for c in content.columns:
            yield content.table, c.name, c.type, c.unit, c.meaning, c.standard, c.codes, c.required, c.key, c.tier
