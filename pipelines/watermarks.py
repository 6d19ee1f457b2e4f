"""Watermarks: what was fetched from where, so that the next pull brings only what is new. Nothing is ever changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.settings import Settings

_METADATA = sa.MetaData()
_WATERMARKS = sa.Table(
    "watermarks",
    _METADATA,
    sa.Column("watermark_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("remote_path", sa.String, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("etag", sa.String),
    sa.Column("last_modified", sa.String),
    sa.Column("mtime", sa.BigInteger),
    sa.Index("watermarks_by_path", "source", "remote_path"),
    sa.Index("watermarks_by_bytes", "source", "sha256"),
)


@dataclass(frozen=True)
class Watermark:
    """A file as it was when it was fetched: its bytes, and what its host said of it.

    `etag` and `last_modified` are the words of an HTTP server; `mtime` is in whole seconds, as SFTP tells it.
    """

    source: str
    remote_path: str
    sha256: str
    size_bytes: int
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    mtime: int | None = None


class Watermarks:
    """The watermarks, in a table of their own in the ledger's database."""

    def __init__(self, settings: Settings) -> None:
        """Open the database and make the table where it is not there yet."""
        settings.home.mkdir(parents=True, exist_ok=True)
        self._engine = sa.create_engine(settings.ledger)
        _METADATA.create_all(self._engine)

    def last(self, source: str, remote_path: str) -> Watermark | None:
        """Give how a path was when it was fetched last, or None."""
        found = self._where(_WATERMARKS.c.source == source, _WATERMARKS.c.remote_path == remote_path)
        return found[-1] if found else None

    def with_bytes(self, source: str, sha256: str) -> tuple[Watermark, ...]:
        """Give every fetch from a source that brought exactly these bytes, the newest last."""
        return self._where(_WATERMARKS.c.source == source, _WATERMARKS.c.sha256 == sha256)

    def record(self, watermark: Watermark) -> None:
        """Write that a file was fetched."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(_WATERMARKS).values(**asdict(watermark)))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _where(self, *conditions: sa.ColumnElement[bool]) -> tuple[Watermark, ...]:
        asked = sa.select(_WATERMARKS).where(*conditions).order_by(_WATERMARKS.c.watermark_id)
        with self._engine.begin() as connection:
            return tuple(_watermark(row) for row in connection.execute(asked).all())


def _watermark(row: Any) -> Watermark:
    at = row.fetched_at  # SQLite gives back moments without their zone; they were written in UTC
    fetched_at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    told = (row.etag, row.last_modified, row.mtime)
    return Watermark(row.source, row.remote_path, row.sha256, row.size_bytes, fetched_at, *told)
