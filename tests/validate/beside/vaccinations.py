"""Doses against what is published of them, and against the number of people."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day, series, weekly_pattern
from tests.validate.breaking.case import Row, Value

DOSES: dict[str, Value] = {
    "region": "TR-06",
    "geo_level": "region",
    "period_type": "D",
    "vaccine_product": "_T",
    "target_group": "ALL",
    "dose_number": "1",
    "measure_type": "INCIDENT",
}
PLACE = DOSES | {"region": "TR-NOWHERE"}  # a thousand people live there
TOTAL = DOSES | {"measure_type": "CUMULATIVE"}
PATTERN = weekly_pattern(70, level=2000)


def _on(n: int, doses: int, said: Row = DOSES, **more: Value) -> dict[str, Value]:
    return {**said, "period_start": day(n), "doses_administered_count": doses, **more}


CASES: tuple[Beside, ...] = (
    Beside(
        "vaccinations",
        "cumulative-doses-do-not-fall-below-history",
        [_on(7, 90, TOTAL), _on(7, 100, TOTAL | {"dose_number": "2"})],
        {"vaccinations": [_on(5, 100, TOTAL), _on(5, 100, TOTAL | {"dose_number": "2"})]},
        guilty=(0,),
        told="2021-03-06: 100",
    ),
    Beside(
        "vaccinations",
        "doses-are-in-line-with-history",
        [_on(68, PATTERN[68] * 10), _on(69, PATTERN[69])],
        {"vaccinations": series(DOSES, PATTERN[:68], "period_start", "doses_administered_count")},
        guilty=(0,),
    ),
    Beside(
        "vaccinations",
        "first-doses-are-below-the-population",
        [
            _on(1, 1001, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(2, 1000, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(3, 1101, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(4, 1001, PLACE | {"measure_type": "CUMULATIVE"} | {"dose_number": "UNK"}),
        ],
        guilty=(0,),
        told="1000",
    ),
    Beside(
        "vaccinations",
        "first-doses-do-not-exceed-the-population-by-a-tenth",
        [_on(1, 1101, PLACE | {"measure_type": "CUMULATIVE"}), _on(2, 1100, PLACE | {"measure_type": "CUMULATIVE"})],
        guilty=(0,),
        told="1000",
    ),
)
