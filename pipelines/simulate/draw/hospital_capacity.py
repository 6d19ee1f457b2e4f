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
_HOSPITALS = 3  # of a place, where they are told one by one
_EVENTS = {"admissions_confirmed_count", "admissions_suspected_count", "deaths_in_hospital_count"}
_FEW = 3  # persons that are not told apart, where the sender withholds small numbers


def hospital_capacity(asked: Asked) -> Iterator[Columns]:
    """Give every place on every day: beds for the worst of the epidemic, and others lie in them too."""
    constant, said = asked.source.constants, asked.codes("period_type") if "period_type" in asked.said else ("D",)
    hospitals = [*map(str, range(1, _HOSPITALS + 1)), "_T"] if "facility_code" in asked.said else ["_T"]
    every = [
        Series({**constant, "period_type": kind, "facility_code": code}, date.min, date.max)
        for kind in said
        for code in hospitals
    ]
    found = by_place_and_period(asked, _told, every=every, added_up=_EVENTS)
    of = found["facility_code"]
    found = {**found, "facility_code": np.where(of == "_T", of, found["region"] + "-" + of)}
    yield _withheld(found) if "missing_reason" in asked.source.map else found


def _withheld(found: Columns) -> Columns:
    """Take out small numbers of patients, and say so."""
    few = (found["patients_hospitalised_count"] > 0) & (found["patients_hospitalised_count"] <= _FEW)
    patients = {f: np.where(few, np.nan, v) for f, v in found.items() if f.startswith("patients_")}
    return {**found, **patients, "missing_reason": np.where(few, "SUPPRESSED", NOTHING)}


def _told(where: Where, series: Series) -> Daily:
    """Give the whole place, or what one of its hospitals has of it; where that does not divide the first have more."""
    found, code = _there(where), series.code("facility_code", "_T")
    if code == "_T":
        return _with_shares(found)
    first = _HOSPITALS - int(code)
    parts = {f: v if f.endswith("_days") else (v + first) // _HOSPITALS for f, v in found.items()}
    return _with_shares(parts)


def _there(where: Where) -> dict[str, np.ndarray]:
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
        "icu_beds_paediatric_count": intensive[0] // 10,
        "icu_beds_neonatal_count": intensive[0] // 8,
        "ecmo_count": machines[0] // 10,
        "ecmo_in_use_count": ill["VENT"] // 20,
        "ventilators_count": machines[0],
        "ventilators_in_use_count": machines[1],
        "patients_hospitalised_count": ill["HOSP"] + ill["HOSP"] // 20,
        "patients_confirmed_count": ill["HOSP"],
        "patients_icu_count": ill["ICU"],
        "patients_ventilated_count": ill["VENT"],
        "patients_nosocomial_count": ill["HOSP"] // 15,
        "patients_waiting_count": ill["HOSP"] // 12,
        "admissions_confirmed_count": ill["HOSAD"],
        "admissions_suspected_count": ill["HOSAD"] // 4,
        "staff_absent_count": there // 25 + ill["HOSP"] // 8,
        "protective_equipment_supply_days": _days_left("protective equipment", where),
        "deaths_in_hospital_count": ill["DEATHS"],
        "oxygen_supply_days": _days_left("oxygen", where),
    }


def _use(usual: int, ill: np.ndarray, where: Where, what: str, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Give how many there are, the same on all days, and how many are in use: by these patients and by others."""
    there = max(usual, int(ill[BEFORE:].max() * _SURGE)) + 5 + usual // 20
    others = (there * share * (0.9 + 0.1 * _chances(where, what))).astype(np.int64)
    return np.full_like(ill, there), np.minimum(there, ill + others)


def _percent(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Give a share with one digit behind the decimal mark."""
    return np.asarray((2000 * part + whole) // (2 * whole) / 10)


def _with_shares(found: dict[str, np.ndarray]) -> Daily:
    shares = {
        "bed_occupancy_percent": _percent(found["beds_occupied_count"], found["beds_inpatient_count"]),
        "icu_occupancy_percent": _percent(found["icu_beds_occupied_count"], found["icu_beds_count"]),
        "ventilator_occupancy_percent": _percent(found["ventilators_in_use_count"], found["ventilators_count"]),
    }
    return {**found, **shares}


def _days_left(what: str, where: Where) -> np.ndarray:
    return np.asarray((30 + (_chances(where, what) * 270).astype(np.int64)) / 10)


def _chances(where: Where, what: str) -> np.ndarray:
    drawn = chance(where.world.seed, *where.world.names, "hospitals", where.place_id, what)
    return drawn.random(where.world.window.drawn)
