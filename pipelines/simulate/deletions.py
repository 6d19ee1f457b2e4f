"""Records that a sender takes back: where the source has a column for it, one in five is deleted three weeks later.

A line list goes on to name them in each later file, with the word for deleting: they are not true any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pipelines.simulate.asked import Asked

if TYPE_CHECKING:
    import pyarrow as pa

REASON = "record-deleted"
_TAKEN_BACK, _AFTER = "[37]$", 21  # whose identifier ends so; days, in which every record has been sent once


def parted(facts: pa.Table, asked: Asked) -> Iterator[tuple[pa.Table, str | None]]:
    """Give the facts that stand; then those that were taken back, with the field that says so, and the reason."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    deleted = _taken_back(facts, asked)
    yield (facts if deleted is None else facts.filter(pa.array(~deleted))), None
    if deleted is not None and deleted.any():
        gone = facts.filter(pa.array(deleted))
        for field, code in asked.declared.tables[asked.source.table].deleted_by.items():
            gone = gone.append_column(field, pa.repeat(pa.scalar(code), gone.num_rows))
        yield gone, REASON


def _taken_back(facts: pa.Table, asked: Asked) -> np.ndarray | None:
    """Say of each fact whether its record was taken back by the day; None where the source cannot say so."""
    import pyarrow.compute as pc  # noqa: PLC0415  heavy

    table = asked.declared.tables[asked.source.table]
    if not table.deleted_by.keys() & asked.source.map.keys():
        return None
    chosen = pc.match_substring_regex(facts[table.key[0]], _TAKEN_BACK).to_numpy()
    ago = np.datetime64(asked.as_of, "D") - facts[table.time].to_numpy().astype("datetime64[D]")
    return np.asarray(chosen & (ago >= np.timedelta64(_AFTER, "D")))
