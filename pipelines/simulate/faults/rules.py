"""Faults that break a rule of a table, found from the rule itself: facts are changed until it finds one.

The rule's own condition says when it is broken, and so nothing about any single rule is written here. Whether the
path then finds it, in the sender's words and forms, is what the accuracy run measures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from pipelines.declarations.model import TableRule
from pipelines.engine import literal, name
from pipelines.simulate.faults.injected import Change, Clean
from pipelines.simulate.faults.looked_at import LookedAt, condition
from pipelines.simulate.faults.said import said
from pipelines.simulate.faults.several import broken_together
from pipelines.simulate.faults.values import values

_FIELDS, _AT_ONCE = 7, 3  # those that are changed at all, and together
_CANDIDATES, _FOUND = 600, 20


def rule_changes(clean: Clean) -> Iterator[Change]:
    """Give, for each rule of the table that a file alone can break, facts that break it."""
    with LookedAt.of(clean) as looked:
        for rule in looked.rules("file"):
            if found := _broken(rule, looked):
                yield found


def _broken(rule: TableRule, looked: LookedAt) -> Change | None:
    return broken_together(rule, looked) if rule.fails_for else _one_fact(rule, looked)


def _one_fact(rule: TableRule, looked: LookedAt) -> Change | None:
    """Change few of the rule's fields, then more of them, until a fact breaks it that did not."""
    guilty = looked.changeable(rule)[:_FIELDS]
    fails, order = condition(rule), f"hash(source_row * 7919 + {len(rule.id)}), source_column"
    sound = f"SELECT * FROM facts WHERE coalesce(NOT ({fails}), true) ORDER BY {order} LIMIT {_CANDIDATES}"
    looked.con.execute(f"CREATE OR REPLACE TEMP TABLE candidates AS {sound}")
    for many in range(1, _AT_ONCE + 1):
        for fields in combinations(guilty, many):
            if found := _by_these(rule, fields, fails, looked):
                return found
    return None


def _by_these(rule: TableRule, fields: tuple[str, ...], fails: str, looked: LookedAt) -> Change | None:
    """Change these fields of every candidate to all that may be tried; take the first that the sender can write."""
    changed = "SELECT *, source_row AS place FROM candidates"
    for field in fields:
        kind = looked.clean.asked.declared.fields[field].sql_type
        tried = ", ".join(f"CAST({v} AS {kind})" for v in values(field, rule, looked.clean))
        if not tried:
            return None
        changed = f"SELECT * REPLACE (unnest([{tried}]) AS {name(field)}) FROM ({changed})"
    found = looked.con.execute(f"SELECT * EXCLUDE (place) FROM ({changed}) WHERE {fails} LIMIT {_FOUND}")
    names = [d[0] for d in found.description]
    for fact in (dict(zip(names, row, strict=True)) for row in found.fetchall()):
        change = said(rule, fact, fields, looked.clean)
        if change and not _disturbs(rule, fact, fields, looked):
            return change
    return None


def _disturbs(rule: TableRule, fact: Mapping[str, Any], fields: Iterable[str], looked: LookedAt) -> bool:
    """Whether others would be rejected for what this fact says now."""
    kinds, row = looked.clean.asked.declared.fields, f"source_row = {fact['source_row']}"
    here = f"{row} AND source_column IS NOT DISTINCT FROM {literal(fact['source_column'])}"
    cells = {f: here if looked.writable[f] is None else row for f in fields}  # one cell tells all facts of a wide row
    said_now = ", ".join(
        f"CASE WHEN {cell} THEN CAST({literal(fact[f])} AS {kinds[f].sql_type}) ELSE {name(f)} END AS {name(f)}"
        for f, cell in cells.items()
    )
    looked.con.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS SELECT * REPLACE ({said_now}) FROM facts")
    return looked.disturbs(rule)
