"""Measured numbers at the ends of what can be measured: such a number is a bound, and its comparator says which one."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.persons import NOTHING

_AT_AN_END = 0.02


def measured(field: str, values: np.ndarray, chance: np.ndarray, asked: Asked) -> dict[str, Any]:
    """Give numbers of a field; where its table can say so, those that chance lets lie at an end are bounds.

    A number that is none (nan) is no bound.
    """
    bound = asked.declared.fields[field].comparator
    if bound not in asked.declared.tables[asked.source.table].fields:
        return {field: values}
    said = np.where(chance < _AT_AN_END, "<", np.where(chance > 1 - _AT_AN_END, ">", NOTHING))
    return {field: values, bound: np.where(np.isnan(values), NOTHING, said)}
