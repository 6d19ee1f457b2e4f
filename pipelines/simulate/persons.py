"""What a sender knows of persons on a day: who they are, how the disease went so far, what was measured."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.world import People, Well

_SMALL, _ADULT, _OLDEST_MOTHER, _RETIRED, _GROWN = 2, 18, 45, 65, 18
_CLASSES = np.array(["CONF", "PROB", "POSS"], object)
_RESULTS = np.array(["DETECTED", "NOT_DETECTED", "PENDING"], object)
_DIAGNOSES = np.array(["U07.1", "U07.2", "U07.2"], object)
_LATE_ENTRY = 0.1
_RARE = {"complication_stillbirth", "complication_bronchiolitis", "complication_encephalitis"}

NOTHING = np.array(None, object)  # what is absent, beside codes and texts

Known = dict[str, Any]
Somebody = TypeVar("Somebody", People, Well)


def known(people: People, asked: Asked) -> Known:
    """Give every field of these persons that a line list or a list of admissions may have, as known on the day."""
    return {
        **_told(people, asked),
        **_illness(people, asked.today),
        **_care(people, asked.today),
        **_measured(people),
    }


def entered(people: People, asked: Asked) -> People:
    """Give those whom somebody has typed in by the day: one in ten is entered one to three days late."""
    drawn = people.chance("entered")
    late = np.where(drawn < _LATE_ENTRY, 1 + (drawn / _LATE_ENTRY * 3).astype(np.int64), 0)
    return people.where(people.report + late <= asked.today)


def named_places(people: Somebody, asked: Asked, *fields: str) -> tuple[Somebody, dict[str, np.ndarray]]:
    """Give the persons whose place has a name in each of the fields that the source sends, and the places."""
    sent = [f for f in fields if f in asked.source.map]
    regions = np.array(people.world.regions, object)
    able = np.ones(len(regions), bool)
    for field in sent:
        named = {where.place_id for where in asked.places(field)}
        able &= np.array([region in named for region in regions])
    chosen = people.where(able[people.region])
    return chosen, dict.fromkeys(fields, regions[chosen.region])


def complications(people: People, asked: Asked) -> Known:
    """Give the complications that the source sends: of those only who have come to intensive care by the day."""
    severe = (people.intensive >= 0) & (people.intensive <= asked.today)
    fields = [f for f in asked.said if f.startswith("complication_")]
    return {f: yes(severe & (people.chance(f) < 0.2) & (f not in _RARE)) for f in fields}  # noqa: PLR2004


def yes(answers: np.ndarray) -> np.ndarray:
    """Give Y where something is so, and N elsewhere."""
    said: np.ndarray = np.array(["N", "Y"], object)[answers.astype(np.int64)]
    return said


def numbered(prefix: str, number: np.ndarray) -> Any:
    """Give identifiers: the prefix and the number in at least five digits."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), 5, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def _told(people: People, asked: Asked) -> Known:
    """Give who they are, and what they told of themselves."""
    age, dictionary = people.age, asked.declared.fields
    preconditions = [f for f, e in dictionary.items() if f.startswith("precondition_") and e.type == "code"]
    symptoms = [f for f, e in dictionary.items() if f.startswith("symptom_") and e.type == "code"]
    mother = ~people.is_female | (age < _ADULT) | (age > _OLDEST_MOTHER)
    working = (age >= _ADULT) & (age < _RETIRED)
    found: Known = {f: yes(people.chance(f) < age / 250) for f in preconditions if f in asked.said}
    found |= {f: yes((people.chance(f) < 0.4) & ~people.is_silent) for f in symptoms if f in asked.said}  # noqa: PLR2004
    contact = people.chance("contact") < 0.3  # noqa: PLR2004
    return {
        **found,
        "age_years": age,
        "sex": np.where(people.is_female, "F", "M").astype(object),
        "healthcare_worker": yes(working & (people.chance("healthcare worker") < 0.08)),  # noqa: PLR2004
        "precondition_postpartum": yes(~mother & (people.chance("pregnant") > 0.97)),  # noqa: PLR2004
        "precondition_preterm": yes((age < _SMALL) & (people.chance("preterm") < 0.1)),  # noqa: PLR2004
        "precondition_pregnancy": yes(~mother & (people.chance("pregnant") < 0.06)),  # noqa: PLR2004
        "contact_known_case": yes(contact),
        "smoking_status": _smoking(people),
        "reason_tested": np.where(contact, "CASE_CONTACT", "SEEKING_HC").astype(object),
    }


def _smoking(people: People) -> np.ndarray:
    """Give who smokes, as `precondition_smoking` says it, and of the others who did before."""
    now, before = people.chance("precondition_smoking") < people.age / 250, people.chance("smoked") < people.age / 400
    return np.where(now, "CURRENT", np.where(before, "FORMER", "NEVER")).astype(object)


def _illness(people: People, today: int) -> Known:
    return {
        "report_date": people.dates(people.report, today),
        "onset_date": people.dates(np.where(people.is_silent, -1, people.onset), today),
        "specimen_date": people.dates(people.specimen, today),
        "asymptomatic": yes(people.is_silent),
        "case_classification": _CLASSES[people.classification],
        "diagnosis_icd10": _DIAGNOSES[people.classification],
        "antigen_result": np.where(people.chance("antigen") < 0.5, _RESULTS[people.classification], NOTHING),  # noqa: PLR2004
        "laboratory_result": _RESULTS[people.classification],
    }


def _care(people: People, today: int) -> Known:
    """Give the way through hospital so far. What has not come yet is not known, and not written."""
    admission, intensive, discharge, death = (
        people.dates(days, today) for days in (people.admission, people.intensive, people.discharge, people.death)
    )
    ended = people.dates(np.maximum(np.maximum(people.discharge, people.recovery), people.death), today)
    in_intensive = ~np.isnat(intensive)
    outcome = np.where(np.isnat(ended), "STILLTREATMENT", np.where(np.isnat(death), "A", "D")).astype(object)
    return {
        "hospitalised": yes(~np.isnat(admission)),
        "hospitalisation_date": admission,
        "admission_date": admission,
        "admission_number": 1,
        "icu": yes(in_intensive),
        "icu_date": intensive,
        "intubated": yes(in_intensive & people.is_ventilated),
        "respiratory_support": np.where(in_intensive & people.is_ventilated, "VENT", "NONE").astype(object),
        "pneumonia_at_admission": yes(people.chance("pneumonia") < 0.6),  # noqa: PLR2004
        "outcome": outcome,
        "outcome_date": ended,
        "discharge_date": discharge,
        "death_date": death,
        "death_due_to_disease": yes(~np.isnat(death)),
    }


def _measured(people: People) -> Known:
    """Give what is measured at admission: what a living body shows, and agrees; one in twenty is not measured."""
    grown = people.age >= _GROWN

    def between(name: str, low: Any, high: Any) -> np.ndarray:
        return np.asarray(low + people.chance(name) * (high - low)).astype(np.int64)

    height = np.where(grown, between("height", 150, 196), 60 + 5 * people.age + between("height", 0, 20))
    index = between("weight", np.where(grown, 19, 14), np.where(grown, 35, 20))
    found = {
        "temperature_celsius": between("temperature", 360, 405) / 10,
        "fio2_percent": between("fio2", 21, 60) / 1,
        "glasgow_coma_score": np.where(people.chance("coma") < 0.9, 15, 13),  # noqa: PLR2004
        "heart_rate_per_min": between("heart rate", 55, 140),
        "respiratory_rate_per_min": between("respiratory rate", 12, 35),
        "systolic_pressure_mmhg": between("systolic", 95, 180),
        "diastolic_pressure_mmhg": between("diastolic", 50, 90),
        "spo2_percent": between("saturation", 78, 100) / 1,
        "height_cm": height / 1,
        "weight_kg": (height * height * index // 1000) / 10,
    }
    return {f: np.where(people.chance(f"measured {f}") < 0.05, np.nan, v) for f, v in found.items()}  # noqa: PLR2004
