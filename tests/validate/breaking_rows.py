"""For every rule of expectations/ that needs only the file: rows that break it, and rows beside them that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.declarations import Declarations

Value = str | int | float | date | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Case:
    """Rows of a table, and which of them break the rule. What a row does not say is absent or the field's default."""

    table: str
    rule: str
    rows: tuple[Row, ...]
    guilty: tuple[int, ...]


def case(table: str, rule: str, *rows: Row, guilty: tuple[int, ...] = (0,)) -> Case:
    """Rows of which the first breaks the rule, or those that are named."""
    return Case(table, rule, rows, guilty)


def implied(table: str, rule: str, said: Row, denied: Row, kept: Row, *innocent: Row) -> Case:
    """What is said must not stand beside what is denied; it may beside what is kept, or alone."""
    return case(table, rule, {**said, **denied}, {**said, **kept}, said, denied, *({**said, **row} for row in innocent))


def apart(table: str, rule: str, *rows: Row, place: str, series: Row, guilty: int) -> Case:
    """Rows that break the rule together, and groups of them elsewhere: in each the last row is of another series."""
    *others, last = rows
    said = list(rows)
    for n, (field, value) in enumerate(series.items()):
        elsewhere: Row = {place: f"Y{n}"}
        moved = {field: f"Z{n}"} if field == place else {field: value}
        said += [*({**row, **elsewhere} for row in others), {**last, **elsewhere, **moved}]
    return Case(table, rule, tuple(said), (guilty,))


def in_order_cases(declared: Declarations) -> Iterator[Case]:
    """A rule that two values are in order says itself what breaks it."""
    for table, rules in declared.table_rules.items():
        for rule in rules:
            if rule.in_order:
                (first, then), dated = rule.in_order, declared.fields[rule.in_order[0]].type == "date"
                low, high = (EARLY, LATE) if dated else (10, 20)
                turned, right, equal = {first: high, then: low}, {first: low, then: high}, {first: low, then: low}
                yield case(table, rule.id, turned, right, equal, {first: high}, {then: low})


EARLY, LATE = date(2021, 3, 1), date(2021, 3, 5)  # a Monday, and a Friday
LONG_AGO = date(2012, 1, 1)


def _day(n: int) -> date:
    return EARLY + timedelta(n)


# Counts: one series, of which rows vary

COUNT: dict[str, Value] = {
    "region": "TR",
    "geo_level": "country",
    "period_type": "D",
    "period_start": EARLY,
    "pathogen": "SARSCOV2",
    "indicator": "CASES",
    "measure_type": "CUMULATIVE",
    "case_basis": "CONF_LAB",
    "value": 10,
}
THERE = COUNT | {"measure_type": "PREVALENT"}


def _aged(low: int, high: int, value: int = 10) -> dict[str, Value]:
    return COUNT | {"age_from_years": low, "age_to_years": high, "value": value}


def _region(region: str, value: int) -> dict[str, Value]:
    return COUNT | {"region": region, "geo_level": "region", "value": value}


def _on(n: int, value: int, measure: str = "CUMULATIVE") -> dict[str, Value]:
    return COUNT | {"period_start": _day(n), "value": value, "measure_type": measure}


def _of(indicator: str, value: int, **more: Value) -> dict[str, Value]:
    return COUNT | {"indicator": indicator, "value": value} | more


PLACE: Row = {"region": None, "period_type": "M", "pathogen": "INFL"}
AGES: Row = {"age_from_years": 0, "age_to_years": 4}
ANOTHER: dict[str, Row] = {  # what makes another series of a row, by rule
    "age-bands-do-not-overlap": {
        **PLACE,
        "period_start": _day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "deaths-do-not-exceed-cases": {**PLACE, **AGES, "period_start": _day(1), "case_basis": "UNK", "sex": "F"},
    "cumulative-does-not-fall": {
        **PLACE,
        **AGES,
        "indicator": "DEATHS",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "regions-do-not-exceed-the-country": {
        **PLACE,
        **AGES,
        "period_start": _day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "sexes-do-not-exceed-their-total": {
        **PLACE,
        **AGES,
        "period_start": _day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
    },
    "ages-do-not-exceed-their-total": {
        **PLACE,
        "period_start": _day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "detections-do-not-exceed-tests": {
        **PLACE,
        **AGES,
        "period_start": _day(1),
        "measure_type": "INCIDENT",
        "sex": "F",
    },
}
ALIKE = {
    "recovered-do-not-exceed-cases": "deaths-do-not-exceed-cases",
    "intensive-care-does-not-exceed-hospital": "deaths-do-not-exceed-cases",
    "step-of-the-total-is-the-new-count": "cumulative-does-not-fall",
}


def _apart(rule: str, *rows: Row, guilty: int = 1) -> Case:
    return apart("case_counts", rule, *rows, place="region", series=ANOTHER[ALIKE.get(rule, rule)], guilty=guilty)


STATES = ("HOSP", "ICU", "VENT", "SEVERE")
EVENTS = ("TESTS", "PERSONS_TESTED", "HOSAD", "ICUAD", "DETECTIONS", "RECOVERED", "DEATHS")

CASE_COUNTS = (
    _apart("deaths-do-not-exceed-cases", COUNT, _of("DEATHS", 11)),
    _apart("recovered-do-not-exceed-cases", COUNT, _of("RECOVERED", 11)),
    _apart(
        "intensive-care-does-not-exceed-hospital",
        THERE | {"indicator": "HOSP"},
        THERE | _of("ICU", 11, measure_type="PREVALENT"),
    ),
    _apart("detections-do-not-exceed-tests", _of("TESTS", 9), _of("DETECTIONS", 10)),
    _apart("cumulative-does-not-fall", _on(0, 10), _on(1, 9)),
    _apart("step-of-the-total-is-the-new-count", _on(0, 10), _on(1, 30), _on(1, 14, "INCIDENT")),
    _apart("step-of-the-total-is-the-new-count", _on(1, 14, "INCIDENT"), _on(0, 10), _on(1, 30), guilty=2),
    _apart("regions-do-not-exceed-the-country", COUNT, COUNT | {"geo_level": "region", "value": 11}, guilty=0),
    _apart("sexes-do-not-exceed-their-total", COUNT, COUNT | {"sex": "M", "value": 11}, guilty=0),
    _apart("ages-do-not-exceed-their-total", COUNT, _aged(0, 4, 11), guilty=0),
    case(
        "case_counts",
        "age-bands-do-not-overlap",
        *(_aged(0, 4) | {"region": f"Y{n}"} for n in range(9)),
        *(
            _aged(4, 9) | {"region": f"Y{n}", field: "Z" if field == "region" else value}
            for n, (field, value) in enumerate(ANOTHER["age-bands-do-not-overlap"].items())
        ),
        guilty=(),
    ),
    case("case_counts", "age-bands-do-not-overlap", _aged(0, 4), _aged(4, 9), _aged(10, 19), guilty=(0, 1)),
    case(
        "case_counts",
        "step-of-the-total-is-the-new-count",
        *({**row, "period_type": "W"} for row in (_on(0, 10), _on(7, 30), _on(7, 14, "INCIDENT"))),
        *({**row, "period_type": "W"} for row in (_on(8, 60), _on(8, 14, "INCIDENT"))),  # a day later is no week
        guilty=(1,),
    ),
    case("case_counts", "recovered-do-not-exceed-cases", COUNT, _of("RECOVERED", 10), guilty=()),
    case(
        "case_counts",
        "intensive-care-does-not-exceed-hospital",
        *(THERE | {"indicator": indicator} for indicator in ("HOSP", "ICU", "VENT")),
        guilty=(),
    ),
    case(
        "case_counts",
        "detections-do-not-exceed-tests",
        _of("CASES", 10, case_basis="SYMPT_CONF_ONLY"),
        _of("PERSONS_TESTED", 9),
        *(_of("TESTS", 10, region="KZ"), _of("DETECTIONS", 10, region="KZ")),
        *(
            _of("TESTS", 1, region="HU"),
            _of("HOSAD_DETECTIONS", 9, region="HU"),
            _of("ICUAD_DETECTIONS", 9, region="HU"),
        ),
    ),
    case(
        "case_counts",
        "measure-fits-its-indicator",
        *(COUNT | {"indicator": indicator} for indicator in STATES),
        *(THERE | {"indicator": indicator} for indicator in EVENTS),
        *(THERE | {"indicator": indicator} for indicator in STATES),
        *(COUNT | {"indicator": indicator} for indicator in EVENTS),
        guilty=tuple(range(len(STATES) + len(EVENTS))),
    ),
    case(
        "case_counts",
        "age-bands-are-ordered",
        _aged(20, 10),
        COUNT | {"age_from_years": 20},
        COUNT,
        _aged(0, 4),
        _aged(-2, -2),
        guilty=(0, 1),
    ),
    case(
        "case_counts",
        "age-bands-do-not-overlap",
        _aged(15, 64),
        _aged(15, 29),
        _aged(30, 64),
        _aged(0, 14),
        _aged(65, 125),
        COUNT,
        guilty=(0, 1, 2),
    ),
    case(
        "case_counts",
        "age-bands-do-not-overlap",
        *(_aged(0, 125), _aged(5, 9), _aged(10, 20), _aged(30, 40)),
        *(_aged(0, 4) | {"region": "KZ"}, _aged(5, 9) | {"region": "KZ"}, _aged(10, 125) | {"region": "KZ"}),
        *(_aged(-2, -2), COUNT, _aged(0, 4) | {"region": "TR-06"}, _aged(0, 4) | {"region": "KZ"}),
        guilty=(0, 1, 2, 3),
    ),
    case(
        "case_counts",
        "period-start-of-a-week-is-monday",
        COUNT | {"period_type": "W", "period_start": _day(1)},
        COUNT | {"period_type": "W"},
        COUNT | {"period_start": _day(1)},
        COUNT | {"period_type": "W", "period_start": _day(6)},
        guilty=(0, 3),
    ),
    case(
        "case_counts",
        "period-start-of-a-month-is-its-first-day",
        COUNT | {"period_type": "M", "period_start": _day(1)},
        COUNT | {"period_type": "M"},
        COUNT | {"period_start": _day(1)},
    ),
    case(
        "case_counts",
        "deaths-do-not-exceed-cases",
        COUNT,
        _of("DEATHS", 11),
        COUNT | {"region": "KZ"},
        _of("DEATHS", 10, region="KZ"),
        _of("DEATHS", 5, region="HU"),
        _of("CASES", 10, measure_type="INCIDENT"),
        _of("DEATHS", 11, measure_type="INCIDENT"),
        guilty=(1,),
    ),
    case(
        "case_counts",
        "recovered-do-not-exceed-cases",
        COUNT,
        _of("RECOVERED", 11),
        _of("RECOVERED", 11, case_basis="UNK"),
        _of("CASES", 10, measure_type="INCIDENT"),
        _of("RECOVERED", 11, measure_type="INCIDENT"),
        guilty=(1,),
    ),
    case(
        "case_counts",
        "cumulative-does-not-fall",
        _on(0, 10),
        _on(1, 9),
        _on(2, 9),
        _on(0, 10, "INCIDENT"),
        _on(4, 1, "INCIDENT"),
        _on(3, 1) | {"sex": "F"},
        guilty=(1,),
    ),
    case(
        "case_counts",
        "step-of-the-total-is-the-new-count",
        *(_on(0, 10), _on(1, 100), _on(1, 20, "INCIDENT")),
        *(_on(2, 120), _on(2, 20, "INCIDENT")),  # grows as it should
        *(_on(3, 145), _on(3, 20, "INCIDENT")),  # differs by 5
        *(_on(9, 500), _on(9, 20, "INCIDENT")),  # days are missing between
        *(_on(10, 10_500), _on(10, 10_100, "INCIDENT")),  # differs by less than 1 percent
        guilty=(1,),
    ),
    case("case_counts", "regions-do-not-exceed-the-country", COUNT, _region("TR-06", 6), _region("TR-34", 5)),
    case(
        "case_counts",
        "regions-do-not-exceed-the-country",
        _region("TR-06", 6),
        _region("TR-34", 4),
        COUNT,
        COUNT | {"region": "KZ", "value": 1},
        guilty=(),
    ),
    case(
        "case_counts",
        "sexes-do-not-exceed-their-total",
        COUNT,
        COUNT | {"sex": "F", "value": 6},
        COUNT | {"sex": "M", "value": 5},
        COUNT | {"region": "KZ"},
        COUNT | {"region": "KZ", "sex": "F"},
    ),
    case(
        "case_counts",
        "ages-do-not-exceed-their-total",
        COUNT,
        _aged(0, 4, 6),
        _aged(-2, -2, 5),
        COUNT | {"region": "KZ"},
        _aged(0, 4) | {"region": "KZ"},
    ),
    case(
        "case_counts",
        "intensive-care-does-not-exceed-hospital",
        THERE | {"indicator": "HOSP"},
        THERE | {"indicator": "ICU", "value": 11},
        THERE | {"indicator": "VENT", "value": 3},
        THERE | {"indicator": "VENT", "value": 11, "sex": "F"},
        THERE | {"indicator": "HOSP", "sex": "F"},
        guilty=(1, 3),
    ),
    case(
        "case_counts",
        "detections-do-not-exceed-tests",
        _of("CASES", 10),
        _of("TESTS", 9, case_basis="UNK"),
        _of("DETECTIONS", 3),
        _of("CASES", 10, case_basis="PROB_CLIN"),
        _of("DETECTIONS", 10, case_basis="SUSP"),
        _of("HOSAD_TESTS", 1),
        _of("HOSAD_DETECTIONS", 2),
        _of("ICUAD_TESTS", 1),
        _of("ICUAD_DETECTIONS", 2),
        guilty=(0, 4, 6, 8),
    ),
    case(
        "case_counts",
        "measure-fits-its-indicator",
        _of("HOSP", 10),
        _of("HOSP", 10, measure_type="PREVALENT"),
        _of("TESTS", 10, measure_type="PREVALENT"),
        COUNT,
        THERE,
        guilty=(0, 2),
    ),
)

# Rates

RATE: dict[str, Value] = {
    "region": "TR",
    "period_type": "D",
    "period_start": EARLY,
    "pathogen": "SARSCOV2",
    "rate_indicator": "PNEUMONIA_SHARE",
    "rate_unit": "PERCENT",
    "rate": 9.4,
}
INCIDENCE = RATE | {"rate_indicator": "CASES_PER_POPULATION", "rate_unit": "PER_100K"}


def _rate(indicator: str, rate: float) -> dict[str, Value]:
    return RATE | {"rate_indicator": indicator, "rate": rate}


OF_A_POPULATION = ("CASES_PER_POPULATION", "DEATHS_PER_POPULATION", "TESTS_PER_POPULATION", "HOSAD_PER_POPULATION")

RATES = (
    case(
        "rates",
        "rate-unit-fits-its-indicator",
        *(_rate(indicator, 9.4) for indicator in OF_A_POPULATION),
        *(_rate(indicator, 9.4) | {"rate_unit": "PER_100K"} for indicator in OF_A_POPULATION),
        guilty=(0, 1, 2, 3),
    ),
    case(
        "rates",
        "persons-do-not-exceed-the-population",
        *(_rate(of, 100_001.0) | {"rate_unit": "PER_100K"} for of in OF_A_POPULATION),
        INCIDENCE | {"rate": 1_000_000.0, "rate_unit": "PER_MILLION"},
        guilty=(0, 1, 3),
    ),
    case("rates", "age-bands-of-rates-are-ordered", RATE | {"age_from_years": 0, "age_to_years": 4}, guilty=()),
    case(
        "rates",
        "share-is-at-most-100-percent",
        RATE | {"rate": 940.0},
        RATE | {"rate": 100.0},
        _rate("TEST_POSITIVITY", 100.1),
        _rate("CASE_FATALITY", 101.0),
        _rate("BED_OCCUPANCY", 101.0),
        guilty=(0, 2, 3),
    ),
    case(
        "rates",
        "occupancy-is-at-most-150-percent",
        _rate("BED_OCCUPANCY", 151.0),
        _rate("BED_OCCUPANCY", 150.0),
        _rate("ICU_OCCUPANCY", 151.0),
        _rate("VENT_OCCUPANCY", 151.0),
        guilty=(0, 2, 3),
    ),
    case(
        "rates",
        "coverage-rate-is-at-most-110-percent",
        _rate("VACCINATION_COVERAGE", 111.0),
        _rate("VACCINATION_COVERAGE", 110.0),
    ),
    case(
        "rates",
        "rate-unit-fits-its-indicator",
        RATE | {"rate_unit": "PER_100K"},
        RATE,
        _rate("CASES_PER_POPULATION", 9.4),
        INCIDENCE,
        guilty=(0, 2),
    ),
    case(
        "rates",
        "persons-do-not-exceed-the-population",
        INCIDENCE | {"rate": 100_001.0},
        INCIDENCE | {"rate": 100_001.0, "rate_unit": "PER_MILLION"},
        INCIDENCE | {"rate": 100_001.0, "rate_indicator": "TESTS_PER_POPULATION"},
        INCIDENCE | {"rate": 1_000_001.0, "rate_unit": "PER_MILLION"},
        INCIDENCE | {"rate": 100_000.0},
        guilty=(0, 3),
    ),
    case(
        "rates",
        "age-bands-of-rates-are-ordered",
        RATE | {"age_from_years": 20, "age_to_years": 10},
        RATE,
        RATE | {"age_to_years": 20},
        RATE | {"age_from_years": 10, "age_to_years": 20},
        guilty=(0, 2),
    ),
    case(
        "rates",
        "week-of-a-rate-starts-on-monday",
        RATE | {"period_type": "W", "period_start": date(2021, 2, 27)},
        RATE | {"period_type": "W"},
        RATE | {"period_start": LATE},
    ),
    case(
        "rates",
        "month-of-a-rate-starts-on-its-first-day",
        RATE | {"period_type": "M", "period_start": LATE},
        RATE | {"period_type": "M"},
        RATE | {"period_start": LATE},
    ),
)

# Vaccinations

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
ANOTHER_PERIOD: Row = {"region": None, "period_type": "M", "period_start": _day(7)}


def _doses_apart(rule: str, *rows: Row, series: Row, guilty: int) -> Case:
    return apart("vaccinations", rule, *rows, place="region", series=series, guilty=guilty)


VACCINATIONS = (
    _doses_apart(
        "cumulative-doses-do-not-fall",
        DOSES,
        DOSES | {"period_start": _day(7), "doses_administered_count": 90},
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
        DOSES | {"period_start": _day(7), "target_population_count": 98},
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
        DOSES | {"period_start": _day(7)},
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
        DOSES | {"period_start": _day(7), "doses_administered_count": 90},
        DOSES | {"period_start": _day(7), "doses_administered_count": 9, "dose_number": "2"},
        DOSES | {"measure_type": "INCIDENT"},
        DOSES | {"measure_type": "INCIDENT", "period_start": _day(7), "doses_administered_count": 9},
        guilty=(1,),
    ),
    case(
        "vaccinations",
        "second-doses-do-not-exceed-first",
        DOSES,
        DOSES | {"dose_number": "2", "doses_administered_count": 101},
        DOSES | {"dose_number": "2", "doses_administered_count": 101, "period_start": _day(7)},
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
        "target-population-is-constant-within-a-year",
        DOSES | {"target_population_count": 99},
        DOSES | {"period_start": _day(7), "target_population_count": 98},
        DOSES | {"period_start": _day(14), "target_population_count": 99},
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

# Line lists

SYMPTOMS = (
    *("symptom_fever", "symptom_cough", "symptom_breathlessness", "symptom_sore_throat"),
    *("symptom_diarrhoea", "symptom_loss_of_smell", "symptom_loss_of_taste", "symptom_rash"),
)
NOT_AFTER_DEATH = (
    *("onset_date", "hospitalisation_date", "icu_date", "isolation_date", "last_dose_date", "discharge_date"),
)
PERSON: dict[str, Value] = {
    "pathogen": "SARSCOV2",
    "age_years": 50,
    "sex": "F",
    "region_notification": "TR-06",
    "onset_date": EARLY,
    "report_date": LATE,
    "hospitalisation_date": LATE,
    "outcome_date": LATE,
}
ANOTHER_PERSON: Row = {
    "pathogen": "INFL",
    "sex": "M",
    "region_notification": "TR-34",
    "onset_date": LATE,
    "report_date": EARLY,
    "hospitalisation_date": EARLY,
    "outcome_date": EARLY,
}
COVID: Row = {"pathogen": "SARSCOV2"}
STATISTICS: dict[str, Value] = {"statistics_date": EARLY}
BASES = {
    "ONSET": "onset_date",
    "SPECIMEN": "specimen_date",
    "NOTIFICATION": "report_date",
    "ADMISSION": "hospitalisation_date",
    "DEATH": "death_date",
}
AT_HOME: Row = {"hospitalised": "N"}
IN_HOSPITAL: Row = {"hospitalised": "Y"}
IN_HOSPITAL_UNKNOWN: Row = {"hospitalised": "UNK"}

CASES = (
    case(
        "cases",
        "one-person-is-not-two-cases",
        *(PERSON | {"case_id": f"{n} a", "age_years": n} for n in range(len(ANOTHER_PERSON))),
        *(
            PERSON | {"case_id": f"{n} b", "age_years": n, field: value}
            for n, (field, value) in enumerate(ANOTHER_PERSON.items())
        ),
        guilty=(),
    ),
    case(
        "cases",
        "diagnosis-agrees-with-classification",
        *({"diagnosis_icd10": "U07.1", "case_classification": said} for said in ("PROB", "POSS", "DISCARDED", "UNK")),
        guilty=(0, 1, 2),
    ),
    case(
        "cases",
        "unvaccinated-person-has-no-dose",
        {"vaccinated": "N", "doses_received_count": 1},
        {"vaccinated": "UNK", "doses_received_count": 1},
    ),
    case(
        "cases",
        "no-date-after-death",
        *({"death_date": EARLY, late: LATE} for late in NOT_AFTER_DEATH),
        {"death_date": EARLY, "discharge_date": LATE, "onset_date": EARLY},
        *({"death_date": LATE, early: EARLY} for early in NOT_AFTER_DEATH),
        {"death_date": EARLY, "report_date": LATE, "specimen_date": LATE},
        {"death_date": EARLY, "onset_date": EARLY},
        {"onset_date": LATE},
        guilty=(0, 1, 2, 3, 4, 5, 6),
    ),
    case(
        "cases",
        "no-date-before-the-pathogen-was-known",
        {**COVID, "report_date": LONG_AGO},
        {**COVID, "report_date": LATE, "onset_date": date(1921, 1, 1)},
        {**COVID, "report_date": LATE, "specimen_date": date(2019, 11, 30)},
        {"pathogen": "MERSCOV", "report_date": LONG_AGO},
        {"pathogen": "MERSCOV", "report_date": date(2012, 3, 1)},
        {"pathogen": "INFL", "report_date": LONG_AGO},
        {**COVID, "report_date": date(2019, 12, 1)},
        guilty=(0, 1, 2, 3),
    ),
    case(
        "cases",
        "onset-to-report-is-at-most-60-days",
        {"onset_date": EARLY, "report_date": _day(61)},
        {"onset_date": EARLY, "report_date": _day(60)},
        {"report_date": EARLY},
    ),
    case(
        "cases",
        "specimen-to-report-is-at-most-60-days",
        {"specimen_date": EARLY, "report_date": _day(61)},
        {"specimen_date": EARLY, "report_date": _day(60)},
    ),
    case(
        "cases",
        "statistics-date-agrees-with-its-basis",
        *(STATISTICS | {"date_basis": basis, day: LATE} for basis, day in BASES.items()),
        *(STATISTICS | {"date_basis": basis, day: EARLY} for basis, day in BASES.items()),
        *(STATISTICS | {"date_basis": basis} for basis in BASES),
        STATISTICS | {"date_basis": "RESULT", "onset_date": LATE},
        STATISTICS,
        guilty=(0, 1, 2, 3, 4),
    ),
    case(
        "cases",
        "outcome-date-of-a-death-is-the-death-date",
        {"outcome": "D", "outcome_date": EARLY, "death_date": LATE},
        {"outcome": "D", "outcome_date": EARLY, "death_date": EARLY},
        {"outcome": "A", "outcome_date": EARLY, "death_date": LATE},
        {"outcome": "D", "outcome_date": EARLY},
    ),
    case(
        "cases",
        "asymptomatic-has-no-onset",
        {"asymptomatic": "Y", "onset_date": EARLY},
        {"asymptomatic": "N", "onset_date": EARLY},
        {"asymptomatic": "UNK", "onset_date": EARLY},
        {"asymptomatic": "Y"},
    ),
    case(
        "cases",
        "asymptomatic-has-no-symptoms",
        *({"asymptomatic": "Y", symptom: "Y"} for symptom in SYMPTOMS),
        *({"asymptomatic": "Y", symptom: "N"} for symptom in SYMPTOMS),
        {"asymptomatic": "Y", "symptom_fever": "N", "symptom_rash": "Y"},
        {"asymptomatic": "Y", "symptom_fever": "UNK"},
        {"asymptomatic": "Y"},
        {"asymptomatic": "N", "symptom_fever": "Y"},
        guilty=(*range(8), 16),
    ),
    implied("cases", "icu-implies-hospitalised", {"icu": "Y"}, AT_HOME, IN_HOSPITAL, IN_HOSPITAL_UNKNOWN),
    implied("cases", "icu-date-implies-hospitalised", {"icu_date": EARLY}, AT_HOME, IN_HOSPITAL, IN_HOSPITAL_UNKNOWN),
    implied("cases", "icu-date-implies-icu", {"icu_date": EARLY}, {"icu": "N"}, {"icu": "Y"}, {"icu": "UNK"}),
    case("cases", "icu-has-a-date", {"icu": "Y"}, {"icu": "Y", "icu_date": EARLY}, {"icu": "N"}, {"icu": "UNK"}),
    implied(
        "cases",
        "hospitalisation-date-implies-hospitalised",
        {"hospitalisation_date": EARLY},
        AT_HOME,
        IN_HOSPITAL,
        IN_HOSPITAL_UNKNOWN,
    ),
    case(
        "cases",
        "hospitalised-has-a-date",
        IN_HOSPITAL,
        {**IN_HOSPITAL, "hospitalisation_date": EARLY},
        AT_HOME,
        IN_HOSPITAL_UNKNOWN,
    ),
    implied(
        "cases", "discharge-implies-hospitalised", {"discharge_date": EARLY}, AT_HOME, IN_HOSPITAL, IN_HOSPITAL_UNKNOWN
    ),
    case(
        "cases",
        "ventilation-implies-hospitalised",
        {"respiratory_support": "ECMO", **AT_HOME},
        {"respiratory_support": "VENT", **AT_HOME},
        {"respiratory_support": "O2", **AT_HOME},
        {"respiratory_support": "VENT", **IN_HOSPITAL},
        {"respiratory_support": "VENT"},
        AT_HOME,
        guilty=(0, 1),
    ),
    implied(
        "cases",
        "isolation-date-implies-isolated",
        {"isolation_date": EARLY},
        {"isolated": "N"},
        {"isolated": "Y"},
        {"isolated": "UNK"},
    ),
    implied(
        "cases",
        "death-date-implies-outcome-died",
        {"death_date": EARLY},
        {"outcome": "A"},
        {"outcome": "D"},
        {"outcome": "UNK"},
    ),
    case("cases", "death-has-a-date", {"outcome": "D"}, {"outcome": "D", "death_date": EARLY}, {"outcome": "A"}),
    implied(
        "cases",
        "death-due-to-disease-implies-outcome-died",
        {"death_due_to_disease": "Y"},
        {"outcome": "A"},
        {"outcome": "D"},
        {"outcome": "UNK"},
    ),
    case(
        "cases",
        "death-and-discharge-exclude-each-other",
        {"outcome": "D", "discharge_date": EARLY, "death_date": EARLY},
        {"outcome": "D", "discharge_date": EARLY, "death_date": LATE},
        {"outcome": "D", "death_date": LATE},
        {"discharge_date": EARLY, "death_date": EARLY},
    ),
    case(
        "cases",
        "person-in-treatment-has-not-left",
        {"outcome": "STILLTREATMENT", "discharge_date": EARLY},
        {"outcome": "STILLTREATMENT", "outcome_date": EARLY},
        {"outcome": "STILLTREATMENT"},
        {"outcome": "A", "outcome_date": EARLY},
        guilty=(0, 1),
    ),
    implied(
        "cases", "pregnancy-implies-female", {"precondition_pregnancy": "Y"}, {"sex": "M"}, {"sex": "F"}, {"sex": "UNK"}
    ),
    implied(
        "cases",
        "pregnancy-is-between-10-and-60-years",
        {"precondition_pregnancy": "Y"},
        {"age_years": 9},
        {"age_years": 60},
        {"age_years": 10},
    ),
    case(
        "cases",
        "pregnancy-is-between-10-and-60-years",
        {"precondition_pregnancy": "Y", "age_years": 61},
        {"precondition_pregnancy": "N", "age_years": 61},
    ),
    case(
        "cases",
        "age-band-of-a-person-is-not-a-total",
        {"age_from_years": -1, "age_to_years": -1},
        {"age_from_years": -2, "age_to_years": -2},
        {"age_from_years": 0, "age_to_years": 4},
        {"age_from_years": 65},
        guilty=(0, 1),
    ),
    case(
        "cases",
        "age-lies-in-its-band",
        {"age_years": 9, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 20, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 10, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 19, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 15},
        guilty=(0, 1),
    ),
    implied(
        "cases",
        "healthcare-worker-is-of-working-age",
        {"healthcare_worker": "Y"},
        {"age_years": 14},
        {"age_years": 15},
        {"age_years": 80},
    ),
    case(
        "cases",
        "healthcare-worker-is-of-working-age",
        {"healthcare_worker": "Y", "age_years": 81},
        {"healthcare_worker": "UNK", "age_years": 81},
    ),
    case(
        "cases",
        "case-id-is-not-a-national-number",
        {"case_id": "12345678901"},
        {"case_id": "920101350123"},
        {"case_id": "12345678901234"},
        {"case_id": "KZ-000000001"},
        {"case_id": "46266"},
        {"case_id": "02345678901"},
        guilty=(0, 1, 2),
    ),
    implied(
        "cases",
        "no-dose-has-no-dose-date",
        {"last_dose_date": EARLY},
        {"doses_received_count": 0},
        {"doses_received_count": 1},
    ),
    case(
        "cases",
        "no-dose-has-no-product",
        {"last_vaccine_product": "COM", "doses_received_count": 0},
        {"last_vaccine_product": "COM", "doses_received_count": 1},
        {"last_vaccine_product": "UNK", "doses_received_count": 0},
        {"doses_received_count": 0},
    ),
    case(
        "cases",
        "unvaccinated-person-has-no-dose",
        {"vaccinated": "N", "doses_received_count": 2},
        {"vaccinated": "N", "last_dose_date": EARLY},
        {"vaccinated": "N", "doses_received_count": 0},
        {"vaccinated": "Y", "doses_received_count": 2},
        {"vaccinated": "N"},
        guilty=(0, 1),
    ),
    implied(
        "cases",
        "vaccinated-person-has-a-dose",
        {"vaccinated": "Y"},
        {"doses_received_count": 0},
        {"doses_received_count": 1},
    ),
    case(
        "cases",
        "last-dose-is-not-before-the-first-vaccine",
        {**COVID, "last_dose_date": date(2020, 6, 24)},
        {**COVID, "last_dose_date": date(2020, 6, 25)},
        {"pathogen": "INFL", "last_dose_date": date(2019, 1, 1)},
    ),
    case(
        "cases",
        "classification-agrees-with-its-basis",
        {"case_classification": "PROB", "case_basis": "CONF_LAB"},
        {"case_classification": "DISCARDED", "case_basis": "SYMPT_CONF_ONLY"},
        {"case_classification": "POSS", "case_basis": "CONF_LAB"},
        {"case_classification": "CONF", "case_basis": "PROB_CLIN"},
        {"case_classification": "CONF", "case_basis": "CONF_LAB"},
        {"case_classification": "PROB", "case_basis": "PROB_CLIN"},
        {"case_basis": "CONF_LAB"},
        {"case_classification": "CONF"},
        guilty=(0, 1, 2, 3),
    ),
    case(
        "cases",
        "diagnosis-agrees-with-classification",
        {"diagnosis_icd10": "U07.2", "case_classification": "CONF"},
        {"diagnosis_icd10": "U07.1", "case_classification": "PROB"},
        {"diagnosis_icd10": "U07.1", "case_classification": "CONF"},
        {"diagnosis_icd10": "U07.2", "case_classification": "PROB"},
        {"diagnosis_icd10": "U07.1"},
        guilty=(0, 1),
    ),
    implied(
        "cases",
        "tested-as-contact-implies-contact",
        {"reason_tested": "CASE_CONTACT"},
        {"contact_known_case": "N"},
        {"contact_known_case": "Y"},
        {"contact_known_case": "UNK"},
    ),
    case(
        "cases",
        "exposure-abroad-implies-travel",
        {"country_of_exposure": "KZ", "travelled_14d": "N", "region_notification": "TR-06"},
        {"country_of_exposure": "TR", "travelled_14d": "N", "region_notification": "TR-06"},
        {"country_of_exposure": "KZ", "travelled_14d": "Y", "region_notification": "TR-06"},
        {"country_of_exposure": "KZ", "travelled_14d": "N", "region_notification": "UNK"},
        {"country_of_exposure": "KZ", "travelled_14d": "N"},
    ),
    case(
        "cases",
        "one-person-is-not-two-cases",
        PERSON | {"case_id": "1"},
        PERSON | {"case_id": "2"},
        PERSON | {"case_id": "3", "age_years": 51},
        PERSON | {"case_id": "4", "onset_date": None},
        PERSON | {"case_id": "5", "sex": "UNK"},
        PERSON | {"case_id": "6", "sex": "UNK"},
        guilty=(0, 1),
    ),
)

# Admissions

STAY: dict[str, Value] = {
    "patient_pseudonym": "p",
    "admission_number": 1,
    "admission_date": EARLY,
    "discharge_date": LATE,
}


def _zero(rule: str, field: str) -> Case:
    return case("clinical_admissions", rule, {field: 0}, {field: 60}, {field: None})


CLINICAL_ADMISSIONS = (
    case(
        "clinical_admissions",
        "height-and-weight-belong-together",
        *({"height_cm": 100.0, "weight_kg": weight} for weight in (7.9, 100.1, 8.0, 100.0)),
        *({"height_cm": 200.0, "weight_kg": weight} for weight in (31.9, 400.1, 32.0, 400.0)),
        guilty=(0, 1, 4, 5),
    ),
    case(
        "clinical_admissions",
        "pregnant-patient-is-between-10-and-60-years",
        {"precondition_pregnancy": "Y", "age_years": 9},
        {"precondition_pregnancy": "Y", "age_years": 10},
    ),
    case("clinical_admissions", "oxygen-saturation-is-in-percent", {"spo2_percent": 1.0}, {"spo2_percent": 1.1}),
    case(
        "clinical_admissions",
        "no-admission-after-death",
        STAY | {"death_date": EARLY, "discharge_date": EARLY},
        STAY | {"admission_number": 2, "admission_date": _day(1)},
        guilty=(1,),
    ),
    case(
        "clinical_admissions",
        "pseudonym-is-not-a-national-number",
        {"patient_pseudonym": "12345678901234"},
        {"patient_pseudonym": "02345678901"},
        {"patient_pseudonym": "patient-ABC"},
        {"patient_pseudonym": "1234567890123"},
    ),
    implied(
        "clinical_admissions",
        "patient-with-a-death-date-died",
        {"death_date": EARLY},
        {"outcome": "A"},
        {"outcome": "D"},
        {"outcome": "UNK"},
    ),
    implied(
        "clinical_admissions",
        "intubation-implies-intensive-care",
        {"intubated": "Y"},
        {"icu": "N"},
        {"icu": "Y"},
        {"icu": "UNK"},
    ),
    case(
        "clinical_admissions",
        "intubation-agrees-with-respiratory-support",
        *({"intubated": "Y", "respiratory_support": less} for less in ("NONE", "O2", "HFNO", "NIV")),
        {"intubated": "N", "respiratory_support": "VENT"},
        {"intubated": "Y", "respiratory_support": "VENT"},
        {"intubated": "N", "respiratory_support": "O2"},
        {"intubated": "Y"},
        {"respiratory_support": "O2"},
        guilty=(0, 1, 2, 3, 4),
    ),
    implied(
        "clinical_admissions",
        "intensive-care-date-implies-intensive-care",
        {"icu_date": EARLY},
        {"icu": "N"},
        {"icu": "Y"},
        {"icu": "UNK"},
    ),
    implied(
        "clinical_admissions",
        "pregnant-patient-is-female",
        {"precondition_pregnancy": "Y"},
        {"sex": "M"},
        {"sex": "F"},
        {"sex": "UNK"},
    ),
    case(
        "clinical_admissions",
        "pregnant-patient-is-between-10-and-60-years",
        {"precondition_pregnancy": "Y", "age_years": 61},
        {"precondition_pregnancy": "Y", "age_years": 9},
        {"precondition_pregnancy": "Y", "age_years": 60},
        {"precondition_pregnancy": "N", "age_years": 61},
        {"precondition_pregnancy": "Y"},
        guilty=(0, 1),
    ),
    case(
        "clinical_admissions",
        "smoking-status-agrees-with-precondition",
        {"precondition_smoking": "Y", "smoking_status": "NEVER"},
        {"precondition_smoking": "N", "smoking_status": "CURRENT"},
        {"precondition_smoking": "Y", "smoking_status": "FORMER"},
        {"precondition_smoking": "N", "smoking_status": "NEVER"},
        {"smoking_status": "NEVER"},
        guilty=(0, 1),
    ),
    case(
        "clinical_admissions",
        "discarded-patient-has-no-detection",
        {"laboratory_result": "DETECTED", "case_classification": "DISCARDED"},
        {"laboratory_result": "DETECTED", "case_classification": "POSS"},
        {"laboratory_result": "DETECTED", "case_classification": "CONF"},
        {"laboratory_result": "DETECTED"},
        {"case_classification": "DISCARDED"},
        guilty=(0, 1),
    ),
    case(
        "clinical_admissions",
        "diastolic-pressure-is-below-systolic",
        {"diastolic_pressure_mmhg": 80, "systolic_pressure_mmhg": 80},
        {"diastolic_pressure_mmhg": 79, "systolic_pressure_mmhg": 80},
        {"diastolic_pressure_mmhg": 79, "systolic_pressure_mmhg": 0},
        {"diastolic_pressure_mmhg": 79},
    ),
    case(
        "clinical_admissions",
        "no-care-after-leaving-hospital",
        {"icu_date": LATE, "death_date": EARLY},
        {"icu_date": LATE, "discharge_date": EARLY},
        {"icu_date": LATE, "discharge_date": EARLY, "death_date": _day(9)},
        {"icu_date": LATE, "death_date": LATE},
        {"icu_date": LATE},
        guilty=(0, 1, 2),
    ),
    case(
        "clinical_admissions",
        "height-and-weight-belong-together",
        {"height_cm": 70.0, "weight_kg": 170.0},
        {"height_cm": 170.0, "weight_kg": 23.0},
        {"height_cm": 170.0, "weight_kg": 70.0},
        {"height_cm": 0.0, "weight_kg": 70.0},
        {"height_cm": 70.0},
        {"weight_kg": 170.0},
        guilty=(0, 1),
    ),
    case(
        "clinical_admissions",
        "patient-in-treatment-has-not-left",
        {"outcome": "STILLTREATMENT", "discharge_date": EARLY},
        {"outcome": "STILLTREATMENT", "outcome_date": EARLY},
        {"outcome": "STILLTREATMENT"},
        {"outcome": "A", "discharge_date": EARLY},
        guilty=(0, 1),
    ),
    _zero("heart-rate-is-not-zero", "heart_rate_per_min"),
    _zero("respiratory-rate-is-not-zero", "respiratory_rate_per_min"),
    _zero("systolic-pressure-is-not-zero", "systolic_pressure_mmhg"),
    case(
        "clinical_admissions",
        "oxygen-saturation-is-in-percent",
        {"spo2_percent": 0.97},
        {"spo2_percent": 1.0},
        {"spo2_percent": 97.0},
        {"spo2_percent": None},
        guilty=(0, 1),
    ),
    case(
        "clinical_admissions",
        "ended-admission-has-a-date",
        *({"outcome": outcome} for outcome in ("A", "D", "TRANSFER", "LAMA")),
        {"outcome": "A", "discharge_date": EARLY},
        {"outcome": "D", "death_date": EARLY},
        {"outcome": "TRANSFER", "outcome_date": EARLY},
        {"outcome": "STILLTREATMENT"},
        guilty=(0, 1, 2, 3),
    ),
    case(
        "clinical_admissions",
        "pseudonym-is-not-a-national-number",
        {"patient_pseudonym": "12345678901"},
        {"patient_pseudonym": "920101350123"},
        {"patient_pseudonym": "78ce0b"},
        guilty=(0, 1),
    ),
    case(
        "clinical_admissions",
        "admissions-follow-each-other",
        STAY,
        STAY | {"admission_number": 2, "admission_date": _day(1)},
        STAY | {"admission_number": 3, "admission_date": LATE},
        STAY | {"patient_pseudonym": "q", "admission_number": 2},
        guilty=(1,),
    ),
    case(
        "clinical_admissions",
        "no-admission-after-death",
        STAY | {"death_date": LATE},
        STAY | {"admission_number": 2, "admission_date": _day(5)},
        STAY | {"admission_number": 3, "admission_date": LATE},
        STAY | {"patient_pseudonym": "q", "admission_date": _day(5)},
        guilty=(1,),
    ),
    case(
        "clinical_admissions",
        "patient-has-one-sex",
        STAY | {"sex": "F"},
        STAY | {"sex": "M", "admission_number": 2},
        STAY | {"sex": "UNK", "admission_number": 3},
        STAY | {"sex": "M", "patient_pseudonym": "q"},
        guilty=(0, 1),
    ),
)

EVERY = (*CASE_COUNTS, *RATES, *VACCINATIONS, *CASES, *CLINICAL_ADMISSIONS)

# A row of each table that is told apart from others by its key, and says nothing else.
KEYED: dict[str, Row] = {
    "case_counts": COUNT | {"value": None},
    "rates": RATE | {"rate": None},
    "vaccinations": DOSES | {"doses_administered_count": None},
    "cases": {"case_id": "1"},
    "clinical_admissions": STAY | {"discharge_date": None},
}
