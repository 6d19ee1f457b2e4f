"""What was published before a delivery: rows in a real lake, and populations that are declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines import lake
from pipelines.declarations import Declarations
from pipelines.engine import literals, name
from pipelines.lake import columns_of
from pipelines.settings import Settings
from tests.validate.breaking.case import Row
from tests.validate.trying import RECEIVED

_ARROW = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32(), "VARCHAR[]": pa.list_(pa.string())}
BEFORE = RECEIVED - timedelta(days=1)


Published = Mapping[str, Sequence[Row]]
"""Rows by table."""


def settings_of(home: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(home)})


def publish_rows(
    published: Published,
    declared: Declarations,
    settings: Settings,
    source: str = "tr/tried",
    received: datetime = BEFORE,
) -> int:
    """Put rows of a source into the lake; give the snapshot."""
    return publish_together({source: published}, declared, settings, received)


def publish_together(
    by_source: Mapping[str, Published], declared: Declarations, settings: Settings, received: datetime = BEFORE
) -> int:
    """Put rows into the lake as publications leave them, in one snapshot. What a row does not say has its default.

    Keys of rows are not looked at.
    """
    by_table: dict[str, list[dict[str, Any]]] = {}
    for source, published in by_source.items():
        for table, rows in published.items():
            by_table.setdefault(table, []).extend(_whole(row, table, source, declared) for row in rows)
    with lake.opened(settings) as opened:
        with opened.transaction("before", lambda: received):
            for table, rows in by_table.items():
                opened.ensure(declared, declared.tables[table])
                opened.con.register("rows", _arrow(rows, columns_of(declared, declared.tables[table])))
                opened.con.execute(f"INSERT INTO lake.{name(table)} SELECT * FROM rows")
            for source in by_source:
                told = {"submission_id": source, "source": source, "received_at": str(received.replace(tzinfo=None))}
                columns, values = ", ".join(told), literals(told.values())
                opened.con.execute(f"INSERT INTO lake.submissions ({columns}) VALUES ({values})")
        return opened.snapshot()


def with_populations(people: Mapping[str, int], declared: Declarations, folder: Path) -> Declarations:
    """Declare how many people live in places."""
    file = folder / "more/schemas/registers/populations.csv"
    file.parent.mkdir(parents=True)
    of_years = [(place, year, number - 2021 + year) for place, number in people.items() for year in (2020, 2021)]
    rows = [f"{place},{year},mid-year,{number},estimate,tried,none" for place, year, number in of_years]
    head = "place_id,year,reference_day,population_count,basis,source,licence"
    file.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    roots = (*declared.roots, folder / "more")
    return replace(declared, roots=roots, registered=replace(declared.registered, roots=roots))


def _whole(row: Row, table: str, source: str, declared: Declarations) -> dict[str, Any]:
    uses = declared.tables[table].fields
    always = {"reporting_country": source[:2].upper(), "source": source, "submission_id": source}
    return {**always, **{f: use.default for f, use in uses.items() if use.default is not None}, **row}


def _arrow(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pa.Table:
    kinds = {column: _ARROW.get(kind, pa.string()) for column, kind in columns.items()}
    return pa.table({c: pa.array([row.get(c) for row in rows], kind) for c, kind in kinds.items()})
