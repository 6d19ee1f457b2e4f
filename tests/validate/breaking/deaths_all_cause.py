"""Rows of `deaths_all_cause` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, Case, Row, Value, apart, case, day

TABLE = "deaths_all_cause"
DEATHS: dict[str, Value] = {
    "region": "TR",
    "geo_level": "country",
    "period_type": "W",
    "period_start": EARLY,
    "date_basis": "DEATH",
    "age_from_years": -1,
    "age_to_years": -1,
    "sex": "_T",
    "deaths_all_cause_count": 10,
}
ANOTHER_PERIOD: Row = {"period_type": "M", "period_start": day(7), "date_basis": "NOTIFICATION"}


def _band(low: int, high: int, **more: Value) -> Row:
    return DEATHS | {"age_from_years": low, "age_to_years": high} | more


def _newest(before: int, now: int, **more: Value) -> tuple[Row, ...]:
    older = DEATHS | {"deaths_all_cause_count": before}
    return older, DEATHS | {"deaths_all_cause_count": now, "period_start": day(7)} | more


CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "deaths-week-starts-on-monday",
        {"period_type": "W", "period_start": day(1)},
        {"period_type": "W", "period_start": EARLY},
        {"period_type": "D", "period_start": day(1)},
    ),
    case(
        TABLE,
        "deaths-month-starts-on-its-first-day",
        {"period_type": "M", "period_start": day(1)},
        {"period_type": "M", "period_start": EARLY},
        {"period_type": "D", "period_start": day(1)},
    ),
    case(
        TABLE,
        "age-bands-of-deaths-are-ordered",
        {"age_from_years": 20, "age_to_years": 19},
        {"age_from_years": -1, "age_to_years": 19},
        {"age_from_years": -2, "age_to_years": -1},
        {"age_from_years": 19, "age_to_years": 19},
        {"age_from_years": -2, "age_to_years": -2},
        {"age_from_years": -1, "age_to_years": -1},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "age-bands-of-deaths-do-not-overlap",
        _band(65, 125),
        _band(75, 84),
        _band(0, 64),
        _band(75, 84, sex="F"),
        _band(75, 84, region="TR-06"),
        _band(75, 84, period_start=day(7)),
        _band(75, 84, period_type="M"),
        _band(75, 84, date_basis="NOTIFICATION"),
        _band(-2, -2),
        DEATHS,
        guilty=(0, 1),
    ),
    apart(
        TABLE,
        "deaths-by-age-do-not-exceed-their-total",
        DEATHS,
        _band(0, 64, deaths_all_cause_count=11),
        place="region",
        series={"region": None, "sex": "F", **ANOTHER_PERIOD},
        guilty=0,
    ),
    case(TABLE, "deaths-by-age-do-not-exceed-their-total", DEATHS, _band(0, 64), guilty=()),
    apart(
        TABLE,
        "deaths-by-sex-do-not-exceed-their-total",
        DEATHS,
        DEATHS | {"sex": "F", "deaths_all_cause_count": 11},
        place="region",
        series={"region": None, "age_from_years": 0, "age_to_years": 64, **ANOTHER_PERIOD},
        guilty=0,
    ),
    case(TABLE, "deaths-by-sex-do-not-exceed-their-total", DEATHS, DEATHS | {"sex": "F"}, guilty=()),
    case(
        TABLE,
        "deaths-of-regions-do-not-exceed-the-country",
        DEATHS,
        DEATHS | {"region": "TR-06", "geo_level": "region", "deaths_all_cause_count": 6},
        DEATHS | {"region": "TR-07", "geo_level": "region", "deaths_all_cause_count": 5},
    ),
    case(
        TABLE,
        "deaths-of-regions-do-not-exceed-the-country",
        DEATHS,
        DEATHS | {"region": "TR-06", "geo_level": "region"},
        *(
            DEATHS | {"region": "TR-07", "geo_level": "region", field: value}
            for field, value in {**ANOTHER_PERIOD, "sex": "F", "age_from_years": 0, "age_to_years": 5}.items()
        ),
        DEATHS | {"region": "UZ-TK", "geo_level": "region"},
        guilty=(),
    ),
    case(
        TABLE,
        "covid-deaths-do-not-exceed-all-deaths",
        {"deaths_covid_count": 11, "deaths_all_cause_count": 10},
        {"deaths_covid_count": 10, "deaths_all_cause_count": 10},
        {"deaths_covid_count": 11},
    ),
    case(
        TABLE,
        "deaths-are-in-proportion-to-what-was-expected",
        {"deaths_all_cause_count": 101, "deaths_expected_count": 20.0},
        {"deaths_all_cause_count": 3, "deaths_expected_count": 20.0},
        {"deaths_all_cause_count": 100, "deaths_expected_count": 20.0},
        {"deaths_all_cause_count": 4, "deaths_expected_count": 20.0},
        {"deaths_all_cause_count": 100, "deaths_expected_count": 19.9},
        {"deaths_all_cause_count": 100},
        guilty=(0, 1),
    ),
    case(TABLE, "deaths-of-the-last-period-are-complete", *_newest(20, 9), guilty=(1,)),
    case(TABLE, "deaths-of-the-last-period-are-complete", *_newest(20, 9, obs_status="A"), guilty=(1,)),
    case(TABLE, "deaths-of-the-last-period-are-complete", *_newest(20, 10), guilty=()),
    case(TABLE, "deaths-of-the-last-period-are-complete", *_newest(19, 1), guilty=()),
    case(TABLE, "deaths-of-the-last-period-are-complete", *_newest(20, 9, obs_status="P"), guilty=()),
    case(
        TABLE,
        "deaths-of-the-last-period-are-complete",
        *_newest(30, 10),
        DEATHS | {"period_start": day(14), "deaths_all_cause_count": 10},
        guilty=(),
    ),
    *(
        case(TABLE, "deaths-of-the-last-period-are-complete", *_newest(30, 10, **other), guilty=())
        for other in ({"region": "TR-06"}, {"date_basis": "UNK"}, {"sex": "F"}, {"period_type": "M"})
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = DEATHS
