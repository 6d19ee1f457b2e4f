"""DuckDB, opened the same way everywhere: a memory limit, a place to spill, no network, our one macro."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import StoreError
from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

_SQL = re.compile(r'(?<=query) "|(?<=COPY) "')
_ITS_OWN_SQL = re.compile(r"\nLINE |\n\[SQL:")  # DuckDB's and SQLAlchemy's way to show what was asked
_LONGEST = 300  # letters of a message


@contextmanager
def connect(settings: Settings, spill: Path, database: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB within the settings' memory and threads; what does not fit is spilled to the folder `spill`.

    Raises StoreError where the machine refuses: a full disk, too little memory.
    """
    import duckdb  # noqa: PLC0415  heavy: 0.2 s, and `salamat --help` does not need it

    with within_means(settings):
        spill.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(database, config=limits(settings, spill)) as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET enable_progress_bar = false")  # it would print into what a command prints
            yield con


@contextmanager
def within_means(settings: Settings, *also: type[Exception]) -> Iterator[None]:
    """Say as a StoreError what is refused: a full disk, too little memory, a database that is gone.

    `also` names errors like these.
    """
    import duckdb  # noqa: PLC0415  heavy

    refusals: tuple[type[Exception], ...] = (duckdb.Error, *also)
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        what = f"DuckDB needs more than the {settings.memory_limit} of memory that it is given"
        mend = "raise SALAMAT_MEMORY_LIMIT, or make room on the disk of SALAMAT_HOME for what it spills"
        raise StoreError(f"{what}: {without_values(error)}; {mend}, then do it again") from error
    except refusals as error:
        if isinstance(error, duckdb.Error) and not (_is_refusal(error) or settings.lake_is_elsewhere):
            raise  # of a server that dies in the middle, DuckLake tells in errors of every kind
        mend = "see that the disk has room, that the folder may be written and that the catalogue can be reached"
        raise StoreError(f"{without_values(error)}; {mend}, then do it again") from error


def limits(settings: Settings, spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Give DuckDB's configuration; Great Expectations' own connection is given the same."""
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "allow_unsigned_extensions": True,  # for those of packages; the lake ends it when it has loaded them
    }


def load(con: duckdb.DuckDBPyConnection, *extensions: str) -> None:
    """Load extensions from their packages where they are installed; else DuckDB fetches them, over the network.

    A package's file lies beside DuckDB's own and is as trustworthy: its signature is not computed again for each
    connection (80 ms). From then on nothing unsigned is loaded, and that cannot be undone.
    """
    packaged = {extension: _packaged(extension) for extension in extensions}
    for file in filter(None, packaged.values()):
        con.execute(f"LOAD {literal(str(file))}")
    con.execute("SET allow_unsigned_extensions = false")
    for extension in (e for e, file in packaged.items() if not file):
        con.execute(f"INSTALL {extension}")
        con.execute(f"LOAD {extension}")


@cache
def _packaged(extension: str) -> Path | None:
    package = find_spec(f"duckdb_extension_{extension}")
    folders = package.submodule_search_locations if package else None
    files = (file for folder in folders or () for file in Path(folder).rglob(f"{extension}.duckdb_extension"))
    return next(files, None)


def name(identifier: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str]) -> str:
    """Quote identifiers, parted by commas."""
    return ", ".join(name(i) for i in identifiers)


def parquet(path: Path | str, *, numbered: bool = False) -> str:
    """Write the table function that reads one Parquet file; `numbered` adds `file_row_number`, counted from 0.

    A folder called `year=2020` is a folder here and not a column.
    """
    numbers = ", file_row_number = true" if numbered else ""
    return f"read_parquet({literal(str(path))}, hive_partitioning = false{numbers})"


def literal(value: object) -> str:
    """Write a value as an SQL literal. Text is quoted; None is NULL; numbers and booleans stand as they are."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def literals(values: Iterable[object]) -> str:
    """Write values as SQL literals, parted by commas."""
    return ", ".join(literal(v) for v in values)


def values(columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> str:
    """Write rows as a SELECT of literals; `columns` gives the DuckDB type of each. An empty text is NULL.

    A row that does not fill the first column is left out.
    """
    nothing = (None,) * len(columns)  # types the columns where there is no row
    written = ", ".join(f"({literals(None if cell == '' else cell for cell in row)})" for row in (nothing, *rows))
    casts = ", ".join(f"CAST({name(c)} AS {kind}) AS {name(c)}" for c, kind in columns.items())
    filled = name(next(iter(columns)))
    return f"SELECT {casts} FROM (VALUES {written}) AS given({names(columns)}) WHERE {filled} IS NOT NULL"


def without_values(error: object) -> str:
    """Give what DuckDB says, without the SQL that it quotes: that may say what a cell says."""
    told, *sql = _SQL.split(_ITS_OWN_SQL.split(str(error))[0], maxsplit=1)
    _, ended, after = "".join(sql).rpartition('": ')
    return " ".join(f"{told}{ended and f': {after}'}".split())[:_LONGEST]


def _is_refusal(error: duckdb.Error) -> bool:
    """Whether the machine or a server said no. A lost connection to PostgreSQL has no class of its own in DuckDB."""
    import duckdb  # noqa: PLC0415

    return isinstance(error, duckdb.IOException | duckdb.TransactionException) or type(error) is duckdb.Error
