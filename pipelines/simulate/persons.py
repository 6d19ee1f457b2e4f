"""Persons who fell ill: who they are, how the disease went, day by day in an order that life allows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.simulate.spoken import spoken
from pipelines.simulate.vital_signs import vital_signs
from pipelines.simulate.window import Fact, Value, Window

if TYPE_CHECKING:
    import numpy as np

_A_WEEK = 60  # persons
_ADULT, _OLDEST_MOTHER, _RETIRED = 18, 45, 65
_PLACE_FIELDS = ("region_notification", "region_residence", "region_facility")


def persons(source: Source, declared: Declarations, window: Window, rng: np.random.Generator) -> list[Fact]:
    """Draw the persons of a line list, or the stays of a list of admissions, in the order of report."""
    places = _places(source, declared, window)
    reported = sorted(max(rng.integers(0, len(window.days), 2)) for _ in range(_A_WEEK * window.weeks))
    drawn = [_person(window.days[day], window.last, source, declared, rng) for day in reported]
    numbered = {"case_id", "patient_pseudonym"} & {*declared.tables[source.table].fields}
    for number, person in enumerate(drawn, start=1):
        person.update(dict.fromkeys(numbered, f"{window.first:%y}-{number:05d}"))
        home = places[int(rng.integers(0, len(places)))] if places else None
        person.update(dict.fromkeys(_PLACE_FIELDS, home))
    return [{**person, **source.constants} for person in drawn]


def _places(source: Source, declared: Declarations, window: Window) -> list[str]:
    """Give the regions that every place column of the source can name."""
    fields = [f for f in _PLACE_FIELDS if f in source.map]
    named = [set(spoken(source, declared, f)) for f in fields]
    own = [p for p in declared.places.values() if p.country == source.country and p.geo_level == "region"]
    there = [p.place_id for p in own if not (p.valid_from and p.valid_from > window.first)]
    return [place for place in there if all(place in names for names in named)] if fields else []


def _person(report: date, last: date, source: Source, declared: Declarations, rng: np.random.Generator) -> Fact:
    age = int(min(rng.integers(0, 100), rng.integers(25, 100)))
    sex = "F" if _chance(rng, 0.52) else "M"
    must = "D" if source.constants.get("outcome") == "D" else ""
    admitted = bool(must) or source.table == "clinical_admissions" or _chance(rng, 0.05 + age / 250)
    ill = _illness(report, rng)
    stay = _stay(report, last, age, must, rng) if admitted else _at_home(report, last)
    who: Fact = {
        "age_years": age,
        "sex": sex,
        "healthcare_worker": _yes(_ADULT <= age < _RETIRED and _chance(rng, 0.08)),
    }
    found: Fact = {f: _yes(_chance(rng, age / 250)) for f in declared.fields if f.startswith("precondition_")}
    found["precondition_pregnancy"] = _yes(sex == "F" and _ADULT <= age <= _OLDEST_MOTHER and _chance(rng, 0.06))
    return {**found, **who, **ill, **stay, **_symptoms(ill, declared, rng), **vital_signs(age, rng)}


def _illness(report: date, rng: np.random.Generator) -> Fact:
    """Draw the days before the report, and how sure it is that it was the disease."""
    onset = report - timedelta(days=int(rng.integers(0, 9)))
    sure, contact = ("CONF", "CONF", "CONF", "PROB", "POSS")[int(rng.integers(0, 5))], _chance(rng, 0.3)
    silent = sure == "CONF" and _chance(rng, 0.15)
    return {
        "report_date": report,
        "onset_date": None if silent else onset,
        "specimen_date": onset + timedelta(days=int(rng.integers(0, (report - onset).days + 1))),
        "asymptomatic": _yes(silent),
        "case_classification": sure,
        "diagnosis_icd10": "U07.1" if sure == "CONF" else "U07.2",
        "laboratory_result": {"CONF": "DETECTED", "PROB": "NOT_DETECTED"}.get(sure, "PENDING"),
        "contact_known_case": _yes(contact),
        "reason_tested": "CASE_CONTACT" if contact else "SEEKING_HC",
        "admission_number": 1,
    }


def _symptoms(ill: Fact, declared: Declarations, rng: np.random.Generator) -> Fact:
    there = ill["asymptomatic"] == "N"
    coded = [f for f, entry in declared.fields.items() if f.startswith("symptom_") and entry.type == "code"]
    return {f: _yes(_chance(rng, 0.4) and there) for f in coded}


def _at_home(report: date, last: date) -> Fact:
    recovered = report + timedelta(days=14)
    well = recovered <= last
    ended: Fact = {"outcome": "A", "outcome_date": recovered} if well else {"outcome": "STILLTREATMENT"}
    return {"hospitalised": "N", "icu": "N", "intubated": "N", **ended}


def _stay(report: date, last: date, age: int, must: str, rng: np.random.Generator) -> Fact:
    """Draw a stay in hospital. What would end behind the last day has not ended yet."""
    admitted = min(report + timedelta(days=int(rng.integers(0, 3))), last)
    intensive = _chance(rng, 0.1 + age / 400)
    intensive_from = min(admitted + timedelta(days=int(rng.integers(0, 4))), last)
    end = intensive_from + timedelta(days=int(rng.integers(2, 15)))
    dies = bool(must) or (intensive and _chance(rng, 0.4))
    known: Fact = {
        "hospitalised": "Y",
        "hospitalisation_date": admitted,
        "admission_date": admitted,
        "icu": _yes(intensive),
        "icu_date": intensive_from if intensive else None,
        "intubated": _yes(intensive and _chance(rng, 0.5)),
        "pneumonia_at_admission": _yes(_chance(rng, 0.6)),
    }
    if not must and end > last:
        return {**known, "outcome": "STILLTREATMENT"}
    ended: dict[str, Value] = {"death_date": end} if dies else {"discharge_date": end}
    return {**known, **ended, "outcome": "D" if dies else "A", "outcome_date": end}


def _chance(rng: np.random.Generator, probability: float) -> bool:
    return bool(rng.random() < probability)


def _yes(answer: bool) -> str:  # noqa: FBT001  the answer itself
    return "Y" if answer else "N"
