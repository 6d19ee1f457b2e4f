"""Rows of `measures` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, apart, case, day

URL = "https://health.example/act/7"
MEASURE: dict[str, Value] = {
    "measure_id": "m1",
    "region": "TR",
    "measure_indicator": "C1",
    "measure_value": 2,
    "measure_applies_to": "ALL",
    "measure_start_date": EARLY,
    "measure_end_date": LATE,
    "legal_url": URL,
}
_HIGHEST = {2: "C3 C5 C7 E1 E2 H1 H3", 3: "C1 C2 C6 H2 H8", 4: "C4 C8 H6", 5: "H7"}


def _highest(above: int) -> tuple[Row, ...]:
    steps = ((indicator, value) for value, names in _HIGHEST.items() for indicator in names.split())
    return tuple({"measure_indicator": i, "measure_value": v + above, "legal_url": URL} for i, v in steps)


CASES: tuple[Case, ...] = (
    case(
        "measures",
        "measure-value-is-on-the-scale-of-its-indicator",
        *_highest(1),
        *_highest(0),
        guilty=tuple(range(len(_highest(1)))),
    ),
    case(
        "measures",
        "measure-scope-is-asked-of-its-indicator",
        *({"measure_indicator": i, "measure_scope": "GENERAL"} for i in ("C8", "E1", "E2", "H2", "H3", "H7")),
        *({"measure_indicator": i, "measure_scope": "GENERAL"} for i in ("C1", "C7", "H1", "H6", "H8")),
        {"measure_indicator": "C8"},
        guilty=tuple(range(6)),
    ),
    case(
        "measures",
        "measure-in-force-shows-its-source",
        {"measure_value": 1},
        {"measure_value": 0},
        {"measure_value": 1, "legal_url": URL},
        {"measure_value": 1, "evidence_url": URL},
        {"measure_value": 1, "archived_url": URL},
    ),
    case(
        "measures",
        "measure-does-not-replace-itself",
        {"measure_id": "a", "supersedes_measure_id": "a"},
        {"measure_id": "a", "supersedes_measure_id": "b"},
    ),
    apart(
        "measures",
        "spells-of-a-measure-do-not-overlap",
        MEASURE,
        MEASURE | {"measure_id": "m2", "measure_start_date": LATE, "measure_end_date": None},
        place="region",
        series={"region": None, "measure_indicator": "C2", "measure_applies_to": "VACCINATED"},
        guilty=1,
    ),
    case(
        "measures",
        "spells-of-a-measure-do-not-overlap",
        MEASURE,
        MEASURE | {"measure_id": "m2", "measure_start_date": day(5), "measure_end_date": None},
        MEASURE | {"measure_id": "m3", "measure_start_date": day(9)},
        guilty=(2,),
    ),
    case(
        "measures",
        "measure-of-the-state-is-as-strict-as-its-strictest-region",
        MEASURE,
        MEASURE | {"measure_id": "m2", "region": "TR-06", "measure_value": 3, "measure_start_date": LATE},
        MEASURE | {"measure_id": "m3", "measure_indicator": "C2"},
        MEASURE | {"measure_id": "m4", "measure_indicator": "C2", "region": "TR-06"},
        MEASURE | {"measure_id": "m5", "measure_applies_to": "VACCINATED"},
        MEASURE | {"measure_id": "m6", "measure_start_date": day(-9), "measure_end_date": day(-1)},
        MEASURE | {"measure_id": "m7", "measure_start_date": day(5), "measure_end_date": None},
        MEASURE | {"measure_id": "m8", "region": "TR-06", "measure_value": 3, "measure_end_date": EARLY},
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"measure_id": "m1"}
