"""Rows of `border_status` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, apart, case, day

STATUS: dict[str, Value] = {
    "border_crossing": "AZTR-SADARAK-DILUCU",
    "direction": "IN",
    "border_traffic": "FREIGHT",
    "status_start_date": EARLY,
    "status_end_date": LATE,
    "border_status": "OPEN",
}

CASES: tuple[Case, ...] = (
    case(
        "border_status",
        "status-is-of-a-crossing-of-its-state",
        {"border_crossing": "KZUZ-ZHIBEK-ZHOLY"},
        {"border_crossing": "AZTR-SADARAK-DILUCU"},
        {"border_crossing": "IRTR-GURBULAK"},
    ),
    apart(
        "border_status",
        "status-spells-do-not-overlap",
        STATUS,
        STATUS | {"status_start_date": LATE, "status_end_date": None},
        place="border_crossing",
        series={"border_crossing": None, "direction": "OUT", "border_traffic": "TRANSIT"},
        guilty=1,
    ),
    case(
        "border_status",
        "status-spells-do-not-overlap",
        STATUS,
        STATUS | {"status_start_date": day(5), "status_end_date": None},
        STATUS | {"status_start_date": day(9)},
        guilty=(2,),
    ),
    case(
        "border_status",
        "closed-crossing-is-not-open-for-hours",
        {"border_status": "CLOSED", "open_hours_per_day": 1},
        {"border_status": "CLOSED", "open_hours_per_day": 0},
        {"border_status": "LIMITED", "open_hours_per_day": 1},
        {"border_status": "CLOSED"},
    ),
    case(
        "border_status",
        "open-crossing-is-open-for-hours",
        {"border_status": "OPEN", "open_hours_per_day": 0},
        {"border_status": "OPEN", "open_hours_per_day": 1},
        {"border_status": "LIMITED", "open_hours_per_day": 0},
        {"border_status": "OPEN"},
    ),
    case(
        "border_status",
        "limited-crossing-has-a-reason",
        {"border_status": "LIMITED"},
        {"border_status": "CLOSED"},
        {"border_status": "CLOSED", "restriction_reason": "EPIDEMIC"},
        {"border_status": "OPEN"},
        guilty=(0, 1),
    ),
    case(
        "border_status",
        "open-crossing-has-no-reason-to-be-limited",
        {"border_status": "OPEN", "restriction_reason": "WORKS"},
        {"border_status": "OPEN", "restriction_reason": "UNK"},
        {"border_status": "LIMITED", "restriction_reason": "WORKS"},
        {"border_status": "OPEN"},
    ),
    case(
        "border_status",
        "test-that-is-not-asked-has-no-validity",
        {"entry_test": "NONE", "test_validity_hours": 72},
        {"entry_test": "NONE", "test_validity_hours": 0},
        {"entry_test": "PCR", "test_validity_hours": 72},
        {"entry_test": "NONE"},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {f: STATUS[f] for f in ("border_crossing", "direction", "border_traffic", "status_start_date")}
