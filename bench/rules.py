"""The line list's rules, about a hundred, as values: what a rival must check to be compared with us.

Field rules follow from the columns; only what relates two fields is listed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

EARLIEST = date(2019, 12, 1)
LATEST = date(2023, 6, 30)
"""The benchmark's today: fixed, so that a run of next year checks the same."""

CASE_ID_PATTERN = r"^KZ-\d{9}$"

DATE_ORDERS: tuple[tuple[str, str], ...] = (
    ("onset_date", "specimen_date"),
    ("onset_date", "report_date"),
    ("onset_date", "hospitalisation_date"),
    ("onset_date", "icu_date"),
    ("onset_date", "death_date"),
    ("specimen_date", "report_date"),
    ("specimen_date", "death_date"),
    ("hospitalisation_date", "icu_date"),
    ("hospitalisation_date", "death_date"),
    ("icu_date", "death_date"),
)
"""The first is not after the second, where both are known."""


@dataclass(frozen=True, slots=True)
class When:
    """The rows that a rule is about: those where the field has this value, or (None) any value."""

    field: str
    value: str | int | None = None


@dataclass(frozen=True, slots=True)
class Implication:
    """Where `when` holds, the field is empty, or is filled, or has one of the values, or reaches the least value."""

    when: When
    field: str
    then: Literal["empty", "filled"] | tuple[str | int, ...]
    least: int | None = None


IMPLICATIONS: tuple[Implication, ...] = (
    Implication(When("outcome", "A"), "death_date", "empty"),
    Implication(When("outcome", "STILLTREATMENT"), "death_date", "empty"),
    Implication(When("outcome", "D"), "death_date", "filled"),
    Implication(When("death_date"), "outcome", ("D",)),
    Implication(When("icu", "Y"), "hospitalised", ("Y",)),
    Implication(When("icu", "Y"), "icu_date", "filled"),
    Implication(When("icu", "N"), "icu_date", "empty"),
    Implication(When("icu_date"), "icu", ("Y",)),
    Implication(When("hospitalised", "Y"), "hospitalisation_date", "filled"),
    Implication(When("hospitalised", "N"), "hospitalisation_date", "empty"),
    Implication(When("hospitalised", "N"), "icu_date", "empty"),
    Implication(When("asymptomatic", "Y"), "onset_date", "empty"),
    Implication(When("asymptomatic", "N"), "onset_date", "filled"),
    Implication(When("vaccinated", "N"), "doses", (0,)),
    Implication(When("vaccinated", "Y"), "doses", "filled"),
    Implication(When("vaccinated", "Y"), "doses", (), least=1),
    Implication(When("healthcare_worker", "Y"), "age_years", (), least=15),
    Implication(When("reason_tested", "CASE_CONTACT"), "contact_known_case", ("Y",)),
)
