"""The truth behind one source's file: facts in our fields, drawn from a small epidemic that every run repeats.

Numbers are drawn with sums, products and quotients of exact doubles only: no logarithm, no exponential, whose last
bit differs from one machine to another. So the same seed is the same truth everywhere.
"""

from __future__ import annotations

import hashlib

import numpy as np

from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.errors import SalamatError
from pipelines.simulate.figures import figures
from pipelines.simulate.persons import persons
from pipelines.simulate.window import Fact, Value, Window


def truth(source: Source, declared: Declarations, window: Window, seed: int) -> list[Fact]:
    """Draw the facts that the source's sender knows, every field of them that the source gives.

    A figure that is None was not reported. A source's truth does not depend on which other sources there are.
    """
    rng, table = chance(source, seed, "truth"), declared.tables[source.table]
    drawn = persons(source, declared, window, rng) if table.fact == "row" else figures(source, declared, window, rng)
    said, defaults = _said(source, declared), {f: use.default for f, use in table.fields.items()}
    given = [f for f in table.fields if f in said or defaults[f] is not None]
    facts = [{f: _or_default(fact.get(f) if f in said else None, defaults[f]) for f in given} for fact in drawn]
    if not facts:
        raise SalamatError(f"{source.source}: no place of {source.country} has a name that this source can write")
    for field in given:
        if _needed(field, source, declared) and all(fact[field] is None for fact in facts):
            raise SalamatError(f"{source.source}: the simulation draws no {field}; teach it to, in pipelines/simulate")
    return facts


def chance(source: Source, seed: int, use: str) -> np.random.Generator:
    """Give a generator of the source's own, the same on every machine."""
    digest = hashlib.sha256(f"{source.source} {use}".encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def _or_default(value: Value, default: Value) -> Value:
    return default if value is None else value


def _needed(field: str, source: Source, declared: Declarations) -> bool:
    table = declared.tables[source.table]
    return field in source.map and (table.fields[field].required or field in table.key)


def _said(source: Source, declared: Declarations) -> set[str]:
    """Give the fields that this source says something of; the others are absent, or what the table says by default."""
    unpivot, fields = source.unpivot, declared.tables[source.table].fields
    said = {*source.constants, *source.map, *(f for f, use in fields.items() if use.level_of)}
    if unpivot:
        said |= {unpivot.into, *([unpivot.name_is.field] if unpivot.name_is else [])}
        meanings = unpivot.columns.values() if isinstance(unpivot.columns, dict) else ()
        said |= {f for several in meanings for meaning in several for f in meaning.values()}
    return said
