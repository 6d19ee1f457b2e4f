"""Rows of `vaccine_transfers` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, case

GIVEN: dict[str, Value] = {  # sent by TR
    "giving_country": "TR",
    "receiving_country": "KG",
    "transfer_side": "GIVER",
    "vaccine_product": "SIN",
    "period_type": "W",
    "period_start": EARLY,
    "doses_transferred_count": 1000,
}

CASES: tuple[Case, ...] = (
    case(
        "vaccine_transfers",
        "doses-pass-between-two-states",
        {"giving_country": "TR", "receiving_country": "TR"},
        {"giving_country": "TR", "receiving_country": "KG"},
        {"giving_country": "TR"},
    ),
    case(
        "vaccine_transfers",
        "transfer-side-is-the-reporting-state",
        {"transfer_side": "GIVER", "giving_country": "KG", "receiving_country": "TR"},
        {"transfer_side": "RECEIVER", "giving_country": "TR", "receiving_country": "KG"},
        {"transfer_side": "GIVER", "giving_country": "TR", "receiving_country": "KG"},
        {"transfer_side": "RECEIVER", "giving_country": "KG", "receiving_country": "TR"},
        guilty=(0, 1),
    ),
    case(
        "vaccine_transfers",
        "transfer-week-starts-on-monday",
        {"period_type": "W", "period_start": LATE},
        {"period_type": "W", "period_start": EARLY},
        {"period_type": "D", "period_start": LATE},
    ),
    case(
        "vaccine_transfers",
        "transfer-month-starts-on-its-first-day",
        {"period_type": "M", "period_start": LATE},
        {"period_type": "M", "period_start": EARLY},
        {"period_type": "D", "period_start": LATE},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {f: v for f, v in GIVEN.items() if f != "doses_transferred_count"}
