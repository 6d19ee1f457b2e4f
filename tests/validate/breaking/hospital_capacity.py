"""Rows of `hospital_capacity` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, Case, Row, Value, apart, case, day

TABLE = "hospital_capacity"
HOSPITAL: dict[str, Value] = {
    "region": "TR-06",
    "geo_level": "region",
    "facility_code": "h1",
    "period_type": "D",
    "period_start": EARLY,
    "pathogen": "SARSCOV2",
}
SERIES: Row = {"region": None, "facility_code": "h2", "pathogen": "INFL"}


def _beside(rule: str, part: str, whole: str) -> Case:
    return case(TABLE, rule, {part: 11, whole: 10}, {part: 10, whole: 10}, {part: 11}, {whole: 10})


def _share(rule: str, share: str, part: str, whole: str) -> Case:
    half: Row = {part: 50, whole: 100}
    return case(
        TABLE,
        rule,
        {**half, share: 52.1},
        {**half, share: 47.9},
        {**half, share: 52.0},
        {**half, share: 48.0},
        {share: 52.1, part: 50, whole: 0},
        {share: 99.0, part: 50},
        guilty=(0, 1),
    )


def _beds(first: int, then: int, days: int = 1) -> tuple[Row, Row]:
    return (
        HOSPITAL | {"beds_inpatient_count": first},
        HOSPITAL | {"beds_inpatient_count": then, "period_start": day(days)},
    )


def _week(beds: tuple[int, ...], **more: Value) -> tuple[Row, ...]:
    return tuple(HOSPITAL | {"period_start": day(n), "beds_occupied_count": b} | more for n, b in enumerate(beds))


CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "capacity-week-starts-on-monday",
        {"period_type": "W", "period_start": day(1)},
        {"period_type": "W", "period_start": EARLY},
        {"period_type": "D", "period_start": day(1)},
    ),
    case(
        TABLE,
        "capacity-month-starts-on-its-first-day",
        {"period_type": "M", "period_start": day(1)},
        {"period_type": "M", "period_start": EARLY},
        {"period_type": "D", "period_start": day(1)},
    ),
    case(
        TABLE,
        "occupied-beds-are-at-most-one-and-a-half-times-the-beds",
        {"beds_occupied_count": 16, "beds_inpatient_count": 10},
        {"beds_occupied_count": 16, "beds_count": 10},
        {"beds_occupied_count": 15, "beds_inpatient_count": 10},
        {"beds_occupied_count": 16},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "occupied-beds-do-not-exceed-the-beds",
        {"beds_occupied_count": 11, "beds_inpatient_count": 10},
        {"beds_occupied_count": 11, "beds_count": 10},
        {"beds_occupied_count": 10, "beds_inpatient_count": 10},
        {"beds_occupied_count": 11},
        guilty=(0, 1),
    ),
    _beside("inpatient-beds-do-not-exceed-all-beds", "beds_inpatient_count", "beds_count"),
    case(
        TABLE,
        "intensive-care-beds-do-not-exceed-inpatient-beds",
        {"icu_beds_count": 11, "beds_inpatient_count": 10},
        {"icu_beds_count": 11, "beds_count": 10},
        {"icu_beds_count": 10, "beds_inpatient_count": 10},
        {"icu_beds_count": 11},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "occupied-intensive-care-beds-are-at-most-one-and-a-half-times-the-beds",
        {"icu_beds_occupied_count": 16, "icu_beds_count": 10},
        {"icu_beds_occupied_count": 15, "icu_beds_count": 10},
    ),
    _beside("occupied-intensive-care-beds-do-not-exceed-the-beds", "icu_beds_occupied_count", "icu_beds_count"),
    case(
        TABLE,
        "children-and-newborn-are-part-of-intensive-care",
        {"icu_beds_count": 10, "icu_beds_paediatric_count": 6, "icu_beds_neonatal_count": 5},
        {"icu_beds_count": 10, "icu_beds_paediatric_count": 11},
        {"icu_beds_count": 10, "icu_beds_neonatal_count": 11},
        {"icu_beds_count": 10, "icu_beds_paediatric_count": 5, "icu_beds_neonatal_count": 5},
        {"icu_beds_paediatric_count": 5},
        guilty=(0, 1, 2),
    ),
    _beside("ventilators-in-use-do-not-exceed-the-ventilators", "ventilators_in_use_count", "ventilators_count"),
    _beside("ecmo-in-use-does-not-exceed-the-devices", "ecmo_in_use_count", "ecmo_count"),
    _beside(
        "patients-in-intensive-care-do-not-exceed-those-in-hospital",
        "patients_icu_count",
        "patients_hospitalised_count",
    ),
    _beside(
        "ventilated-patients-do-not-exceed-those-in-hospital",
        "patients_ventilated_count",
        "patients_hospitalised_count",
    ),
    _beside(
        "confirmed-patients-do-not-exceed-those-in-hospital",
        "patients_confirmed_count",
        "patients_hospitalised_count",
    ),
    _beside(
        "nosocomial-patients-do-not-exceed-those-in-hospital",
        "patients_nosocomial_count",
        "patients_hospitalised_count",
    ),
    _beside(
        "patients-with-the-disease-do-not-exceed-occupied-beds",
        "patients_hospitalised_count",
        "beds_occupied_count",
    ),
    _share(
        "bed-occupancy-agrees-with-the-beds", "bed_occupancy_percent", "beds_occupied_count", "beds_inpatient_count"
    ),
    _share(
        "intensive-care-occupancy-agrees-with-the-beds",
        "icu_occupancy_percent",
        "icu_beds_occupied_count",
        "icu_beds_count",
    ),
    _share(
        "ventilator-occupancy-agrees-with-the-ventilators",
        "ventilator_occupancy_percent",
        "ventilators_in_use_count",
        "ventilators_count",
    ),
    case(
        TABLE,
        "occupancy-is-in-percent",
        {"bed_occupancy_percent": 1.0},
        {"bed_occupancy_percent": 0.82},
        {"bed_occupancy_percent": 0.0},
        {"bed_occupancy_percent": 1.1},
        guilty=(0, 1),
    ),
    apart(
        TABLE,
        "beds-change-by-at-most-30-percent-in-a-day",
        *_beds(100, 131),
        place="region",
        series=SERIES,
        guilty=1,
    ),
    case(TABLE, "beds-change-by-at-most-30-percent-in-a-day", *_beds(100, 130), guilty=()),
    case(TABLE, "beds-change-by-at-most-30-percent-in-a-day", *_beds(100, 69), guilty=(1,)),
    case(TABLE, "beds-change-by-at-most-30-percent-in-a-day", *_beds(19, 40), guilty=()),
    case(TABLE, "beds-change-by-at-most-30-percent-in-a-day", *_beds(100, 200, days=2), guilty=()),
    case(TABLE, "occupied-beds-move", *_week((30,) * 8), guilty=(6, 7)),
    case(TABLE, "occupied-beds-move", *_week((30, 30, 30, 30, 30, 30, 31)), guilty=()),
    case(TABLE, "occupied-beds-move", *_week((9,) * 8), guilty=()),
    case(TABLE, "occupied-beds-move", *_week((30,) * 4), *_week((30,) * 4, facility_code="h2"), guilty=()),
    apart(
        TABLE,
        "hospitals-do-not-exceed-their-region",
        HOSPITAL | {"facility_code": "_T", "beds_occupied_count": 10},
        HOSPITAL | {"beds_occupied_count": 11},
        place="region",
        series={"region": None, "period_start": day(1), "period_type": "W", "pathogen": "INFL"},
        guilty=0,
    ),
    case(
        TABLE,
        "hospitals-do-not-exceed-their-region",
        HOSPITAL | {"facility_code": "_T", "beds_occupied_count": 10},
        HOSPITAL | {"beds_occupied_count": 10},
        guilty=(),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = HOSPITAL
