"""What a release holds: each table with its columns, what they mean, its key and its order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pipelines.derived import superseded
from pipelines.derived.references import reference_columns
from pipelines.lake import REGISTERS, columns_of
from pipelines.release.meanings import DICTIONARY, KEYS, MEANINGS, TABLES

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.model import FieldEntry, Table, Tier
    from pipelines.declarations.registers import Register


@dataclass(frozen=True)
class Column:
    """A column of a release: its DuckDB type, what it means, and how its table uses it. `codes` names a code list."""

    name: str
    type: str
    meaning: str
    unit: str | None = None
    standard: str | None = None
    codes: str | None = None
    required: bool = False
    key: bool = False
    tier: Tier = "network"

    @property
    def comment(self) -> str:
        """What stands as the column's comment in the database."""
        codes = f"Codes: table codes, list '{self.codes}'." if self.codes else ""
        unit, standard = _said("Unit", self.unit), _said("Standard", self.standard)
        return " ".join(part for part in (self.meaning, unit, codes, standard) if part)


@dataclass(frozen=True)
class Content:
    """A table of a release. `hidden` are the columns that this tier does not get; `time` is the date that parts files.

    `order` is complete: no two rows are equal in it. A table of kind `superseded` has the versions of rows that stand
    no more; `declared` is then the table whose versions they were.
    """

    table: str
    kind: Literal["shared", "superseded", "register", "reference"]
    comment: str
    columns: tuple[Column, ...]
    hidden: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    time: str | None = None
    declared: Table | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in their order."""
        return tuple(column.name for column in self.columns)


def contents(declared: Declarations, tier: Tier) -> tuple[Content, ...]:
    """Give every table of a release of this tier: the shared tables, the registers, and what explains them."""
    hidden = hidden_tables(declared, tier)
    shared = [_shared(declared, table, tier) for name, table in declared.tables.items() if name not in hidden]
    return (
        *shared,
        *map(_superseded, shared),
        *(_register(declared, register) for register in REGISTERS),
        *_references(declared),
    )


def hidden_fields(declared: Declarations, tier: Tier) -> tuple[str, ...]:
    """The fields whose values this tier does not get."""
    return tuple(f for f, entry in declared.fields.items() if tier == "network" and entry.tier == "state")


def hidden_tables(declared: Declarations, tier: Tier) -> tuple[str, ...]:
    """The tables that this tier does not get."""
    return tuple(t.table for t in declared.tables.values() if tier == "network" and t.tier == "state")


def _shared(declared: Declarations, table: Table, tier: Tier) -> Content:
    columns = tuple(
        _declared_column(declared, table, field, kind) for field, kind in columns_of(declared, table).items()
    )
    seen = (*(c for c in columns if tier == "state" or c.tier == "network"), *_versioned("recorded_at"))
    key = ("reporting_country", "source", *table.key)
    return Content(
        table=table.table,
        kind="shared",
        comment=f"{table.title}. {table.grain}",
        columns=seen,
        hidden=tuple(c for c in columns if c not in seen),
        key=key,
        order=tuple(dict.fromkeys(("reporting_country", *table.sorted_by, *key))),
        time=table.time if table.time in {c.name for c in seen} else None,
        declared=table,
    )


def _superseded(content: Content) -> Content:
    """The versions of a table's rows that stand no more. What tells them apart is everything together."""
    columns = (*content.columns, *_versioned("superseded_at", "superseded_by"))
    return replace(
        content,
        table=superseded(content.table),
        kind="superseded",
        comment=f"What stood in {content.table} and was changed or taken back. One row is one version of one row.",
        columns=tuple(replace(c, key=False) for c in columns),
        key=(),
        order=tuple(dict.fromkeys((*content.order, "recorded_at", *(c.name for c in columns)))),
    )


def _versioned(*names: str) -> tuple[Column, ...]:
    types = {"recorded_at": "TIMESTAMP", "superseded_at": "TIMESTAMP", "superseded_by": "VARCHAR"}
    return tuple(Column(n, types[n], MEANINGS[f"version.{n}"], required=True) for n in names)


def _declared_column(declared: Declarations, table: Table, field: str, kind: str) -> Column:
    entry, use = declared.fields[field], table.fields.get(field)
    key = field in {"reporting_country", "source", *table.key}
    tier: Tier = "state" if "state" in {entry.tier, table.tier} else "network"
    return _column(field, kind, entry, required=key or bool(use and use.required), key=key, tier=tier)


def _column(name: str, kind: str, entry: FieldEntry, *, required: bool, key: bool, tier: Tier = "network") -> Column:
    return Column(name, kind, entry.meaning, entry.unit, entry.standard, entry.codes, required, key, tier)


def _register(declared: Declarations, register: str) -> Content:
    types = {column: kind.replace("TIMESTAMPTZ", "TIMESTAMP") for column, kind in REGISTERS[register].items()}
    key = KEYS.get(register, ())
    columns = tuple(_plain(declared, register, column, kind, key) for column, kind in types.items())
    return Content(register, "register", TABLES[register], columns, key=key, order=tuple(dict.fromkeys((*key, *types))))


def _references(declared: Declarations) -> Iterator[Content]:
    for table in ("codes", "sources", "dictionary"):
        columns = DICTIONARY if table == "dictionary" else reference_columns(table, declared)
        key = KEYS.get(table, ())
        described = tuple(_plain(declared, table, column, kind, key) for column, kind in columns.items())
        yield Content(
            table, "reference", TABLES[table], described, key=key, order=tuple(dict.fromkeys((*key, *columns)))
        )
    yield from (_declared_register(register) for register in declared.registers.values())


def _declared_register(register: Register) -> Content:
    head = register.head
    columns = tuple(
        Column(c, e.sql_type, e.meaning, e.unit, e.standard, e.codes, e.required or c in head.key, c in head.key)
        for c, e in head.columns.items()
    )
    order = tuple(dict.fromkeys((*head.key, *head.columns)))
    if head.name == "place_names":
        columns = (*columns, Column("checked", "BOOLEAN", MEANINGS["place_names.checked"], required=True))
    return Content(head.name, "reference", f"{head.title}. {head.grain}", columns, key=head.key, order=order)


def _plain(declared: Declarations, table: str, column: str, kind: str, key: Iterable[str]) -> Column:
    """A column that no shared table has, or one of the dictionary's own fields where its meaning is the same."""
    meaning = MEANINGS.get(f"{table}.{column}") or MEANINGS.get(column)
    if meaning is None and column.startswith("label_"):
        meaning = f"The code's label in the language {column.removeprefix('label_')}."
    if meaning is None and column.startswith("checked_"):
        labelled = column.replace("checked_", "label_")
        meaning = f"Whether a native speaker has checked {labelled} as it stands; empty where the code has none."
    if meaning is None:
        return _column(column, kind, declared.fields[column], required=column in key, key=column in key)
    return Column(column, kind, meaning, required=column in key, key=column in key)


def _said(what: str, value: str | None) -> str:
    return f"{what}: {value}." if value else ""
