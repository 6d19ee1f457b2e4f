"""Rows of `misinformation_signals` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, case

URL = "https://health.example/answer/7"
SIGNAL: dict[str, Value] = {
    "signal_id": "s1",
    "signal_language": "tr",
    "first_seen_date": EARLY,
    "misinformation_topic": "VACCINE",
    "claim": "Garlic keeps the disease away",
    "claim_verdict": "FALSE",
    "rebuttal_url": URL,
}

CASES: tuple[Case, ...] = (
    case(
        "misinformation_signals",
        "refuted-claim-shows-its-rebuttal",
        {"claim_verdict": "FALSE"},
        {"claim_verdict": "MISLEADING"},
        {"claim_verdict": "UNPROVEN"},
        {"claim_verdict": "FALSE", "rebuttal_url": URL},
        {"claim_verdict": "TRUE"},
        guilty=(0, 1, 2),
    ),
    case(
        "misinformation_signals",
        "claim-names-no-person",
        {"claim": "Ask 123456789 for the cure"},
        {"claim": "Call +90 312 000 00 00 for the cure"},
        {"claim": "Write to nobody@mail.example for the cure"},
        {"claim": "Of 10 000 000 doses, 12345678 were salt water"},
        {"claim": "5G+vaccine @ home"},
        guilty=(0, 1, 2),
    ),
    case(
        "misinformation_signals",
        "closed-claim-is-said-to-be-closed",
        {"closed_date": LATE, "signal_status": "OPEN"},
        {"closed_date": LATE, "signal_status": "CLOSED"},
        {"signal_status": "OPEN"},
    ),
    case(
        "misinformation_signals",
        "claim-has-one-verdict-in-all-languages",
        SIGNAL,
        SIGNAL | {"signal_language": "ru", "claim": "Garlic", "claim_verdict": "TRUE"},
        SIGNAL | {"signal_id": "s2", "claim": "Onions"},
        SIGNAL | {"signal_id": "s2", "claim": "Leek", "signal_language": "ru", "misinformation_topic": "ORIGIN"},
        SIGNAL | {"signal_id": "s3", "claim": "Chives"},
        SIGNAL | {"signal_id": "s3", "claim": "Garlic and chives", "signal_language": "ru"},
        guilty=(0, 1, 2, 3),
    ),
    case(
        "misinformation_signals",
        "claim-is-reported-once",
        SIGNAL,
        SIGNAL | {"signal_id": "s2", "first_seen_date": LATE, "claim": "Garlic keeps the disease away!"},
        SIGNAL | {"signal_id": "s3", "signal_language": "ru"},
        SIGNAL | {"signal_id": "s4", "claim": "Garlic keeps diseases away"},
        guilty=(1,),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"signal_id": "s1", "signal_language": "tr"}
