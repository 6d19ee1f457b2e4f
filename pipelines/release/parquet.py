"""The Parquet files of a release: plain, sorted, zstd; shared tables by country and year. Same rows, same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engine import literal, name

if TYPE_CHECKING:
    import duckdb

    from pipelines.release.contents import Content

ROW_GROUP_ROWS = 122_880
_OPTIONS = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"


@dataclass(frozen=True)
class Written:
    """A Parquet file: of which table, where in the release (parted by /), and how many rows."""

    content: Content
    path: str
    rows: int


def write_parquet(con: duckdb.DuckDBPyConnection, content: Content, folder: Path) -> Iterator[Written]:
    """Write a table, which lies in the database in its order, to one file or to one per country and year."""
    for path, where in _parts(con, content):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = f"SELECT * FROM {name(content.table)} WHERE {where}"
        done = con.execute(f"COPY ({rows}) TO {literal(file)} ({_OPTIONS})").fetchone()
        yield Written(content, path, int((done or (0,))[0]))


def _parts(con: duckdb.DuckDBPyConnection, content: Content) -> list[tuple[str, str]]:
    if not content.declared:
        return [(f"parquet/{content.table}.parquet", "true")]
    year = f"year({name(content.time)})" if content.time else "CAST(NULL AS BIGINT)"
    query = f"SELECT DISTINCT reporting_country, {year} FROM {name(content.table)} ORDER BY ALL NULLS LAST"
    parts = con.execute(query).fetchall()
    return [(f"parquet/{content.table}/{country}/{_file(y)}", _where(content, country, y)) for country, y in parts]


def _file(year: int | None) -> str:
    return "undated.parquet" if year is None else f"{year}.parquet"


def _where(content: Content, country: str, year: int | None) -> str:
    of_country = f"reporting_country = {literal(country)}"
    if content.time is None:
        return of_country
    time = name(content.time)
    if year is None:
        return f"{of_country} AND {time} IS NULL"
    return f"{of_country} AND {time} >= make_date({year}, 1, 1) AND {time} < make_date({year + 1}, 1, 1)"
