"""Figures that stand several times for one day, as a page was read again and again: it is asked which row counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.draft.constants import Facts
from pipelines.draft.measure import date_sql
from pipelines.engine import name, parquet

if TYPE_CHECKING:
    from pipelines.declarations.model import Table
    from pipelines.draft.drafted import Column
    from pipelines.draft.known import Known

_ASIDE = {"ignore", "open"}  # what such a column becomes: no field is made for when a row was written down


def asked_of_scrapes(table: Table, columns: Sequence[Column], known: Known, facts: Facts) -> tuple[str, ...]:
    """Ask for `keep_last_per` where rows of the same key differ in when they were written down."""
    day = facts.line(table.time)
    if table.fact == "row" or day is None or day.read is None:
        return ()
    dated = {c.name for c in columns if c.dates}
    times = [day.column, *(x.column for x in facts.lines if x.role in _ASIDE and x.column in dated)]
    told = {x.field: x.column for x in facts.lines if x.role == "map" and x.field in table.key}
    sql = {**{f: name(c) for f, c in told.items()}, table.time: date_sql(day.column, day.read, known.shell)}
    for by in times:
        if rows := _most(by, sql, facts):
            beside = {f for x in facts.lines if x.role == "unpivot" for f in x.meaning}
            per = ", ".join(f for f in table.key if f in {*told, *beside, facts.named})
            ask = f"'{by}': up to {rows} rows say the same anew, each at another time: which of them counts?"
            return (f"{ask} If it is the last, write keep_last_per: {{per: [{per}], by: {by}}}",)
    return ()


def _most(by: str, key: dict[str, str], facts: Facts) -> int:
    """Give how many rows of one key differ in a column at most; none where there is one row of each."""
    apart = ", ".join(f"{sql} AS k{i}" for i, sql in enumerate(key.values()))
    present = " AND ".join(f"k{i} IS NOT NULL" for i in range(len(key)))
    rows = facts.con.execute(
        f"SELECT max(n) FILTER (times = n) FROM (SELECT count(*) AS n, count(DISTINCT t) AS times FROM "
        f"(SELECT {apart}, {name(by)} AS t FROM {parquet(facts.extract)}) WHERE {present} "
        f"GROUP BY {', '.join(f'k{i}' for i in range(len(key)))})"
    ).fetchone()
    return int(rows[0]) if rows and rows[0] and rows[0] > 1 else 0
