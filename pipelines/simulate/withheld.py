"""Small figures that a sender does not tell, so that nobody can be recognised; why they are not there is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.declarations.missing import REASON, reasons, says_why
from pipelines.declarations.model import Table
from pipelines.engine import name
from pipelines.simulate.asked import Asked

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from pipelines.simulate.pen import Pen

_FEW, _WITHHELD = 3, "SUPPRESSED"


def withheld(facts: pa.Table, silent: np.ndarray, asked: Asked) -> pa.Table:
    """Give the reason of each figure that is too small to be told, where the source gives reasons."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    table = asked.declared.tables[asked.source.table]
    if not says_why(asked.source, table):
        return facts
    few = pc.and_(pc.greater(facts[table.fact], 0), pc.less_equal(facts[table.fact], _FEW))
    told = pc.and_(few, pa.chunked_array([pa.array(~silent)]))
    reason = pc.if_else(told, pa.scalar(_WITHHELD), pa.scalar(None, pa.string()))
    return facts.set_column(facts.column_names.index(REASON), REASON, reason)


def is_told(facts: pa.Table, table: Table) -> pa.Array:
    """Say of each fact whether its sender says anything of it: a row, a figure, or why there is none."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    if table.fact == "row":
        return pa.repeat(pa.scalar(value=True), facts.num_rows)
    there = facts[table.fact].is_valid().combine_chunks()
    return pc.or_(there, facts[REASON].is_valid().combine_chunks()) if REASON in facts.column_names else there


def is_told_sql(table: Table, fields: Iterable[str]) -> str:
    """Write the same as a condition on facts with these fields."""
    told = [] if table.fact == "row" else [f"{name(f)} IS NOT NULL" for f in fields if f in {table.fact, REASON}]
    return " OR ".join(told) or "true"


def with_marks(texts: pa.Array, facts: pa.Table, pen: Pen) -> pa.Array:
    """Put its mark in the place of each figure that is withheld, where the source has one for its reason."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    if REASON not in facts.column_names:
        return texts
    for mark, reason in reasons(pen.source, pen.declared.tables[pen.source.table]).items():
        marked = pc.fill_null(pc.equal(facts[REASON].combine_chunks(), reason), pa.scalar(value=False))
        texts = pc.if_else(marked, pa.scalar(mark), texts)
    return texts
