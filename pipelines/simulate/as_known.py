"""What was known of figures at the time: late reports are still missing, and some regions must correct a whole day.

Only what is counted by the day on which it happened is filled in later. What is counted by the day of publication, and
running totals, stay as they were said; so do tests, which laboratories count themselves. A report that is late is
missing from every sum that it is part of, so that sexes and ages add up to their totals on every day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.simulate.alike import alike
from pipelines.simulate.asked import Asked

if TYPE_CHECKING:
    import pyarrow as pa

_COMPLETE = ((2, 80), (7, 95))  # until so many days after a period's end, so many percent have been reported
_CORRECTED, _AFTER, _HALF_REPORTED = 0.01, 10, 60  # one region and period in a hundred; days; percent
_PARTS = ({"sex": "_T"}, {"age_from_years": -1, "age_to_years": -1})  # fields of parts, with what says their sum
_LONG = {"W": 6, "M": 30, "Y": 365}


def as_known(facts: pa.Table, asked: Asked) -> pa.Table:
    """Give the facts of the periods that are over by `asked.as_of`, with the figures that were known by then."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    table = asked.declared.tables[asked.source.table]
    if table.time not in facts.column_names or facts[table.time].null_count:
        return facts
    over = facts[table.time].to_numpy().astype("datetime64[D]") + _long(facts)
    age = (np.datetime64(asked.as_of, "D") - over).astype(np.int64)
    if table.fact != "row" and pa.types.is_integer(facts.schema.field(table.fact).type):
        share = np.where(_counted_by_day(facts), _percent(facts, age, table.time, asked), 100)
        missing = _in_every_sum(_missing(facts[table.fact], share), facts, asked)
        known = pc.subtract(facts[table.fact], pa.array(missing))
        facts = facts.set_column(facts.column_names.index(table.fact), table.fact, known)
        facts = _with_status(facts, share, asked)
    return facts.filter(pa.array(age >= 0))


def _missing(figures: pa.ChunkedArray, share: np.ndarray) -> np.ndarray:
    """Give how many of each figure are not yet reported: at least one, where something is to come."""
    counted = np.asarray(figures.fill_null(0))
    return np.asarray(counted - counted * share // 100)


def _in_every_sum(missing: np.ndarray, facts: pa.Table, asked: Asked) -> np.ndarray:
    """Give for each sum over sexes or ages what is missing from its parts, where there are such."""
    import pyarrow.compute as pc  # noqa: PLC0415  heavy

    key = asked.declared.tables[asked.source.table].key
    for fields in (f for f in _PARTS if {*f} <= {*asked.source.map}):
        (field, of_all), *_ = fields.items()
        group, whole = alike(facts, [f for f in key if f not in fields]), np.asarray(pc.equal(facts[field], of_all))
        parts, many = (np.bincount(group[~whole], w, facts.num_rows) for w in (missing[~whole], None))
        missing = np.where(whole & (many[group] > 0), parts[group].astype(np.int64), missing)
    return missing


def _with_status(facts: pa.Table, share: np.ndarray, asked: Asked) -> pa.Table:
    """Say of each figure, where the source does, whether more of it is expected."""
    import pyarrow as pa  # noqa: PLC0415  heavy

    if "obs_status" not in asked.source.map:
        return facts
    status = pa.array(np.where(share < 100, "P", "A").astype(object), pa.string())  # noqa: PLR2004
    return facts.set_column(facts.column_names.index("obs_status"), "obs_status", status)


def _long(facts: pa.Table) -> np.ndarray:
    """Give how many days follow the first of each period."""
    if "period_type" not in facts.column_names:
        return np.zeros(facts.num_rows, np.int64)
    coded = facts["period_type"].combine_chunks().dictionary_encode()
    days = np.array([_LONG.get(kind, 0) for kind in coded.dictionary.to_pylist()], np.int64)
    return np.asarray(days[coded.indices.to_numpy()])


def _counted_by_day(facts: pa.Table) -> np.ndarray:
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    def says(field: str, code: str) -> np.ndarray:
        if field not in facts.column_names:
            return np.zeros(facts.num_rows, bool)
        return np.asarray(pc.fill_null(pc.equal(facts[field], code), pa.scalar(value=False)))

    return np.asarray(
        says("measure_type", "INCIDENT") & ~says("date_basis", "PUBLICATION") & ~says("indicator", "TESTS")
    )


def _percent(facts: pa.Table, age: np.ndarray, time: str, asked: Asked) -> np.ndarray:
    """Give how much of each figure had been reported. All figures of a region and period share it: parts stay parts."""
    share = np.full(facts.num_rows, 100)
    for days, percent in reversed(_COMPLETE):
        share = np.where(age < days, percent, share)
    place = np.zeros(facts.num_rows, np.int64)
    if "region" in facts.column_names:
        place = facts["region"].combine_chunks().dictionary_encode().indices.to_numpy()
    _, cell = np.unique(facts[time].to_numpy().astype(np.int64) * len(age) + place, return_inverse=True)
    wrong = asked.chance("corrected").random(int(cell.max(initial=-1)) + 1)[cell] < _CORRECTED
    wrong &= ~_whole(facts)
    return np.where(wrong & (age < _AFTER), np.minimum(share, _HALF_REPORTED), share)


def _whole(facts: pa.Table) -> np.ndarray:
    """Say which figures are of a whole state beside those of its regions: it is not less than they add up to."""
    level = np.asarray(facts["geo_level"].to_pylist() if "geo_level" in facts.column_names else [], object)
    return level == "country" if {"country", "region"} <= {*level} else np.zeros(facts.num_rows, bool)
