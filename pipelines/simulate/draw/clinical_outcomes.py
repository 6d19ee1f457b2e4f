"""Outcomes of stays in hospital: how each went so far, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.persons import NOTHING, complications, entered, known, numbered, yes
from pipelines.simulate.world import People

_TREATED = {
    "treatment_antiviral": 0.4,
    "treatment_corticosteroid": 0.6,
    "treatment_anticoagulant": 0.7,
    "treatment_tocilizumab": 0.05,
    "treatment_plasma": 0.05,
    "treatment_antibody": 0.05,
    "treatment_antibiotic": 0.5,
    "treatment_hydroxychloroquine": 0.1,
}
_NAMED = {  # what was given, the likelier one first
    "antiviral_atc": ("treatment_antiviral", "J05AX27", "J05AB16"),
    "corticosteroid_atc": ("treatment_corticosteroid", "H02AB02", "H02AB04"),
}


def clinical_outcomes(asked: Asked) -> Iterator[Columns]:
    """Give one stay of each person who was admitted by the day."""
    for reported in asked.world.people(asked.today):
        people = entered(reported, asked)
        people = people.where((people.admission >= 0) & (people.admission <= asked.today))
        pseudonym = numbered(f"{asked.window.first:%y}-", people.number + 1)
        course = {**_treated(people), **complications(people, asked), **_intensive(people, asked.today)}
        yield {**known(people, asked), **course, "patient_pseudonym": pseudonym}


def _treated(people: People) -> dict[str, Any]:
    given = {f: people.chance(f) < share for f, share in _TREATED.items()}
    named = {
        f: np.where(given[of], np.where(people.chance(f) < 0.7, first, second), NOTHING)  # noqa: PLR2004
        for f, (of, first, second) in _NAMED.items()
    }
    return {f: yes(had) for f, had in given.items()} | named


def _intensive(people: People, today: int) -> dict[str, Any]:
    """Give the days in intensive care so far; who was there stays there until the stay ends."""
    left = np.maximum(people.discharge, people.death)
    ended = (left >= 0) & (left <= today)
    there = (people.intensive >= 0) & (people.intensive <= today)
    days = np.where(there, np.where(ended, left, today) - people.intensive + 1, 0)
    status = np.where(people.chance("status") < 0.8, "SAME", "WORSE")  # noqa: PLR2004
    alive = ended & (people.death < 0)
    return {
        "icu_stay_days": days,
        "ventilation_days": np.where(people.is_ventilated, days, 0),
        "ecmo": "N",
        "dialysis": yes(there & (people.chance("dialysis") < 0.1)),  # noqa: PLR2004
        "functional_status": np.where(alive, status, NOTHING),
    }
