"""The fields of a table that a source says nothing of: rules see them as columns without values."""

from __future__ import annotations

from pipelines.artefacts import Harmonised
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.engine import name


def absent_columns(harmonised: Harmonised, source: Source, declared: Declarations) -> list[str]:
    """Write a column of NULLs for each field that the harmonised facts do not have."""
    table, given = declared.tables[source.table], {*harmonised.columns, *source.constants}
    absent = [f for f, use in table.fields.items() if f not in given and use.default is None and not use.level_of]
    return [f"CAST(NULL AS {declared.fields[f].sql_type}) AS {name(f)}" for f in absent]
