"""What only the form of an admission asks: pregnancy and HIV more closely, medicines taken before, and two scores."""

from __future__ import annotations

import numpy as np

from pipelines.simulate.persons import NOTHING, Known, yes
from pipelines.simulate.world import People

_TREATED = 0.8
_MEDICINES = ("ace_inhibitor", "arb", "nsaid", "corticosteroid")
_IN_HOSPITAL, _VENTILATED = 4, 7  # the lowest of three scores each


def admitted(people: People, told: Known) -> Known:
    """Give every such field of these persons, of whom the illness is told already."""
    pregnant, infected = told["precondition_pregnancy"] == "Y", told.get("precondition_hiv", NOTHING) == "Y"
    treated = yes(people.chance("antiretroviral") < _TREATED)
    taken = {f"preadmission_{m}": yes(people.chance(m) < people.age / 300) for m in _MEDICINES}
    return {
        **taken,
        "pregnancy_trimester": np.where(pregnant, 1.0 + _one_of(people, "trimester", 3), np.nan),
        "antiretroviral_therapy": np.where(infected, treated, NOTHING),
        "clinical_frailty_score": 1 + _one_of(people, "frailty", np.minimum(9, 2 + people.age // 12)),
        "who_progression_score": _severity(people),
    }


def _severity(people: People) -> np.ndarray:
    """Give the score of the day of admission, on which some are ventilated already."""
    ventilated = people.is_ventilated & (people.intensive == people.admission)
    return np.asarray(np.where(ventilated, _VENTILATED, _IN_HOSPITAL) + _one_of(people, "severity", 3))


def _one_of(people: People, use: str, many: int | np.ndarray) -> np.ndarray:
    """Give a number from 0 on, below `many`."""
    return np.asarray(people.chance(use) * many).astype(np.int64)
