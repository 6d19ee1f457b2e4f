"""What the hospitals of a place have and who lies in them, from the same persons as everything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from pipelines.simulate.asked import Asked, Series, Where
from pipelines.simulate.draw import Columns
from pipelines.simulate.figures import Daily, by_place_and_period
from pipelines.simulate.persons import NOTHING
from pipelines.simulate.window import BEFORE
from pipelines.simulate.world.chance import chance

_BEDS, _ICU_BEDS, _VENTILATORS = 40, 3, 2  # of ten thousand inhabitants
_OTHER_PATIENTS, _OTHER_ICU, _OTHER_VENTILATED = 0.55, 0.4, 0.25
_SURGE = 1.2
_FEW = 3  # persons that are not told apart, where the sender withholds small numbers


def hospital_capacity(asked: Asked) -> Iterator[Columns]:
    """Give every place on every day: beds for the worst of the epidemic, and others lie in them too."""
    said = Series({"period_type": "D", **asked.source.constants}, date.min, date.max)
    found = by_place_and_period(asked, _there, every=(said,))
    yield _withheld(found) if "missing_reason" in asked.source.map else found


def _withheld(found: Columns) -> Columns:
    """Take out small numbers of patients, and say so."""
    few = (found["patients_hospitalised_count"] > 0) & (found["patients_hospitalised_count"] <= _FEW)
    patients = {f: np.where(few, np.nan, v) for f, v in found.items() if f.startswith("patients_")}
    return {**found, **patients, "missing_reason": np.where(few, "SUPPRESSED", NOTHING)}


def _there(where: Where, series: Series) -> Daily:  # noqa: ARG001  every source tells of the same disease
    ill = {i: where.sum(where.world.daily(i)) for i in ("HOSP", "ICU", "VENT", "HOSAD", "DEATHS")}
    inhabitants = int(where.sum(where.world.population[:, None])[0])
    beds = _use(inhabitants * _BEDS // 10_000, ill["HOSP"], where, "beds", _OTHER_PATIENTS)
    intensive = _use(inhabitants * _ICU_BEDS // 10_000, ill["ICU"], where, "intensive beds", _OTHER_ICU)
    machines = _use(inhabitants * _VENTILATORS // 10_000, ill["VENT"], where, "ventilators", _OTHER_VENTILATED)
    there, occupied = beds[0] + intensive[0], beds[1] + intensive[1]
    return {
        "beds_count": there + inhabitants // 10_000,
        "beds_inpatient_count": there,
        "beds_occupied_count": occupied,
        "icu_beds_count": intensive[0],
        "icu_beds_occupied_count": intensive[1],
        "ventilators_count": machines[0],
        "ventilators_in_use_count": machines[1],
        "patients_hospitalised_count": ill["HOSP"] + ill["HOSP"] // 20,
        "patients_confirmed_count": ill["HOSP"],
        "patients_icu_count": ill["ICU"],
        "patients_ventilated_count": ill["VENT"],
        "admissions_confirmed_count": ill["HOSAD"],
        "deaths_in_hospital_count": ill["DEATHS"],
        "bed_occupancy_percent": _percent(occupied, there),
        "icu_occupancy_percent": _percent(intensive[1], intensive[0]),
        "ventilator_occupancy_percent": _percent(machines[1], machines[0]),
        "oxygen_supply_days": (30 + (_chances(where, "oxygen") * 270).astype(np.int64)) / 10,
    }


def _use(usual: int, ill: np.ndarray, where: Where, what: str, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Give how many there are, the same on all days, and how many are in use: by these patients and by others."""
    there = max(usual, int(ill[BEFORE:].max() * _SURGE)) + 5 + usual // 20
    others = (there * share * (0.9 + 0.1 * _chances(where, what))).astype(np.int64)
    return np.full_like(ill, there), np.minimum(there, ill + others)


def _percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Give a share with one digit behind the decimal mark."""
    return np.asarray((2000 * part + whole) // (2 * whole) / 10)


def _chances(where: Where, what: str) -> np.ndarray:
    drawn = chance(where.world.seed, *where.world.names, "hospitals", where.place_id, what)
    return drawn.random(where.world.window.drawn)
