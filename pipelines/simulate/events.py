"""A sheet of events: each figure becomes as many rows as it counts, each with a name that no other row has.

The name of an event follows from its figure, so a later file that knows more says the same names, and more of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.declarations.source import Count, Source

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Events:
    """`first` is the fact of each row; then its name, whether an earlier row counts it, the first row of each fact."""

    first: np.ndarray
    names: pa.Array
    counted: np.ndarray
    row_of: np.ndarray

    @classmethod
    def of(cls, facts: pa.Table, source: Source, count: Count) -> Events:
        """Give every fact its rows, one behind another."""
        many = facts[count.into].to_numpy()
        first, row_of = np.repeat(np.arange(len(many)), many), np.cumsum(many) - many
        nth = np.arange(len(first)) - row_of[first]
        fields = [field for field in source.map if field in facts.column_names]
        return cls(first, _names(facts.take(first), fields, nth), nth > 0, row_of)


def that_happened(facts: pa.Table, source: Source) -> pa.Table:
    """Leave out figures that are none or zero, where the source sends events: nobody sends what did not happen."""
    import pyarrow.compute as pc  # noqa: PLC0415  heavy

    return facts if source.count is None else facts.filter(pc.greater(facts[source.count.into], 0))


def _names(facts: pa.Table, fields: list[str], nth: np.ndarray) -> pa.Array:
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    parts = [facts[field].combine_chunks().cast(pa.string()) for field in fields]
    numbered = pa.array((nth + 1).astype(str), pa.string())
    return pc.binary_join_element_wise(*parts, numbered, "/", null_handling="replace", null_replacement="")
