"""Rows of `vaccinations` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from datetime import date

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, apart, case, day

DOSES: dict[str, Value] = {
    "region": "TR",
    "geo_level": "country",
    "period_type": "W",
    "period_start": EARLY,
    "vaccine_product": "SIN",
    "target_group": "ALL",
    "dose_number": "1",
    "measure_type": "CUMULATIVE",
    "doses_administered_count": 100,
}


def _group(group: str, doses: int, **more: Value) -> dict[str, Value]:
    return DOSES | {"target_group": group, "doses_administered_count": doses} | more


CHILDREN = ("Age0_4", "Age5_9", "Age10_14", "Age15_17")
ADULTS = ("Age18_24", "Age25_49", "Age50_59", "Age60_69", "Age70_79", "Age80+", "AgeUnk")
ANOTHER_PERIOD: Row = {"region": None, "period_type": "M", "period_start": day(7)}


def _doses_apart(rule: str, *rows: Row, series: Row, guilty: int) -> Case:
    return apart("vaccinations", rule, *rows, place="region", series=series, guilty=guilty)


CASES: tuple[Case, ...] = (
    _doses_apart(
        "cumulative-doses-do-not-fall",
        DOSES,
        DOSES | {"period_start": day(7), "doses_administered_count": 90},
        series={
            "region": None,
            "period_type": "M",
            "vaccine_product": "COM",
            "target_group": "HCW",
            "dose_number": "2",
        },
        guilty=1,
    ),
    _doses_apart(
        "second-doses-do-not-exceed-first",
        DOSES,
        DOSES | {"dose_number": "2", "doses_administered_count": 101},
        series={**ANOTHER_PERIOD, "vaccine_product": "COM", "target_group": "HCW", "measure_type": "INCIDENT"},
        guilty=1,
    ),
    _doses_apart(
        "age-groups-do-not-exceed-all",
        DOSES,
        _group("Age80+", 101),
        series={**ANOTHER_PERIOD, "vaccine_product": "COM", "dose_number": "2", "measure_type": "INCIDENT"},
        guilty=0,
    ),
    _doses_apart(
        "products-do-not-exceed-their-total",
        DOSES | {"vaccine_product": "_T"},
        DOSES | {"doses_administered_count": 101},
        series={**ANOTHER_PERIOD, "target_group": "HCW", "dose_number": "2", "measure_type": "INCIDENT"},
        guilty=0,
    ),
    _doses_apart(
        "most-doses-have-a-product",
        DOSES,
        DOSES | {"vaccine_product": "UNK", "doses_administered_count": 30},
        series={**ANOTHER_PERIOD, "target_group": "HCW", "dose_number": "2", "measure_type": "INCIDENT"},
        guilty=1,
    ),
    _doses_apart(
        "target-population-is-constant-within-a-year",
        DOSES | {"target_population_count": 99},
        DOSES | {"period_start": day(7), "target_population_count": 98},
        series={"region": None, "target_group": "HCW", "period_start": date(2022, 3, 7)},
        guilty=1,
    ),
    case(
        "vaccinations",
        "age-groups-do-not-exceed-all",
        *(_group("ALL", 10, region=group) for group in (*CHILDREN, *ADULTS)),
        *(_group(group, 11, region=group) for group in (*CHILDREN, *ADULTS)),
        guilty=tuple(range(11)),
    ),
    case("vaccinations", "age-groups-do-not-exceed-all", _group("ALL", 10), _group("Age80+", 10), guilty=()),
    case(
        "vaccinations",
        "cumulative-doses-do-not-fall",
        DOSES,
        DOSES | {"period_start": day(7)},
        guilty=(),
    ),
    case("vaccinations", "second-doses-do-not-exceed-first", DOSES, DOSES | {"dose_number": "2"}, guilty=()),
    case(
        "vaccinations",
        "most-doses-have-a-product",
        DOSES | {"doses_administered_count": 1},
        DOSES | {"vaccine_product": "UNK", "doses_administered_count": 1},
        DOSES | {"vaccine_product": "_T", "doses_administered_count": 10},
        guilty=(1,),
    ),
    case(
        "vaccinations",
        "coverage-is-at-most-110-percent",
        *(DOSES | {"target_population_count": 90, "dose_number": number} for number in ("1", "2", "3")),
        DOSES | {"doses_administered_count": 99, "target_population_count": 90},
        DOSES | {"target_population_count": 90, "dose_number": "4"},
        guilty=(0, 1, 2),
    ),
    case(
        "vaccinations",
        "coverage-is-at-most-100-percent",
        *(DOSES | {"target_population_count": 99, "dose_number": number} for number in ("1", "2", "3")),
        DOSES | {"target_population_count": 99, "dose_number": "4"},
        guilty=(0, 1, 2),
    ),
    case("vaccinations", "vaccination-week-starts-on-monday", DOSES | {"period_start": LATE}, DOSES),
    case(
        "vaccinations",
        "vaccination-month-starts-on-its-first-day",
        DOSES | {"period_type": "M", "period_start": LATE},
        DOSES | {"period_type": "M"},
    ),
    case("vaccinations", "doses-are-not-prevalent", DOSES | {"measure_type": "PREVALENT"}, DOSES),
    case(
        "vaccinations",
        "cumulative-doses-do-not-fall",
        DOSES,
        DOSES | {"period_start": day(7), "doses_administered_count": 90},
        DOSES | {"period_start": day(7), "doses_administered_count": 9, "dose_number": "2"},
        DOSES | {"measure_type": "INCIDENT"},
        DOSES | {"measure_type": "INCIDENT", "period_start": day(7), "doses_administered_count": 9},
        guilty=(1,),
    ),
    case(
        "vaccinations",
        "second-doses-do-not-exceed-first",
        DOSES,
        DOSES | {"dose_number": "2", "doses_administered_count": 101},
        DOSES | {"dose_number": "2", "doses_administered_count": 101, "period_start": day(7)},
        DOSES | {"dose_number": "3", "doses_administered_count": 101},
        guilty=(1,),
    ),
    case(
        "vaccinations",
        "single-dose-product-has-no-second-dose",
        DOSES | {"vaccine_product": "JANSS", "dose_number": "2"},
        DOSES | {"vaccine_product": "JANSS"},
        DOSES | {"dose_number": "2"},
        DOSES | {"vaccine_product": "SPUL", "dose_number": "2"},
        DOSES | {"vaccine_product": "SPUL", "dose_number": "2", "doses_administered_count": 0},
        guilty=(0, 3),
    ),
    case(
        "vaccinations",
        "age-groups-do-not-exceed-all",
        DOSES,
        _group("Age18_24", 60),
        _group("Age<18", 41),
        _group("Age5_9", 40),
        _group("HCW", 100),
        _group("ALL", 100, region="KZ"),
        _group("Age18_24", 60, region="KZ"),
        _group("Age<18", 40, region="KZ"),
        _group("Age5_9", 40, region="KZ"),
        _group("ALL", 100, region="HU"),
        _group("Age80+", 60, region="HU"),
        _group("Age0_4", 41, region="HU"),
        guilty=(0, 9),
    ),
    case(
        "vaccinations",
        "products-do-not-exceed-their-total",
        DOSES | {"vaccine_product": "_T"},
        DOSES | {"doses_administered_count": 60},
        DOSES | {"vaccine_product": "COM", "doses_administered_count": 41},
        DOSES | {"vaccine_product": "_T", "region": "KZ"},
        DOSES | {"region": "KZ"},
    ),
    case(
        "vaccinations",
        "coverage-is-at-most-110-percent",
        DOSES | {"target_population_count": 90},
        DOSES | {"target_population_count": 95},
        DOSES,
        DOSES | {"target_population_count": 90, "dose_number": "UNK"},
    ),
    case(
        "vaccinations",
        "coverage-is-at-most-100-percent",
        DOSES | {"target_population_count": 99},
        DOSES | {"target_population_count": 100},
        DOSES,
    ),
    case(
        "vaccinations",
        "doses-given-do-not-exceed-those-delivered",
        DOSES | {"doses_delivered_count": 99},
        DOSES | {"doses_delivered_count": 100},
        DOSES | {"doses_delivered_count": 99, "measure_type": "INCIDENT"},
        DOSES,
    ),
    case(
        "vaccinations",
        "refusals-are-of-first-doses",
        DOSES | {"first_dose_refused_count": 1, "dose_number": "2"},
        DOSES | {"first_dose_refused_count": 0, "dose_number": "2"},
        *(DOSES | {"first_dose_refused_count": 1, "dose_number": number} for number in ("1", "_T", "UNK")),
        DOSES,
    ),
    case(
        "vaccinations",
        "target-population-is-constant-within-a-year",
        DOSES | {"target_population_count": 99},
        DOSES | {"period_start": day(7), "target_population_count": 98},
        DOSES | {"period_start": day(14), "target_population_count": 99},
        DOSES | {"period_start": date(2022, 3, 7), "target_population_count": 97},
        DOSES | {"region": "KZ", "target_population_count": 96},
        guilty=(1,),
    ),
    case(
        "vaccinations",
        "most-doses-have-a-product",
        DOSES,
        DOSES | {"vaccine_product": "UNK", "doses_administered_count": 30},
        DOSES | {"region": "KZ", "vaccine_product": "UNK"},
        DOSES | {"region": "HU"},
        DOSES | {"region": "HU", "vaccine_product": "UNK", "doses_administered_count": 25},
        guilty=(1,),
    ),
    case(
        "vaccinations",
        "no-dose-before-the-first-vaccine",
        DOSES | {"period_start": date(2020, 5, 25)},
        DOSES | {"period_start": date(2020, 6, 1)},
        DOSES | {"period_start": date(2020, 5, 25), "doses_administered_count": 0},
        DOSES | {"period_start": date(2020, 5, 25), "vaccine_product": "_T"},
        DOSES | {"period_start": date(2020, 5, 25), "vaccine_product": "UNK"},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = DOSES | {"doses_administered_count": None}
