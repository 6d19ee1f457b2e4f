"""diff: what one release says that another does not, table by table. It changes neither."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import engine
from pipelines.diff.compare import compare
from pipelines.diff.differences import Differences, TableDiff
from pipelines.diff.rows import rows_of
from pipelines.diff.sides import SIDES, Sides
from pipelines.engine import literal
from pipelines.errors import QueryError
from pipelines.released import DATABASE, found, read_manifest
from pipelines.released.columns import columns_in

if TYPE_CHECKING:
    from pipelines.settings import Settings

__all__ = ["Differences", "TableDiff", "diff", "write_rows"]

_OPTIONS = {".csv": r"FORMAT csv, HEADER, NEW_LINE '\r\n'", ".parquet": "FORMAT parquet, COMPRESSION zstd"}


def diff(a: Path, b: Path, settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Differences:
    """Compare two releases, each a folder or the newest of a folder of releases: tables, columns, rows and values.

    A row is the same one where the key of its table is; a table without a key has rows that are there or not. Raises
    NotARelease, and QueryError where a database cannot be opened.
    """
    with _sides(a, b, settings) as sides:
        return compare(sides, progress)


def write_rows(a: Path, b: Path, table: str, to: Path, settings: Settings) -> int:
    """Write the rows of a table that differ to a CSV or Parquet file, with both values of each; give how many.

    Raises NotARelease, and QueryError where the table is not in both, or the file cannot be written.
    """
    import duckdb  # noqa: PLC0415  heavy

    options = _OPTIONS.get(to.suffix.lower())
    if options is None or not to.absolute().parent.is_dir():
        raise QueryError(f"{to} cannot be written: give a .csv or a .parquet in a folder that is there")
    with _sides(a, b, settings) as sides:
        rows = rows_of(sides, table)
        beside = to.with_name(f".{to.name}.part")
        try:
            done = sides.con.execute(f"COPY ({rows}) TO {literal(beside)} ({options})").fetchone()
            beside.replace(to)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise QueryError(str(error)) from error
        finally:
            beside.unlink(missing_ok=True)
    return int((done or (0,))[0])


@contextmanager
def _sides(a: Path, b: Path, settings: Settings) -> Iterator[Sides]:
    """Open both, attached as `a` and `b`."""
    import duckdb  # noqa: PLC0415  heavy

    folders = found(a), found(b)
    manifests = tuple(read_manifest(folder) for folder in folders)
    with (
        tempfile.TemporaryDirectory(prefix="salamat-", ignore_cleanup_errors=True) as spill,
        engine.connect(settings, Path(spill)) as con,
    ):
        for side, folder in zip(SIDES, folders, strict=True):
            try:
                con.execute(f"ATTACH {literal(folder / DATABASE)} AS {side} (READ_ONLY)")
            except duckdb.Error as error:
                raise QueryError(f"{folder / DATABASE} cannot be opened: {error}") from error
        yield Sides(con, (manifests[0], manifests[1]), (columns_in(con, "a"), columns_in(con, "b")))
