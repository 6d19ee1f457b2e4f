"""Assessments in the sentinel hospitals: one for each day of each stay, in the care that the patient then had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.bounds import measured
from pipelines.simulate.draw import Columns
from pipelines.simulate.persons import entered, numbered, yes
from pipelines.simulate.world import People

_NOT_MEASURED = 0.05
_FROM_DAY_TO_DAY = 0.381966  # moves a patient's chance so that no day is like the one before
_ON_OXYGEN, _SENTINEL = 0.6, 0.2
# Lowest and highest value of each, counted in the last digit in which it is written.
_MEASURED = {
    "temperature_celsius": (362, 398, 10),
    "respiratory_rate_per_min": (12, 36, 1),
    "heart_rate_per_min": (55, 130, 1),
    "systolic_pressure_mmhg": (95, 170, 1),
    "diastolic_pressure_mmhg": (50, 90, 1),
    "spo2_percent": (82, 100, 1),
    "white_cells_e9_per_l": (40, 160, 10),
    "lymphocytes_e9_per_l": (4, 25, 10),
    "platelets_e9_per_l": (90, 420, 1),
    "haemoglobin_g_per_l": (85, 165, 1),
    "crp_mg_per_l": (2, 240, 1),
    "procalcitonin_ug_per_l": (2, 90, 100),
    "ferritin_ug_per_l": (60, 1800, 1),
    "d_dimer_mg_per_l": (20, 600, 100),
    "creatinine_umol_per_l": (45, 210, 1),
    "urea_mmol_per_l": (25, 160, 10),
    "alt_u_per_l": (10, 150, 1),
    "ast_u_per_l": (10, 150, 1),
    "bilirubin_umol_per_l": (40, 350, 10),
    "ldh_u_per_l": (140, 700, 1),
    "lactate_mmol_per_l": (6, 40, 10),
    "glucose_mmol_per_l": (42, 140, 10),
    "potassium_mmol_per_l": (33, 53, 10),
    "sodium_mmol_per_l": (130, 148, 1),
    "pao2_mmhg": (55, 100, 1),
    "blood_ph": (725, 748, 100),
    "urine_output_ml": (400, 2600, 1),
    "troponin_ng_per_l": (2, 60, 1),
    "inr_ratio": (9, 16, 10),
    "paco2_mmhg": (30, 50, 1),
}
_WHOLE = {f"{what}_per_min" for what in ("respiratory_rate", "heart_rate")} | {
    f"{which}_pressure_mmhg" for which in ("systolic", "diastolic")
}


@dataclass(frozen=True)
class _Days:
    """The patient of each assessment by place among the people, and the day as worlds count days."""

    people: People
    patient: np.ndarray
    day: np.ndarray

    def chance(self, name: str) -> np.ndarray:
        """Give a number from 0 to 1 for each assessment."""
        admitted = self.people.admission[self.patient]
        moved: np.ndarray = self.people.chance(name)[self.patient] + (self.day - admitted) * _FROM_DAY_TO_DAY
        return moved % 1.0


def clinical_daily(asked: Asked) -> Iterator[Columns]:
    """Give the assessments of one patient in five, up to the day: only some hospitals report them."""
    for reported in asked.world.people(asked.today):
        people = entered(reported, asked)
        admitted = (people.admission >= 0) & (people.admission <= asked.today)
        days = _days(people.where(admitted & (people.chance("sentinel") < _SENTINEL)), asked.today)
        pseudonym = numbered(f"{asked.window.first:%y}-", days.people.number[days.patient] + 1)
        dates = days.people.dates(days.people.report, asked.today)[days.patient]
        dates = dates + (days.day - days.people.report[days.patient])
        yield {**_measured(days, asked), **_care(days), "patient_pseudonym": pseudonym, "assessment_date": dates}


def _days(people: People, today: int) -> _Days:
    left = np.maximum(people.discharge, people.death)
    last = np.where(left < 0, today, np.minimum(left, today))
    long = last - people.admission + 1
    patient = np.repeat(np.arange(len(people)), long)
    before = np.repeat(np.cumsum(long) - long, long)
    return _Days(people, patient, people.admission[patient] + np.arange(len(patient)) - before)


def _measured(days: _Days, asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in (f for f in _MEASURED if f in asked.said):
        (low, high, scale), chance = _MEASURED[field], days.chance(field)
        counted = low + (chance * (high - low)).astype(np.int64)
        value = counted if field in _WHOLE else counted / scale
        value = np.where(days.chance(f"measured {field}") < _NOT_MEASURED, np.nan, value)
        found |= measured(field, value, chance, asked)
    return found


def _care(days: _Days) -> dict[str, Any]:
    intensive = (days.people.intensive >= 0)[days.patient] & (days.day >= days.people.intensive[days.patient])
    ventilated = intensive & days.people.is_ventilated[days.patient]
    on_oxygen = intensive | (days.chance("oxygen") < _ON_OXYGEN)
    support = np.where(ventilated, "VENT", np.where(intensive, "HFNO", np.where(on_oxygen, "O2", "NONE")))
    return {
        "admission_number": 1,
        "assessment_number": 1,
        "icu": yes(intensive),
        "intubated": yes(ventilated),
        "high_flow_oxygen": yes(intensive & ~ventilated),
        "noninvasive_ventilation": "N",
        "ecmo": "N",
        "oxygen_therapy": yes(on_oxygen),
        "respiratory_support": support.astype(object),
        "spo2_on": np.where(on_oxygen, "OXYGEN", "ROOM_AIR").astype(object),
        "fio2_percent": np.where(on_oxygen, 28.0 + (days.chance("fio2") * 40).astype(np.int64), 21.0),
        "oxygen_flow_l_per_min": np.where(on_oxygen, 2.0 + (days.chance("flow") * 10).astype(np.int64), np.nan),
        "glasgow_coma_score": np.where(ventilated, 8, 15),
        "richmond_agitation_score": np.where(ventilated, -3, 0),
        "consciousness_avpu": np.where(ventilated, "PAIN", "ALERT").astype(object),
        "prone_position": yes(ventilated & (days.chance("prone") < 0.4)),  # noqa: PLR2004
        "vasopressor": yes(ventilated & (days.chance("vasopressor") < 0.5)),  # noqa: PLR2004
        "dialysis": yes(intensive & (days.chance("dialysis") < 0.1)),  # noqa: PLR2004
    }
