"""The floor: DuckDB reads the same file as text and writes it to Parquet, and does nothing else."""

from __future__ import annotations

import duckdb

from bench.columns import COLUMNS, DELIMITER
from bench.measure import BARE, measured, step_arguments

COPY = """
COPY (
    SELECT * FROM read_csv(
        '{file}', columns = {columns}, auto_detect = false, header = true, delim = '{delimiter}',
        quote = '"', escape = '"', strict_mode = true
    )
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""


def main() -> None:
    """Run in the step's own process."""
    file, folder, rows = step_arguments()
    sql = COPY.format(file=file, columns=_columns(), delimiter=DELIMITER, target=folder / "bare.parquet")
    with measured(BARE, rows):
        _copied(sql, rows)


def _copied(sql: str, rows: int) -> None:
    """Run it. Nothing is bound to the statement: binding makes DuckDB import pandas, which would count as reading."""
    with duckdb.connect() as con:
        counted = con.execute(sql).fetchone()
    if counted != (rows,):
        raise SystemExit(f"bare: {counted} rows were written, {rows} expected")


def _columns() -> str:
    return "{" + ", ".join(f"'{column.header}': 'VARCHAR'" for column in COLUMNS) + "}"


if __name__ == "__main__":
    main()
