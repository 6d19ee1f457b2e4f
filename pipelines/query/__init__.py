"""query: SQL on the lake or on a release, shown as a table or written as CSV, JSON or Parquet. It changes nothing."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipelines.derived import SUFFIXES
from pipelines.engine import literal, name
from pipelines.errors import QueryError
from pipelines.query.of_the_lake import explaining
from pipelines.query.opened import opened
from pipelines.query.shown import show, show_table

if TYPE_CHECKING:
    import duckdb

    from pipelines.moment import Moment
    from pipelines.settings import Settings

__all__ = ["query"]

Format = Literal["table", "csv", "json", "parquet"]

_OPTIONS: dict[str, str] = {
    "csv": r"FORMAT csv, HEADER, NEW_LINE '\r\n'",
    "json": "FORMAT json, ARRAY true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
_EXPLAIN = re.compile(r"explain(\s+analyze)?(\s*\([^)]*\))?\s", re.IGNORECASE)
_READS_ONLY = "a query reads only: SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN, one at a time"


def query(
    sql: str,
    settings: Settings,
    *,
    release: Path | None = None,
    as_of: Moment | None = None,
    format: Format = "table",  # noqa: A002  the option's name
    out: Path | None = None,
    limit: int = 50,
) -> int:
    """Run one statement on the lake, on a release, or on the newest of a folder of releases; give the rows given out.

    With `as_of` every table is what a reader could see then; standard error is told which publication was the last.

    A `table` goes to the terminal, or as text to `out`, and stops after `limit` rows, saying so; the other formats
    give all rows, to `out` or to standard output. CSV is RFC 4180, with nothing for NULL and "" for an empty text;
    cells are never altered, so one may begin with = + - @ or a tab: open CSV from others in a spreadsheet as text.
    In JSON, numbers that are not finite are null. Raises QueryError.
    """
    import duckdb  # noqa: PLC0415

    if limit < 1:
        raise QueryError("the limit is 1 row or more")
    if format == "parquet" and out is None and sys.stdout.isatty():
        raise QueryError("Parquet is not for a terminal; give --out FILE")
    with opened(settings, release, as_of, sql) as con:
        con.execute("SET enable_progress_bar = false")  # it would stand in the answer on standard output
        try:
            asked = _Asked(con, _one_that_reads(con, sql))
            return _show(asked, limit, out) if format == "table" else _give(asked, format, out)
        except duckdb.Error as error:
            raise QueryError(f"{error}{_hint(con, error, () if release else explaining(settings))}") from error


@dataclass(frozen=True)
class _Asked:
    """A statement that reads, and the connection on which it is run."""

    con: duckdb.DuckDBPyConnection
    sql: str

    def columns(self) -> dict[str, str]:
        """The names and DuckDB types of what it gives."""
        return {str(r[0]): str(r[1]) for r in self.con.execute(f"DESCRIBE SELECT * FROM {self.within}").fetchall()}

    @property
    def within(self) -> str:
        """The statement as a part of another."""
        return f"(\n{self.sql}\n)"

    @property
    def explains(self) -> bool:
        """Whether it asks for the plan, which can be no part of another statement."""
        return bool(_EXPLAIN.match(self.sql))


def _one_that_reads(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Give the statement without its end. Raises QueryError unless it is one and only reads."""
    statements = con.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements were given; {_READS_ONLY}")
    text = statements[0].query.strip().removesuffix(";").strip()
    explained = _EXPLAIN.sub("", text, count=1) if _EXPLAIN.match(text) else text
    kinds = [str(s.type).rpartition(".")[2].partition(":")[0] for s in con.extract_statements(explained)]
    if kinds != ["SELECT"]:
        raise QueryError(f"{' and '.join(kinds) or 'this'} is refused; {_READS_ONLY}")
    return text


def _hint(con: duckdb.DuckDBPyConnection, error: Exception, told: Sequence[str]) -> str:
    """Name the tables that exist, where one was asked for that does not."""
    if "Table with name" not in str(error):
        return ""
    listed = "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database() ORDER BY 1"
    found = [str(row[0]) for row in con.execute(listed).fetchall()]
    there = ", ".join(t for t in found if not t.endswith(tuple(f"_{s}" for s in SUFFIXES)))
    declared = f"\nOf what is declared: {', '.join(told)}" if told else ""
    return (
        f"\nThe tables here are: {there}; and for most <table>_{', _'.join(SUFFIXES)}{declared}"
        if there
        else f"\nThere are no tables yet: nothing has been published.{declared}"
    )


def _show(asked: _Asked, limit: int, out: Path | None) -> int:
    if asked.explains:
        rows = asked.con.execute(asked.sql).fetchall()
        show("\n".join(str(row[-1]) for row in rows), out)
        return len(rows)
    rows = asked.con.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {asked.within} LIMIT {limit + 1}").fetchall()
    cut = len(rows) > limit
    whole = (asked.con.execute(f"SELECT count(*) FROM {asked.within}").fetchone() or (0,))[0] if cut else len(rows)
    said = f"{limit} of {whole:,} rows; --limit shows more, --format csv gives all" if cut else f"{whole:,} rows"
    show_table(asked.columns(), rows[:limit], said, out)
    return min(len(rows), limit)


def _give(asked: _Asked, form: Format, out: Path | None) -> int:
    """Write every row to a file beside `out` and put it in place whole, or pass it on to standard output."""
    if asked.explains:
        raise QueryError("a plan is shown as a table only")
    where = out.resolve().parent if out else None
    if where and not where.is_dir():
        raise QueryError(f"there is no folder {where}")
    with tempfile.TemporaryDirectory(prefix=".salamat-", dir=where, ignore_cleanup_errors=True) as folder:
        file = Path(folder) / f"answer.{form}"
        done = asked.con.execute(f"COPY ({_exactly(asked, form)}) TO {literal(file)} ({_OPTIONS[form]})").fetchone()
        if out:
            file.replace(out)
        else:
            with file.open("rb") as answer:
                sys.stdout.flush()
                shutil.copyfileobj(answer, sys.stdout.buffer)
                sys.stdout.buffer.flush()
    return int((done or (0,))[0])


def _exactly(asked: _Asked, form: Format) -> str:
    """Give the statement to be written: JSON has no number for what is not finite."""
    if form != "json":
        return f"SELECT * FROM {asked.within}"
    chosen = ", ".join(
        f"CASE WHEN isfinite({name(c)}) THEN {name(c)} END AS {name(c)}" if kind in {"DOUBLE", "FLOAT"} else name(c)
        for c, kind in asked.columns().items()
    )
    return f"SELECT {chosen} FROM {asked.within}"
