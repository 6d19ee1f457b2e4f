"""Events become figures: those that agree in every field are counted, and every row keeps a fate of its own.

The first row of each group carries the number; the others are set aside as counted in it. An event that is told again
in the same words is set aside as well. One that is told again in other words, or has a problem, is in no figure: it
loses its day, so that it is not held against the figure of the events that it would have been counted with.
"""

from __future__ import annotations

from pipelines.declarations import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Count
from pipelines.engine import name, names

EVENT = "salamat_event"


def uncounted(count: Count, declared: Declarations) -> tuple[str, str]:
    """Write an event as a figure of one, with the problem that it has no name."""
    kind = declared.fields[count.into].sql_type
    unnamed = f"CASE WHEN coalesce(trim({EVENT}), '') = '' THEN 'unnamed-event' END"
    return f"CAST(1 AS {kind}) AS {name(count.into)}", f"{unnamed} AS {name(count.into + '_problem')}"


def counted(count: Count, fields: list[str], table: Table, before: str) -> list[tuple[str, str]]:
    """Write the steps that look for events told twice, and count the others. `fields` are those read from cells."""
    alike, problems = names(sorted(fields)), names([f"{f}_problem" for f in (*fields, count.into)])
    return [
        ("sound", f"  SELECT *, set_aside IS NULL AND coalesce({problems}) IS NULL AS is_sound\n  FROM {before}"),
        ("events", _told_twice(name(count.into + "_problem"), alike)),
        (
            "groups",
            f"  SELECT *, is_sound AND set_aside IS NULL AND coalesce({problems}) IS NULL AS is_one\n  FROM events",
        ),
        ("counted", _numbers(name(count.into), name(table.time), name(table.time + "_problem"), alike)),
    ]


def _told_twice(problem: str, alike: str) -> str:
    torn = f"min(row({alike})) OVER told IS DISTINCT FROM max(row({alike})) OVER told"
    again = f"is_sound AND NOT ({torn}) AND row_number() OVER nth > 1"
    return f"""  SELECT * REPLACE (
    CASE WHEN is_sound AND {torn} THEN 'conflicting-event' ELSE {problem} END AS {problem},
    CASE WHEN {again} THEN 'repeated-event' ELSE set_aside END AS set_aside)
  FROM sound
  WINDOW told AS (PARTITION BY is_sound, {EVENT}), nth AS (PARTITION BY is_sound, {EVENT} ORDER BY source_row)"""


def _numbers(into: str, time: str, problem: str, alike: str) -> str:
    lost = "NOT is_one AND set_aside IS NULL"
    return f"""  SELECT * EXCLUDE ({EVENT}, is_sound, is_one) REPLACE (
    CASE WHEN is_one THEN count(*) OVER alike ELSE {into} END AS {into},
    CASE WHEN is_one AND row_number() OVER nth > 1 THEN 'counted' ELSE set_aside END AS set_aside,
    CASE WHEN {lost} THEN NULL ELSE {time} END AS {time},
    CASE WHEN {lost} THEN coalesce({problem}, 'uncounted-event') ELSE {problem} END AS {problem})
  FROM groups
  WINDOW alike AS (PARTITION BY is_one, {alike}), nth AS (PARTITION BY is_one, {alike} ORDER BY source_row)"""
