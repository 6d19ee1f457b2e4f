"""What a fact's suspect value was compared with: the other values of its rule, told beside it."""

from __future__ import annotations

import re

from pipelines.declarations import Declarations
from pipelines.declarations.model import TableRule
from pipelines.engine import literal, name

_MOST = 3  # more values than these would hide what is said
_MEASURED, _CODED = {"date", "integer", "decimal"}, {"code", "place"}


def told_beside(rule: TableRule, suspect: str | None, wanted: str, table: str, declared: Declarations) -> str:
    """Give as SQL what is expected of a fact, with the other values that the rule compares; NULL where it has none.

    Texts are never repeated. Days and numbers stand beside days and numbers only: beside a word they would part what
    is one mistake.
    """
    kinds = {field: entry.type for field, entry in declared.fields.items()}
    told = _CODED if suspect is None or kinds.get(suspect) not in _MEASURED else _CODED | _MEASURED
    others = [f for f in _others(rule, suspect, table, declared) if kinds.get(f) in told]
    if not others or not rule.tells_value:
        return "NULL"
    said = ", ".join(f"{literal(f + ' ')} || CAST({name(f)} AS VARCHAR)" for f in others)
    return f"{literal(f'{wanted}; here: ' if wanted else 'here: ')} || nullif(concat_ws(', ', {said}), '')"


def _others(rule: TableRule, suspect: str | None, table: str, declared: Declarations) -> list[str]:
    """Give the fields that the rule names, and those that only its condition does, where they are few."""
    named = [f for f in dict.fromkeys((*rule.fields, *(rule.in_order or ()))) if f != suspect]
    words = {*re.findall(r"\w+", rule.fails_where or "")} - {suspect}
    every = [*named, *(f for f in declared.tables[table].fields if f in words and f not in named)]
    return every if len(every) <= _MOST else named[:_MOST]
