"""What may be compared: a series is parted where its definition breaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.derived.definition import Definition
from pipelines.engine import literal, name

if TYPE_CHECKING:
    from pipelines.declarations.model import Table

_PARTED = ("indicator", "measure_type")


def comparable(table: Table, columns: Sequence[str], current: str) -> Definition:
    """Give the view of the table with the segment that each row lies in: rows of two segments are not comparable.

    `current` is a relation of what stands, with its `recorded_at`. A break of a state is one of its places too. Where
    the register leaves a column empty, the break is of all.
    """
    shown = ", ".join(f"t.{name(c)}" for c in (*columns, "recorded_at"))
    place = f"t.{name('region' if 'region' in columns else 'reporting_country')}"
    matching = [f"b.table_name = {literal(table.table)}"]
    matching.append(f"({place} = b.place_id OR starts_with({place}, b.place_id || '-'))")
    matching += [f"(b.{c} IS NULL OR b.{c} = t.{c})" if c in columns else f"b.{c} IS NULL" for c in _PARTED]
    begun = f"b.effective_date <= t.{name(table.time)}"
    return Definition(
        "VIEW",
        f"{table.table}_comparable",
        f"""SELECT {shown}, s.*
FROM {current} AS t, LATERAL (
    SELECT 1 + count(*) FILTER (WHERE {begun}) AS comparable_segment,
        max(b.effective_date) FILTER (WHERE {begun}) AS comparable_since,
        min(b.effective_date) FILTER (WHERE b.effective_date > t.{name(table.time)}) AS comparable_until,
        arg_max(b.break_id, b.effective_date) FILTER (WHERE {begun}) AS break_id
    FROM definition_breaks AS b
    WHERE {" AND ".join(matching)}
) AS s""",
        f"{table.table}, each row with the segment of its series: figures of two segments do not count the same and "
        "are neither joined nor added. Join by comparable_segment too; in a sum is_across_break flags one that goes "
        "across, and comparable_sum refuses it.",
        columns=(
            ("comparable_segment", "1, and one more for each break of the series up to this day."),
            (
                "comparable_since",
                "The first day that is comparable with this one; empty where there is no break before.",
            ),
            (
                "comparable_until",
                "The day of the next break, the first not comparable any more; empty if there is none.",
            ),
            ("break_id", "The break that this segment begins with: table definition_breaks."),
        ),
    )
