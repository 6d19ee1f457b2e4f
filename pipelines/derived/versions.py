"""Every version of each row, and the rows that stood at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.derived.definition import Definition
from pipelines.engine import name, names

if TYPE_CHECKING:
    from pipelines.declarations.model import Table

_TEXT = "CAST(moment AS VARCHAR)"
_DAY = r"\d{4}-\d{2}-\d{2}"
_ZONE = r":\d{2}[0-9.]*([+-])(\d{2}):?(\d{2})?$"


def _part(group: int) -> str:
    return f"regexp_extract({_TEXT}, '{_ZONE}', {group})"


INSTANT_AFTER = Definition(
    "MACRO",
    "instant_after",
    rf"""(CASE
    WHEN regexp_full_match({_TEXT}, '{_DAY}') THEN CAST({_TEXT} AS TIMESTAMP) + INTERVAL 1 DAY
    WHEN regexp_full_match({_TEXT}, '{_DAY}[T ]\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?(Z|[+-]\d{{2}}(:?\d{{2}})?)?')
        THEN CAST(replace(regexp_extract({_TEXT}, '^[0-9-]{{10}}[T ][0-9:]{{5,8}}(\.\d+)?'), 'T', ' ') AS TIMESTAMP)
            - to_minutes(CAST(
                CASE {_part(1)} WHEN '+' THEN 60 WHEN '-' THEN -60 ELSE 0 END
                    * coalesce(TRY_CAST({_part(2)} AS INTEGER), 0)
                + CASE {_part(1)} WHEN '+' THEN 1 WHEN '-' THEN -1 ELSE 0 END
                    * coalesce(TRY_CAST({_part(3)} AS INTEGER), 0) AS BIGINT))
            + INTERVAL 1 MICROSECOND
    ELSE error('no moment: ' || {_TEXT} || '; write it as 2021-03-01 or 2021-03-01T12:00Z')
END)""",
    "The first instant, in UTC, that comes after a moment: '2021-03-01' means the end of that day, '2021-03-01T12:00Z' "
    "that instant; without a zone it is UTC.",
    "moment",
)


def history(table: Table, columns: Sequence[str], current: str) -> Definition:
    """Give the view of every version; `current` is a relation of what stands, with its `recorded_at`."""
    return Definition(
        "VIEW",
        f"{table.table}_history",
        f"""SELECT {names(columns)}, recorded_at, CAST(NULL AS TIMESTAMP) AS superseded_at,
    CAST(NULL AS VARCHAR) AS superseded_by
FROM {current}
UNION ALL
SELECT {names(columns)}, recorded_at, superseded_at, superseded_by
FROM {name(f"{table.table}_superseded")}""",
        f"Every version of each row of {table.table}: what stands, and what stood before.",
        columns=(
            ("recorded_at", "When a reader could first see this version of the row, in UTC."),
            ("superseded_at", "From when on this version stood no more, in UTC; empty where it stands."),
            ("superseded_by", "The submission that changed it or took it back; empty where it stands."),
        ),
    )


def as_of(table: Table, columns: Sequence[str]) -> Definition:
    """Give the macro of the rows that stood at a moment, in the table's own columns."""
    chosen = ", ".join(f"h.{name(c)}" for c in (*columns, "recorded_at"))
    return Definition(
        "MACRO TABLE",
        f"{table.table}_as_of",
        f"""SELECT {chosen}
FROM {name(f"{table.table}_history")} AS h
WHERE h.recorded_at < {INSTANT_AFTER.name}(moment)
    AND (h.superseded_at IS NULL OR h.superseded_at >= {INSTANT_AFTER.name}(moment))""",
        f"{table.table} as a reader could see it at a moment: {table.table}_as_of('2021-03-01') at the end of that day "
        f"in UTC, {table.table}_as_of('2021-03-01T12:00Z') at that instant.",
        "moment",
    )
