"""Numbers that stand for persons, of which nearly all are personal numbers of the state that sends them, as SQL."""

from __future__ import annotations

from pipelines.declarations import Declarations
from pipelines.declarations.person_numbers import is_one
from pipelines.declarations.source import Source
from pipelines.engine import literal, name

_RULE = "pseudonyms-are-not-personal-numbers"
_FEWEST, _NEARLY_ALL = 10, 0.9  # of ten numbers with one check digit, one is right by chance


def personal_numbers(field: str, source: Source, declared: Declarations) -> str:
    """Select the facts whose number is a personal one, where nearly all of the delivery are; empty where none is known.

    Each number counts once, however many rows it has.
    """
    known = [one for one in declared.person_numbers.values() if one.country == source.country]
    said = f"SELECT DISTINCT {name(field)} AS said FROM {{facts}} WHERE {name(field)} IS NOT NULL"
    looked_at = f"SELECT said, {is_one('said', known)} AS is_one FROM ({said})"
    among = f"SELECT list(said) FILTER (is_one) AS ones, count(*) AS many FROM ({looked_at})"
    nearly_all = f"many >= {_FEWEST} AND len(ones) >= {_NEARLY_ALL} * many"
    guilty = f"SELECT unnest(ones) FROM ({among})\n  WHERE {nearly_all}"
    chosen = f"SELECT fact, {literal(_RULE)} AS rule FROM {{facts}}"
    return f"{chosen} WHERE {name(field)} IN ({guilty})" if known else ""
