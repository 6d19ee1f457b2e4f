"""Rows of `treatments` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import Case, Row, case

URL = "https://health.example/study/7"
BOUNDS: Row = {"effect_ratio": 0.8, "effect_ratio_low": 0.7, "effect_ratio_high": 0.9}

CASES: tuple[Case, ...] = (
    case(
        "treatments",
        "effect-lies-within-its-interval",
        {**BOUNDS, "effect_ratio": 0.6},
        {**BOUNDS, "effect_ratio": 0.95},
        {"effect_ratio_low": 0.9, "effect_ratio_high": 0.7},
        BOUNDS,
        {"effect_ratio": 0.8, "effect_ratio_low": 0.8, "effect_ratio_high": 0.8},
        {"effect_ratio": 0.8},
        guilty=(0, 1, 2),
    ),
    case(
        "treatments",
        "effect-agrees-with-its-ratio",
        {"treatment_effect": "BENEFIT", "effect_ratio": 1.1},
        {"treatment_effect": "HARM", "effect_ratio": 0.9},
        {"treatment_effect": "BENEFIT", "effect_ratio": 0.9},
        {"treatment_effect": "HARM", "effect_ratio": 1.1},
        {"treatment_effect": "NO_DIFFERENCE", "effect_ratio": 1.1},
        guilty=(0, 1),
    ),
    case(
        "treatments",
        "benefit-is-beyond-chance",
        {"treatment_effect": "BENEFIT", "effect_ratio_low": 0.7, "effect_ratio_high": 1.1},
        {"treatment_effect": "HARM", "effect_ratio_low": 0.9, "effect_ratio_high": 1.4},
        {"treatment_effect": "BENEFIT", "effect_ratio_low": 0.7, "effect_ratio_high": 0.9},
        {"treatment_effect": "NO_DIFFERENCE", "effect_ratio_low": 0.7, "effect_ratio_high": 1.1},
        guilty=(0, 1),
    ),
    case(
        "treatments",
        "vaccine-has-the-code-of-a-vaccine",
        {"treatment_kind": "VACCINE", "atc_code": "J05AB16"},
        {"treatment_kind": "MEDICINE", "atc_code": "J07BN01"},
        {"treatment_kind": "VACCINE", "atc_code": "J07BN01"},
        {"treatment_kind": "MEDICINE", "atc_code": "J05AB16"},
        {"treatment_kind": "VACCINE"},
        guilty=(0, 1),
    ),
    case(
        "treatments",
        "adverse-events-come-to-the-treated",
        {"patients_with_adverse_events_count": 11, "patients_treated_count": 10},
        {"patients_with_adverse_events_count": 10, "patients_treated_count": 10},
        {"patients_with_adverse_events_count": 11},
    ),
    case(
        "treatments",
        "proven-treatment-shows-its-evidence",
        *({"evidence_level": level} for level in ("SYSTEMATIC_REVIEW", "RCT", "COHORT")),
        *({"evidence_level": level} for level in ("CASE_SERIES", "OPINION")),
        {"evidence_level": "RCT", "evidence_url": URL},
        {"evidence_level": "RCT", "trial_registration": "NCT04381936"},
        guilty=(0, 1, 2),
    ),
    case(
        "treatments",
        "harmful-treatment-is-not-recommended",
        {"treatment_effect": "HARM", "recommendation": "RECOMMENDED"},
        {"treatment_effect": "HARM", "recommendation": "CONDITIONAL"},
        {"treatment_effect": "HARM", "recommendation": "WITHDRAWN"},
        {"treatment_effect": "BENEFIT", "recommendation": "RECOMMENDED"},
        guilty=(0, 1),
    ),
    case(
        "treatments",
        "treatment-names-no-person",
        {"note": "Ask 12345678901"},
        {"note": "Write to nobody@mail.example"},
        {"note": "Call +7 700 000 00 00"},
        {"note": "200 mg on the first day, then 100 mg"},
        guilty=(0, 1, 2),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"treatment_id": "t1"}
