"""Rows of `stranded_citizens` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, apart, case, day

STRANDED: dict[str, Value] = {  # sent by TR
    "host_country": "TR",
    "home_country": "KG",
    "reporting_side": "HOST",
    "stranded_reason": "_T",
    "period_type": "W",
    "period_start": EARLY,
    "stranded_count": 100,
}
_SERIES: Row = {"host_country": None, "home_country": "AZ", "reporting_side": "HOME", "period_type": "D"}

CASES: tuple[Case, ...] = (
    case(
        "stranded_citizens",
        "stranded-citizens-are-abroad",
        {"host_country": "TR", "home_country": "TR"},
        {"host_country": "TR", "home_country": "KG"},
        {"host_country": "TR"},
    ),
    case(
        "stranded_citizens",
        "reporting-side-is-the-reporting-state",
        {"reporting_side": "HOST", "host_country": "KG", "home_country": "TR"},
        {"reporting_side": "HOME", "host_country": "TR", "home_country": "KG"},
        {"reporting_side": "HOST", "host_country": "TR", "home_country": "KG"},
        {"reporting_side": "HOME", "host_country": "KG", "home_country": "TR"},
        guilty=(0, 1),
    ),
    case(
        "stranded_citizens",
        "stranded-week-starts-on-monday",
        {"period_type": "W", "period_start": LATE},
        {"period_type": "W", "period_start": EARLY},
        {"period_type": "D", "period_start": LATE},
    ),
    case(
        "stranded_citizens",
        "stranded-month-starts-on-its-first-day",
        {"period_type": "M", "period_start": LATE},
        {"period_type": "M", "period_start": EARLY},
        {"period_type": "D", "period_start": LATE},
    ),
    apart(
        "stranded_citizens",
        "stranded-by-reason-do-not-exceed-all",
        STRANDED,
        STRANDED | {"stranded_reason": "NO_FLIGHT", "stranded_count": 60},
        STRANDED | {"stranded_reason": "VISA_EXPIRED", "stranded_count": 41},
        place="host_country",
        series={**_SERIES, "period_start": day(7)},
        guilty=0,
    ),
    case(
        "stranded_citizens",
        "stranded-by-reason-do-not-exceed-all",
        STRANDED,
        STRANDED | {"stranded_reason": "NO_FLIGHT"},
        guilty=(),
    ),
    case(
        "stranded_citizens",
        "quarantined-citizens-are-among-the-stranded",
        {"in_quarantine_count": 11, "stranded_count": 10},
        {"in_quarantine_count": 10, "stranded_count": 10},
        {"in_quarantine_count": 11},
    ),
    apart(
        "stranded_citizens",
        "citizens-brought-home-were-stranded",
        STRANDED,
        STRANDED | {"period_start": day(7), "repatriated_air_count": 100, "repatriated_land_count": 46},
        place="host_country",
        series={**_SERIES, "stranded_reason": "QUARANTINE"},
        guilty=1,
    ),
    case(
        "stranded_citizens",
        "citizens-brought-home-were-stranded",
        STRANDED | {"repatriated_air_count": 500},
        STRANDED | {"period_start": day(7), "repatriated_air_count": 145},
        STRANDED | {"period_start": day(14), "repatriated_land_count": 146},
        guilty=(2,),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {f: v for f, v in STRANDED.items() if f != "stranded_count"}
