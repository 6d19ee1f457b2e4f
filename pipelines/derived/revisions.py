"""What was changed after it was first said, and how figures filled up as time went on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.derived.definition import Definition
from pipelines.engine import literal, name, names

if TYPE_CHECKING:
    from pipelines.declarations.model import Table


def revisions(table: Table, columns: Sequence[str]) -> Definition:
    """Give the view of what was changed, taken back or said again; first statements are not in it.

    A version that stood for no time at all, because two deliveries were recorded in one instant, is left out.
    """
    key = _key(table)
    said = [c for c in (*table.fields, "dq_flags") if c in columns and c not in key]
    fact = name(table.fact) if table.fact in columns else None
    changed = ", ".join(f"CASE WHEN {name(c)} IS DISTINCT FROM before.{name(c)} THEN {literal(c)} END" for c in said)
    told = f", before.{fact} AS {_before(table)}, {fact}, {fact} - before.{fact} AS {_change(table)}" if fact else ""
    gone = f", {fact}, NULL, NULL" if fact else ""
    return Definition(
        "VIEW",
        f"{table.table}_revisions",
        f"""WITH told AS (
    SELECT h.* FROM {name(f"{table.table}_history")} AS h
    SEMI JOIN {name(f"{table.table}_superseded")} AS s USING ({names(key)})
    WHERE h.superseded_at IS NULL OR h.recorded_at < h.superseded_at
), steps AS (
    SELECT *, lag(superseded_at) OVER w AS gone_at, lag(superseded_by) OVER w AS ended_by,
        lead(recorded_at) OVER w AS next_at,
        lag(struct_pack({", ".join(f"{name(c)} := {name(c)}" for c in said)})) OVER w AS before
    FROM told WINDOW w AS (PARTITION BY {names(key)} ORDER BY recorded_at)
)
SELECT {names(key)}, CASE WHEN gone_at < recorded_at THEN 'returned' ELSE 'changed' END AS revision,
    recorded_at AS revised_at,
    CASE WHEN gone_at < recorded_at THEN submission_id ELSE ended_by END AS submission_id{told},
    concat_ws(', ', {changed}) AS fields_changed
FROM steps WHERE gone_at IS NOT NULL
UNION ALL
SELECT {names(key)}, 'gone', superseded_at, superseded_by{gone}, NULL
FROM steps WHERE superseded_at IS NOT NULL AND (next_at IS NULL OR next_at > superseded_at)""",
        f"What was said of {table.table} and later changed, taken back or said again. One row is one such step of one "
        "key; first statements are not here.",
        columns=(
            ("revision", "changed, gone (taken back or withdrawn) or returned (said again after it was gone)."),
            ("revised_at", "From when on a reader could see the step, in UTC."),
            ("submission_id", "The submission that made the step; where one was withdrawn, it is the withdrawal."),
            ("fields_changed", "The fields whose value differs from that of the version before."),
        ),
    )


def reporting_triangle(table: Table, columns: Sequence[str]) -> Definition:
    """Give the macro of what was known of a reference period at the end of each period in which its source published.

    A row of a line list has no figure: there the rows are counted.
    """
    time = f"date_trunc(unit, h.{name(table.time)})"
    counted = table.fact not in columns
    dimensions = [c for c in ("reporting_country", "source", "pathogen") if c in columns] if counted else _key(table)
    value = "count(*) AS rows_known" if counted else f"h.{name(table.fact)}"
    return Definition(
        "MACRO TABLE",
        f"{table.table}_reporting_triangle",
        f"""WITH published AS (
    SELECT DISTINCT source, date_trunc(unit, recorded_at) AS begun FROM submissions
    WHERE table_name = {literal(table.table)}
), periods AS (
    SELECT source, begun, CASE unit WHEN 'day' THEN begun + INTERVAL 1 DAY WHEN 'week' THEN begun + INTERVAL 7 DAY
        WHEN 'month' THEN begun + INTERVAL 1 MONTH ELSE error('the unit is day, week or month') END AS ended
    FROM published
)
SELECT {", ".join(f"h.{name(c)}" for c in dimensions)}, CAST({time} AS DATE) AS reference_period,
    CAST(p.begun AS DATE) AS recorded_period, date_diff(unit, {time}, p.begun) AS lag, {value}
FROM {name(f"{table.table}_history")} AS h
JOIN periods AS p ON p.source = h.source AND h.recorded_at < p.ended
    AND (h.superseded_at IS NULL OR h.superseded_at >= p.ended)
WHERE date_diff(unit, {time}, p.begun) <= lags{" GROUP BY ALL" if counted else ""}""",
        f"How the figures of {table.table} filled up: what was known of each reference period at the end of each "
        f"recorded period in which its source published, and the lag between the two, in units of 'day', 'week' or "
        f"'month': {table.table}_reporting_triangle('day', 60) up to a lag of 60 days.",
        "unit, lags",
    )


def _key(table: Table) -> list[str]:
    return ["reporting_country", "source", *table.key]


def _before(table: Table) -> str:
    return name(f"{table.fact}_before")


def _change(table: Table) -> str:
    return name(f"{table.fact}_change")
