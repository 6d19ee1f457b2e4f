"""Rows of `case_counts` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, Case, Row, Value, apart, case, day

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
    return COUNT | {"period_start": day(n), "value": value, "measure_type": measure}


def _of(indicator: str, value: int, **more: Value) -> dict[str, Value]:
    return COUNT | {"indicator": indicator, "value": value} | more


PLACE: Row = {"region": None, "period_type": "M", "pathogen": "INFL"}
AGES: Row = {"age_from_years": 0, "age_to_years": 4}
ANOTHER: dict[str, Row] = {  # what makes another series of a row, by rule
    "age-bands-do-not-overlap": {
        **PLACE,
        "period_start": day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "deaths-do-not-exceed-cases": {**PLACE, **AGES, "period_start": day(1), "case_basis": "UNK", "sex": "F"},
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
        "period_start": day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "sexes-do-not-exceed-their-total": {
        **PLACE,
        **AGES,
        "period_start": day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
    },
    "ages-do-not-exceed-their-total": {
        **PLACE,
        "period_start": day(1),
        "indicator": "DEATHS",
        "measure_type": "INCIDENT",
        "case_basis": "UNK",
        "date_basis": "ONSET",
        "sex": "F",
    },
    "detections-do-not-exceed-tests": {
        **PLACE,
        **AGES,
        "period_start": day(1),
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

CASES: tuple[Case, ...] = (
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
    # a bound that no age has is rejected for itself, and its neighbours are in order
    case(
        "case_counts", "age-bands-do-not-overlap", _aged(0, 1251), _aged(5, 14), _aged(64, 50), _aged(60, 69), guilty=()
    ),
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
        COUNT | {"period_type": "W", "period_start": day(1)},
        COUNT | {"period_type": "W"},
        COUNT | {"period_start": day(1)},
        COUNT | {"period_type": "W", "period_start": day(6)},
        guilty=(0, 3),
    ),
    case(
        "case_counts",
        "period-start-of-a-month-is-its-first-day",
        COUNT | {"period_type": "M", "period_start": day(1)},
        COUNT | {"period_type": "M"},
        COUNT | {"period_start": day(1)},
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
        "sexes-add-up-to-their-total",
        COUNT,
        *(COUNT | {"sex": sex, "value": 3} for sex in ("F", "M", "UNK")),
        *(COUNT | {"region": "KZ-11", "sex": sex, "value": value} for sex, value in (("_T", 10), ("F", 3), ("M", 3))),
        *(COUNT | {"region": "KZ", "sex": s, "value": n} for s, n in (("_T", 9), ("F", 3), ("M", 3), ("UNK", 3))),
        *(COUNT | {"region": "KZ-15", "sex": s, "value": n} for s, n in (("_T", 9), ("F", 3), ("M", None), ("UNK", 3))),
    ),
    case(
        "case_counts",
        "ages-add-up-to-their-total",
        COUNT,
        *(_aged(0, 64, 4), _aged(65, 125, 4), _aged(-2, -2, 1)),
        *(row | {"region": "KZ"} for row in (COUNT, _aged(0, 64, 4), _aged(65, 125, 5), _aged(-2, -2, 1))),
        *(row | {"region": "KZ-11"} for row in (COUNT, _aged(0, 64, 4), _aged(70, 125, 4), _aged(-2, -2, 1))),
        *(row | {"region": "KZ-15"} for row in (COUNT, _aged(0, 64, 4), _aged(65, 125, 4))),
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

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = COUNT | {"value": None}
