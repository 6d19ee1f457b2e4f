"""New counts of a series that is told as a running total: what the total grew by from one period to the next."""

from __future__ import annotations

from pipelines.declarations.model import Table, Totals
from pipelines.engine import literal, name, names

_PERIODS = {"D": "INTERVAL 1 DAY", "W": "INTERVAL 7 DAY", "M": "INTERVAL 1 MONTH"}


def new_counts(rows: str, table: Table, totals: Totals) -> str:
    """Write the query of `rows` in which each running total has become new counts, unless new ones are told beside it.

    `is_of_one_period` is false where a period is missing before it, or the total fell just then: such a step says
    nothing of one period, and adds up with the others all the same. One query, in which each series is sorted once.
    """
    kind, value, time = name(totals.field), name(table.fact), name(table.time)
    like = names(("reporting_country", "source", *(f for f in table.key if f not in {totals.field, table.time})))
    before = " ".join(f"WHEN {literal(code)} THEN {length}" for code, length in _PERIODS.items())
    step = f"CASE WHEN is_total THEN TRY_CAST({value}::HUGEINT - value_before AS BIGINT) ELSE {value} END"
    told = (
        f"SELECT *, {kind} = {literal(totals.total)} AS is_total, lag({value}) OVER same AS value_before,\n"
        f"  lag({value}, 2) OVER same > lag({value}) OVER same AS fell_before, lag({time}) OVER same AS told_before,\n"
        f"  bool_or({kind} = {literal(totals.new)}) OVER (PARTITION BY {like}) AS told_anew\n"
        f"FROM {rows} WHERE {value} IS NOT NULL WINDOW same AS (PARTITION BY {like}, {kind} ORDER BY {time})"
    )
    return (
        "(SELECT * EXCLUDE (is_total, value_before, fell_before, told_before, told_anew)\n"
        f"  REPLACE ({step} AS {value}, CASE WHEN is_total THEN {literal(totals.new)} ELSE {kind} END AS {kind}),\n"
        "  NOT is_total OR (NOT coalesce(fell_before, false)\n"
        f"    AND told_before = {time} - CASE period_type {before} END) AS is_of_one_period\n"
        f"FROM ({told}) WHERE NOT is_total OR NOT (told_anew OR value_before IS NULL))"
    )
