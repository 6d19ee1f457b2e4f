"""What is asked about, open and read-only: the lake as it is or as it was, or a release."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import engine, lake
from pipelines.declarations import load_declarations
from pipelines.engine import literal, name
from pipelines.query.of_the_lake import named, offer
from pipelines.query.release_as_of import release_as_of
from pipelines.released import DATABASE, found

if TYPE_CHECKING:
    import duckdb

    from pipelines.lake import Lake
    from pipelines.moment import Moment
    from pipelines.settings import Settings


@contextmanager
def opened(
    settings: Settings, release: Path | None, as_of: Moment | None, sql: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what is asked about so that its tables need no prefix; with `as_of`, say which publication was the last.

    The lake has the views and macros of a release, and what is declared, where `sql` names any.
    """
    if release is None:
        with lake.opened(settings, read_only=True) as newest:
            if as_of:
                _turn_back(newest, as_of)
            newest.con.execute("USE lake")
            if named(sql, settings):
                offer(sql, newest, load_declarations(*settings.declarations), as_of)
            yield newest.con
        return
    database = found(release) / DATABASE
    with (
        tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as spill,
        engine.connect(settings, Path(spill)) as con,
    ):
        if as_of:
            _say(release_as_of(con, database, as_of))
        else:
            con.execute(f"ATTACH {literal(database)} AS salamat (READ_ONLY)")
        con.execute("USE salamat")
        yield con


def _turn_back(newest: Lake, as_of: Moment) -> None:
    """Let every table be what a reader could see then; one that came later is there and empty."""
    columns = newest.columns()
    last = newest.published_by(as_of.at)
    if last:
        _say(f"as of {as_of.read_as}: the last publication was {last.message}, recorded {last.recorded_at} UTC")
    else:
        _say(f"as of {as_of.read_as}: nothing was published yet, so every table is empty")
    then = newest.back_to(last.snapshot if last else 0)
    for table in columns.keys() - then:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name(c)}" for c, kind in columns[table].items())
        newest.con.execute(f"CREATE TEMP VIEW {name(table)} AS SELECT {nothing} WHERE false")


def _say(what: str) -> None:
    print(f"salamat: {what}", file=sys.stderr)  # noqa: T201  standard output is for the answer
