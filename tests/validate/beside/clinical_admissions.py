"""Admissions against the line list, and against the admissions of the weeks before."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day, many
from tests.validate.breaking.case import Value


def _stay(patient: str, outcome: str) -> dict[str, Value]:
    left = {"D": "death_date", "A": "discharge_date"}[outcome]
    return {"patient_pseudonym": patient, "admission_date": day(1), left: day(9), "outcome": outcome}


def _listed(case_id: str, outcome: str) -> dict[str, Value]:
    died = {"death_date": day(5)} if outcome == "D" else {}
    return {"case_id": case_id, "report_date": day(0), "outcome": outcome, **died}


def _week(number: int, patients: int, **said: Value) -> list[dict[str, Value]]:
    whole: dict[str, Value] = {"admission_date": day(7 * number), "sex": "F", "age_years": 50, "spo2_percent": 95.0}
    rows = many(patients, {**whole, **said}, key="patient_pseudonym")
    return [row | {"patient_pseudonym": f"{number}-{row['patient_pseudonym']}"} for row in rows]


BEFORE = {"clinical_admissions": [row for n in range(4) for row in _week(n, 20)]}
LISTED = {"cases": [_listed("1", "D"), _listed("2", "A"), _listed("3", "D"), _listed("4", "A")]}

CASES: tuple[Beside, ...] = (
    Beside(
        "clinical_admissions",
        "patient-dead-in-the-line-list-died-here",
        [_stay("1", "A"), _stay("2", "A"), _stay("3", "D")],
        LISTED,
        guilty=(0,),
        told="2021-03-06",
    ),
    Beside(
        "clinical_admissions",
        "patient-who-died-here-is-dead-in-the-line-list",
        [_stay("2", "D"), _stay("3", "D"), _stay("4", "A")],
        LISTED,
        guilty=(0,),
    ),
    Beside(
        "clinical_admissions",
        "share-of-unknown-of-patients-does-not-jump",
        _week(4, 20, spo2_percent=None),
        BEFORE,
        guilty=(0,),
        told="spo2_percent 100 % (0 %)",
    ),
    Beside("clinical_admissions", "share-of-unknown-of-patients-does-not-jump", _week(4, 19, sex=None), BEFORE),
)
