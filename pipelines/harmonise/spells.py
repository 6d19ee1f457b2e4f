"""A level for every day becomes spells: days on end with one level are one fact; each other day is accounted for."""

from __future__ import annotations

from pipelines.declarations.model import Table
from pipelines.declarations.source import Spells
from pipelines.engine import literal, name, names

FATE = "same-spell"


def spells_steps(spells: Spells, table: Table, before: str) -> list[tuple[str, str]]:
    """Write the steps in which the first day of a spell stays a fact and the days that continue it are set aside.

    A day that says nothing breaks a spell: what was not said is not filled in. The last spell of a series has no end,
    for nothing that was said came after it. A fact that lacks its day, level or series is no part of any spell.
    """
    day, level, series = name(table.time), name(spells.of), names(spells.per)
    lacks = " OR ".join(f"{name(f)} IS NULL" for f in (table.time, spells.of, *spells.per))
    ordered = f"PARTITION BY in_series, {series} ORDER BY {day}, source_row"
    holds_on = f"lag({level}) OVER days = {level} AND lag({day}) OVER days >= {day} - 1"
    begins = f"CASE WHEN in_series AND {holds_on} THEN 0 ELSE 1 END AS begins"
    spell = f"sum(begins) OVER ({ordered} ROWS UNBOUNDED PRECEDING) AS spell"
    return [
        ("days", f"  SELECT *, set_aside IS NULL AND NOT ({lacks}) AS in_series\n  FROM {before}"),
        ("levels", f"  SELECT *, {begins}\n  FROM days WINDOW days AS ({ordered})"),
        ("numbered", f"  SELECT *, {spell}\n  FROM levels"),
        ("spells", _spells(spells, table)),
    ]


def _spells(spells: Spells, table: Table) -> str:
    """Give the first day of each spell its end and its number; the number stays the same when the end comes later."""
    day, series = name(table.time), names(spells.per)
    aside = f"CASE WHEN in_series AND begins = 0 THEN {literal(FATE)} ELSE set_aside END AS set_aside"
    last = f"max({day}) OVER (PARTITION BY in_series, {series}, spell)"
    followed = f"spell < max(spell) OVER (PARTITION BY in_series, {series})"
    parts = ", ".join(_part(f) for f in (*spells.per, table.time))
    return (
        f"  SELECT * EXCLUDE (in_series, begins, spell) REPLACE ({aside}),\n"
        f"    CASE WHEN in_series AND {followed} THEN {last} END AS {name(spells.until)},\n"
        f"    concat_ws(':', {parts}) AS {name(spells.numbered)},\n"
        f"    CAST(NULL AS VARCHAR) AS {name(spells.until + '_problem')},\n"
        f"    CAST(NULL AS VARCHAR) AS {name(spells.numbered + '_problem')}\n"
        "  FROM numbered"
    )


def _part(field: str) -> str:
    """Write one part of a spell's number; where it is not known, the row tells such facts apart."""
    return f"coalesce(CAST({name(field)} AS VARCHAR), concat('row ', source_row))"
