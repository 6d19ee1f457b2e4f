"""The ledger's tables, and how they come to be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

_METADATA = sa.MetaData()
DELIVERIES = sa.Table(
    "deliveries",
    _METADATA,
    sa.Column("delivery_id", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("file_name", sa.String, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.String),
    sa.Column("period", sa.String),
    sa.Column("because", sa.String, nullable=False, server_default=""),
    sa.Column("withdraws", sa.String),
    sa.Column("meant", sa.Boolean, nullable=False, server_default=sa.false()),
)
STATES = sa.Table(
    "states",
    _METADATA,
    sa.Column("state_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.ForeignKey("deliveries.delivery_id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False, default=""),
    sa.Column("declarations_digest", sa.String(64), nullable=False, default=""),
)
REVIEWS = sa.Table(
    "reviews",
    _METADATA,
    sa.Column("review_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("delivery_id", sa.ForeignKey("deliveries.delivery_id"), nullable=False, index=True),
    sa.Column("answer", sa.String, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("because", sa.String, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("declarations_digest", sa.String(64), nullable=False),
)
LATENESS = sa.Table(
    "lateness",
    _METADATA,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("due", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
)
ACKNOWLEDGEMENTS = sa.Table(
    "acknowledgements",
    _METADATA,
    sa.Column("acknowledgement_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("rule", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("because", sa.String, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("where", sa.JSON, nullable=False),
    sa.Column("first", sa.Date),
    sa.Column("last", sa.Date),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)


def make(connection: sa.Connection) -> None:
    """Make the tables where they are not there yet, with the columns that they have today."""
    for made in _tables():
        connection.execute(made)
    _widen(connection)


def _tables() -> Iterator[Any]:
    for table in _METADATA.sorted_tables:
        yield CreateTable(table, if_not_exists=True)
        yield from (CreateIndex(index, if_not_exists=True) for index in sorted(table.indexes, key=str))


def _widen(connection: sa.Connection) -> None:
    """Add the columns that a ledger of an older version lacks."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(DELIVERIES.name)}
    for column in (c for c in DELIVERIES.columns if c.name not in there):
        told = CreateColumn(column).compile(dialect=connection.dialect)
        connection.execute(sa.text(f"ALTER TABLE {DELIVERIES.name} ADD COLUMN {told}"))
