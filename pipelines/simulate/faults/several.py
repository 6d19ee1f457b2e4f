"""Faults that only several facts together show: one figure among its like, a row too many, a week of zeros, a copy.

Every way in which facts go wrong together is a query that gives the facts as they would be then (`ways`). What it
changed is what the sender's file says otherwise; and the rule itself says whether that breaks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.declarations.model import TableRule
from pipelines.engine import name
from pipelines.simulate.faults.injected import Change
from pipelines.simulate.faults.looked_at import LookedAt
from pipelines.simulate.faults.said import cells_of
from pipelines.simulate.faults.ways import BEHIND, Way, ways

_CELLS = 4000


def broken_together(rule: TableRule, looked: LookedAt) -> Change | None:
    """Try one way after another until the rule finds what it does not find in the clean file."""
    before = looked.guilty(rule, "facts")
    for way in ways(rule, looked):
        looked.con.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS {way.sql}")
        found = len(looked.guilty(rule)) > len(before)  # a day that differs may only have got another first row
        if found and looked.can_stand and not looked.disturbs(rule) and (change := _change(rule, way, looked)):
            return change
    return None


def _change(rule: TableRule, way: Way, looked: LookedAt) -> Change | None:
    """Say in cells what the way has changed; None where the sender cannot, or it is another file altogether."""
    changed = list(_changed(way, looked))
    cells = [(fact, cells_of(fact, fields, looked.clean)) for fact, fields in changed]
    if len(cells) > _CELLS or any(said is None for _, said in cells):
        return None
    row_of = {place: i for i, place in enumerate(looked.clean.places)}
    by_row = dict[int, dict[str, str]]()
    for fact, said in cells:
        by_row.setdefault(row_of[int(fact["copied_from"])], {}).update(said or {})
    for place, column in _emptied(looked):
        by_row.setdefault(row_of[place], {})[column] = ""
    gone = frozenset(row_of[place] for place in _gone(looked))
    if not by_row and not gone:
        return None
    first, *others = by_row or {min(gone): dict[str, str]()}
    fields = ", ".join(dict.fromkeys(f for _, names in changed for f in names))
    row = by_row.get(first, {})
    more = {i: by_row[i] for i in others}
    return Change(f"breaks {rule.id}", (rule.id,), first, row, way.told, fields, way.again, more, gone)


def _changed(way: Way, looked: LookedAt) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Give every fact that says something else than in the clean file, with the fields in which it does."""
    fields = list(looked.writable)
    if way.again:  # the facts that were added stand behind all others, and remember of which they are copies
        asked = f"SELECT *, source_row - {BEHIND} AS copied_from FROM looked_at WHERE source_row > {BEHIND}"
        pairs = f"SELECT n.*, {_differ(fields)} AS differ FROM ({asked}) n JOIN facts b ON b.source_row = n.copied_from"
    else:
        same = "n.source_row = b.source_row AND n.source_column IS NOT DISTINCT FROM b.source_column"
        told = f"n.*, n.source_row AS copied_from, {_differ(fields)} AS differ"
        pairs = f"SELECT {told} FROM looked_at n JOIN facts b ON {same}"
    cursor = looked.con.execute(f"SELECT * FROM ({pairs}) WHERE len(differ) > 0 LIMIT {_CELLS + 1}")
    columns = [d[0] for d in cursor.description]
    for row in cursor.fetchall():
        fact = dict(zip(columns, row, strict=True))
        yield fact, list(fact.pop("differ"))


def _differ(fields: list[str]) -> str:
    told = ", ".join(f"CASE WHEN n.{name(f)} IS DISTINCT FROM b.{name(f)} THEN '{f}' END" for f in fields)
    return f"list_filter([{told}], x -> x IS NOT NULL)"


def _emptied(looked: LookedAt) -> list[tuple[int, str]]:
    """Give the cells of wide rows that say nothing any more, where something is left of the row."""
    lost = "FROM facts ANTI JOIN looked_at USING (source_row, source_column) WHERE source_column <> ''"
    asked = f"SELECT source_row, source_column {lost} AND source_row IN (SELECT source_row FROM looked_at)"
    return looked.con.execute(asked).fetchall()


def _gone(looked: LookedAt) -> list[int]:
    """Give the rows of which no fact is left."""
    asked = "SELECT DISTINCT source_row FROM facts WHERE source_row NOT IN (SELECT source_row FROM looked_at)"
    return [int(row) for (row,) in looked.con.execute(asked).fetchall()]
