"""Rows of `best_practices` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import Case, Row, Value, case

URL = "https://health.example/study/7"
PRACTICE: dict[str, Value] = {
    "practice_id": "p1",
    "practice_language": "en",
    "practice_domain": "TESTING",
    "evidence_level": "CASE_SERIES",
}

CASES: tuple[Case, ...] = (
    case(
        "best_practices",
        "proven-practice-shows-its-evidence",
        *({"evidence_level": level} for level in ("SYSTEMATIC_REVIEW", "RCT", "COHORT")),
        *({"evidence_level": level} for level in ("CASE_SERIES", "OPINION")),
        {"evidence_level": "RCT", "document_url": URL},
        guilty=(0, 1, 2),
    ),
    case(
        "best_practices",
        "practice-is-told-in-english-too",
        PRACTICE | {"practice_language": "tr"},
        PRACTICE | {"practice_id": "p2", "practice_language": "tr"},
        PRACTICE | {"practice_id": "p2"},
    ),
    case(
        "best_practices",
        "practice-is-the-same-in-all-languages",
        PRACTICE,
        PRACTICE | {"practice_language": "tr", "practice_domain": "BORDER"},
        PRACTICE | {"practice_id": "p2"},
        PRACTICE | {"practice_id": "p2", "practice_language": "tr", "evidence_level": "OPINION"},
        PRACTICE | {"practice_id": "p3"},
        PRACTICE | {"practice_id": "p3", "practice_language": "tr"},
        guilty=(0, 1, 2, 3),
    ),
    case(
        "best_practices",
        "adopted-practice-names-its-state",
        {"adopted_from_practice": "P7"},
        {"adopted_from_practice": "P7", "adopted_from_country": "KZ"},
        {"adopted_from_country": "KZ"},
    ),
    case(
        "best_practices",
        "practice-names-no-person",
        {"practice_description": "Ask 12345678901"},
        {"practice_description": "Vans", "practice_title": "Write to nobody@mail.example"},
        {"practice_description": "Vans", "practice_result": "Known to +7 700 000 00 00"},
        {"practice_description": "Vans", "contact_role": "Call 998901234567"},
        {"practice_description": "12 vans in 2021 took 120 000 tests", "contact_role": "Department 7"},
        guilty=(0, 1, 2, 3),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"practice_id": "p1", "practice_language": "en"}
