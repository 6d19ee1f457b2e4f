"""Rows of `rates` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from datetime import date

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, case

RATE: dict[str, Value] = {
    "region": "TR",
    "period_type": "D",
    "period_start": EARLY,
    "pathogen": "SARSCOV2",
    "rate_indicator": "PNEUMONIA_SHARE",
    "rate_unit": "PERCENT",
    "rate": 9.4,
}
INCIDENCE = RATE | {"rate_indicator": "CASES_PER_POPULATION", "rate_unit": "PER_100K"}


def _rate(indicator: str, rate: float) -> dict[str, Value]:
    return RATE | {"rate_indicator": indicator, "rate": rate}


OF_A_POPULATION = ("CASES_PER_POPULATION", "DEATHS_PER_POPULATION", "TESTS_PER_POPULATION", "HOSAD_PER_POPULATION")

CASES: tuple[Case, ...] = (
    case(
        "rates",
        "rate-unit-fits-its-indicator",
        *(_rate(indicator, 9.4) for indicator in OF_A_POPULATION),
        *(_rate(indicator, 9.4) | {"rate_unit": "PER_100K"} for indicator in OF_A_POPULATION),
        guilty=(0, 1, 2, 3),
    ),
    case(
        "rates",
        "persons-do-not-exceed-the-population",
        *(_rate(of, 100_001.0) | {"rate_unit": "PER_100K"} for of in OF_A_POPULATION),
        INCIDENCE | {"rate": 1_000_000.0, "rate_unit": "PER_MILLION"},
        guilty=(0, 1, 3),
    ),
    case("rates", "age-bands-of-rates-are-ordered", RATE | {"age_from_years": 0, "age_to_years": 4}, guilty=()),
    case(
        "rates",
        "share-is-at-most-100-percent",
        RATE | {"rate": 940.0},
        RATE | {"rate": 100.0},
        _rate("TEST_POSITIVITY", 100.1),
        _rate("CASE_FATALITY", 101.0),
        _rate("BED_OCCUPANCY", 101.0),
        guilty=(0, 2, 3),
    ),
    case(
        "rates",
        "occupancy-is-at-most-150-percent",
        _rate("BED_OCCUPANCY", 151.0),
        _rate("BED_OCCUPANCY", 150.0),
        _rate("ICU_OCCUPANCY", 151.0),
        _rate("VENT_OCCUPANCY", 151.0),
        guilty=(0, 2, 3),
    ),
    case(
        "rates",
        "coverage-rate-is-at-most-110-percent",
        _rate("VACCINATION_COVERAGE", 111.0),
        _rate("VACCINATION_COVERAGE", 110.0),
    ),
    case(
        "rates",
        "rate-unit-fits-its-indicator",
        RATE | {"rate_unit": "PER_100K"},
        RATE,
        _rate("CASES_PER_POPULATION", 9.4),
        INCIDENCE,
        guilty=(0, 2),
    ),
    case(
        "rates",
        "persons-do-not-exceed-the-population",
        INCIDENCE | {"rate": 100_001.0},
        INCIDENCE | {"rate": 100_001.0, "rate_unit": "PER_MILLION"},
        INCIDENCE | {"rate": 100_001.0, "rate_indicator": "TESTS_PER_POPULATION"},
        INCIDENCE | {"rate": 1_000_001.0, "rate_unit": "PER_MILLION"},
        INCIDENCE | {"rate": 100_000.0},
        guilty=(0, 3),
    ),
    case(
        "rates",
        "age-bands-of-rates-are-ordered",
        RATE | {"age_from_years": 20, "age_to_years": 10},
        RATE,
        RATE | {"age_to_years": 20},
        RATE | {"age_from_years": 10, "age_to_years": 20},
        guilty=(0, 2),
    ),
    case(
        "rates",
        "week-of-a-rate-starts-on-monday",
        RATE | {"period_type": "W", "period_start": date(2021, 2, 27)},
        RATE | {"period_type": "W"},
        RATE | {"period_start": LATE},
    ),
    case(
        "rates",
        "month-of-a-rate-starts-on-its-first-day",
        RATE | {"period_type": "M", "period_start": LATE},
        RATE | {"period_type": "M"},
        RATE | {"period_start": LATE},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = RATE | {"rate": None}
