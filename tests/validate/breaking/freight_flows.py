"""Rows of `freight_flows` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, case

SADARAK = "AZTR-SADARAK-DILUCU"  # the rows are sent by TR

CASES: tuple[Case, ...] = (
    case(
        "freight_flows",
        "freight-passes-a-crossing-of-its-state",
        {"border_crossing": "KZUZ-ZHIBEK-ZHOLY"},
        {"border_crossing": SADARAK},
        {"border_crossing": "IRTR-GURBULAK"},
    ),
    case(
        "freight_flows",
        "freight-partner-is-the-other-state-of-its-crossing",
        {"border_crossing": SADARAK, "partner_country": "GE"},
        {"border_crossing": SADARAK, "partner_country": "TR"},
        {"border_crossing": SADARAK, "partner_country": "AZ"},
        {"border_crossing": SADARAK},
        guilty=(0, 1),
    ),
    case(
        "freight_flows",
        "freight-week-starts-on-monday",
        {"period_type": "W", "period_start": LATE},
        {"period_type": "W", "period_start": EARLY},
        {"period_type": "D", "period_start": LATE},
    ),
    case(
        "freight_flows",
        "freight-month-starts-on-its-first-day",
        {"period_type": "M", "period_start": LATE},
        {"period_type": "M", "period_start": EARLY},
        {"period_type": "D", "period_start": LATE},
    ),
    case(
        "freight_flows",
        "drivers-found-positive-were-tested",
        {"drivers_tested_count": 3, "drivers_positive_count": 4},
        {"drivers_tested_count": 3, "drivers_positive_count": 3},
        {"drivers_positive_count": 4},
    ),
    case(
        "freight_flows",
        "drivers-tested-came-in-vehicles",
        {"drivers_tested_count": 31, "vehicles_count": 10},
        {"drivers_tested_count": 31, "vehicles_count": 10, "vehicles_refused_count": 1},
        {"drivers_tested_count": 30, "vehicles_count": 10},
        {"drivers_tested_count": 31},
    ),
    case(
        "freight_flows",
        "more-vehicles-pass-than-are-refused",
        {"vehicles_refused_count": 11, "vehicles_count": 10},
        {"vehicles_refused_count": 10, "vehicles_count": 10},
        {"vehicles_refused_count": 11},
    ),
    case(
        "freight_flows",
        "freight-has-a-plausible-weight",
        {"freight_tonnes": 501, "vehicles_count": 10},
        {"freight_tonnes": 141, "wagons_count": 1},
        {"freight_tonnes": 61, "containers_count": 1},
        {"freight_tonnes": 500, "vehicles_count": 10},
        {"freight_tonnes": 250, "vehicles_count": 1, "wagons_count": 1, "containers_count": 1},
        {"freight_tonnes": 501},
        guilty=(0, 1, 2),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"border_crossing": SADARAK, "direction": "IN", "period_type": "W", "period_start": EARLY}
