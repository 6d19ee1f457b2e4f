"""Which shared table a file fills, where nobody says: the one whose fields its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.declarations.model import Table
from pipelines.draft.above import HINT, meanings_above
from pipelines.draft.drafted import Column, Said
from pipelines.draft.known import Known
from pipelines.draft.match import assigned, fits
from pipelines.draft.wide import dates_above, places_above

if TYPE_CHECKING:
    import duckdb

_AHEAD = 0.1


def table_for(
    columns: list[Column], names: Sequence[str], wanted: str | None, known: Known, con: duckdb.DuckDBPyConnection
) -> Said:
    """Give the table that is wanted, or propose one."""
    if wanted:
        return Said(wanted, "certain", "given with --table")
    scores = {name: _score(columns, names, table, known, con) for name, table in known.declared.tables.items()}
    best, second = sorted(scores, key=lambda name: -scores[name])[:2]
    told = f"its fields explain {scores[best]:.0%} of the columns and of what it needs"
    told += f"; next is {second} with {scores[second]:.0%}"
    return Said(best, "likely" if scores[best] > scores[second] + _AHEAD else "question", told)


def _score(
    columns: list[Column], names: Sequence[str], table: Table, known: Known, con: duckdb.DuckDBPyConnection
) -> float:
    """Give the share of columns that a table explains, and of its needs that columns meet; the mean of both."""
    wide = dates_above(names, table, known, con) or places_above(names, table, known)
    apart = set(wide.columns) if wide else set()
    meant = {} if wide else meanings_above(columns, table, known)
    meant = {c: said for c, said in meant.items() if said[1] > HINT}
    every = {c.name: fits(c, table, known) for c in columns if c.name not in apart and c.name not in meant}
    best = assigned(every)
    explained = sum(f.score for f in best.values()) + len(meant) + len(apart)
    needed = [f for f, use in table.fields.items() if use.required and use.default is None]
    met = (
        {f.field for f in best.values()}
        | ({table.fact} if meant or wide else set())
        | ({wide.named} if wide else set())
    )
    met |= {field for meaning, _ in meant.values() for field in meaning}
    met |= {"period_type", "measure_type", "pathogen", "region"} & set(needed)
    return 0.6 * explained / max(1, len(names)) + 0.4 * len(met & set(needed)) / max(1, len(needed))
