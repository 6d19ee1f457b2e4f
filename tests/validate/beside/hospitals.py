"""Hospitals: their stays against admissions, outcomes and the line list, their beds against those published before."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day
from tests.validate.breaking.case import Value

BEDS: dict[str, Value] = {"region": "TR-06", "facility_code": "h1", "period_type": "D", "pathogen": "SARSCOV2"}


def _beds(n: int, hospital: str = "h1", **more: Value) -> dict[str, Value]:
    return {**BEDS, "facility_code": hospital, "period_start": day(n), **more}


def _stay(patient: str, first: int = 10, **more: Value) -> dict[str, Value]:
    return {"patient_pseudonym": patient, "admission_number": 1, "admission_date": day(first), **more}


def _noted(patient: str, n: int) -> dict[str, Value]:
    return {"patient_pseudonym": patient, "admission_number": 1, "assessment_date": day(n)}


def _listed(case_id: str, outcome: str, **more: Value) -> dict[str, Value]:
    return {"case_id": case_id, "report_date": day(9), "outcome": outcome, **more}


STAYS = {
    "clinical_admissions": [
        _stay("1", discharge_date=day(20), outcome="A"),
        _stay("2", death_date=day(20), outcome="D"),
        _stay("3"),
    ]
}
ENDED = {
    "clinical_outcomes": [
        _stay("1", outcome="A", outcome_date=day(20)),
        _stay("2", outcome="STILLTREATMENT", outcome_date=day(20)),
    ]
}
TEN = [_beds(n, f"h{i}") for n in (0, 1) for i in range(10)]

CASES: tuple[Beside, ...] = (
    Beside(
        "clinical_daily",
        "assessment-belongs-to-an-admission",
        [_noted("9", 12), _noted("1", 12)],
        STAYS,
        guilty=(0,),
    ),
    Beside(
        "clinical_daily",
        "assessment-is-within-the-stay",
        [_noted("1", 9), _noted("1", 10), _noted("1", 21), _noted("2", 21), _noted("3", 90)],
        STAYS,
        guilty=(0, 2, 3),
    ),
    Beside(
        "clinical_daily",
        "assessment-is-not-after-the-outcome",
        [_noted("1", 21), _noted("1", 20), _noted("2", 21)],
        ENDED,
        guilty=(0,),
    ),
    Beside(
        "clinical_outcomes",
        "outcome-belongs-to-an-admission",
        [_stay("9"), _stay("1"), _stay("1", admission_number=2)],
        STAYS,
        guilty=(0, 2),
    ),
    Beside(
        "clinical_outcomes",
        "outcome-agrees-with-the-admission",
        [_stay("1", outcome="D"), _stay("2", outcome="LAMA"), _stay("3", outcome="D"), _stay("2", outcome="UNK")],
        STAYS,
        guilty=(0, 1),
    ),
    Beside(
        "clinical_outcomes",
        "death-in-hospital-is-a-death-in-the-line-list",
        [
            _stay("1", outcome="D"),
            _stay("2", outcome="A", outcome_date=day(30)),
            _stay("3", outcome="A", outcome_date=day(30)),
            _stay("4", outcome="D"),
        ],
        {
            "cases": [
                _listed("1", "A"),
                _listed("2", "D", death_date=day(30)),
                _listed("3", "D", death_date=day(31)),
                _listed("4", "UNK"),
            ]
        },
        guilty=(0, 1),
    ),
    Beside(
        "clinical_outcomes",
        "outcome-does-not-return-from-death",
        [_stay("1", outcome="A"), _stay("2", outcome="D"), _stay("3", outcome="A"), _stay("4", outcome="UNK")],
        {"clinical_outcomes": [_stay(p, outcome=o) for p, o in zip("1234", "DDAD", strict=True)]},
        guilty=(0,),
    ),
    Beside(
        "hospital_capacity",
        "hospitals-do-not-vanish",
        [_beds(2, f"h{i}") for i in range(8)],
        {"hospital_capacity": TEN},
        guilty=(0,),
    ),
    Beside(
        "hospital_capacity",
        "hospitals-do-not-vanish",
        [_beds(2, f"h{i}") for i in range(9)],
        {"hospital_capacity": TEN},
    ),
    Beside(
        "hospital_capacity",
        "hospital-is-known",
        [_beds(2, "h11"), _beds(2, "h1"), _beds(2, "_T")],
        {"hospital_capacity": TEN},
        guilty=(0,),
    ),
    Beside(
        "hospital_capacity",
        "beds-are-in-line-with-history",
        [
            _beds(2, beds_inpatient_count=131),
            _beds(2, "h2", beds_inpatient_count=130),
            _beds(3, beds_inpatient_count=1),
        ],
        {"hospital_capacity": [_beds(1, h, beds_inpatient_count=100) for h in ("h1", "h2")]},
        guilty=(0,),
        told="100",
    ),
    Beside(
        "hospital_capacity",
        "hospital-figures-do-not-stand-still",
        [
            _beds(7, beds_occupied_count=50),
            _beds(7, "h2", beds_occupied_count=51),
            _beds(7, "h3", beds_occupied_count=9),
        ],
        {
            "hospital_capacity": [
                _beds(n, h, beds_occupied_count=beds)
                for n in range(7)
                for h, beds in (("h1", 50), ("h2", 50), ("h3", 9))
            ]
        },
        guilty=(0,),
        told="50",
    ),
)
