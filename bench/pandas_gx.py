"""The rival that people know: pandas reads and maps the file, Great Expectations checks the frame, with row keys.

Same mapping, same rules in kind and number as ours. It keeps no raw values and publishes nothing, which we do: what is
left out is in its favour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bench.columns import COLUMNS, DATE_FORMAT, DELIMITER, Column
from bench.measure import PANDAS, measured, step_arguments

if TYPE_CHECKING:
    from pathlib import Path


def main() -> None:
    """Run in the step's own process."""
    file, _, rows = step_arguments()
    with measured("pandas: import great_expectations", 0):
        from bench.pandas_suite import expectations, failures, validated  # noqa: PLC0415  measured apart
    with measured(PANDAS, rows) as together:
        with measured("pandas read and map", rows):
            frame = mapped(read(file, rows))
        with measured("pandas great_expectations", rows) as checks:
            result = validated(frame, rules := expectations())
        together.note = checks.note = f"{len(rules)} expectations, {failures(result)} failed"


def read(file: Path, rows: int) -> pd.DataFrame:
    """Read every cell as text, as the sender wrote it."""
    return pd.read_csv(file, sep=DELIMITER, dtype=str, nrows=rows, keep_default_na=False, na_values=[""])


def mapped(raw: pd.DataFrame) -> pd.DataFrame:
    """Map the sender's columns to our fields, and what could not be mapped to `<field>_problem`."""
    fields: dict[str, pd.Series] = {}
    for column in COLUMNS:
        written = raw[column.header]
        value = fields[column.field] = _value(column, written)
        if column.kind != "id":
            fields[f"{column.field}_problem"] = written.where(value.isna() & written.notna())
    return pd.DataFrame(fields)


def _value(column: Column, written: pd.Series) -> pd.Series:
    if column.words:
        return written.map(dict(column.words))
    if column.kind == "date":
        return pd.to_datetime(written, format=DATE_FORMAT, errors="coerce")
    if column.kind == "integer":
        return pd.to_numeric(written, errors="coerce").astype("Int64")
    return written


if __name__ == "__main__":
    main()
