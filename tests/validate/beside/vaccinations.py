"""Doses against what is published of them, and against the number of people."""

from __future__ import annotations

from itertools import accumulate

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


def _total(n: int, number: str, doses: int, **more: Value) -> dict[str, Value]:
    said: Row = TOTAL | {"period_type": "W", "vaccine_product": "MOD", "dose_number": number}
    return _on(n, doses, said, **more)


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
        "second-doses-come-after-their-interval",
        [
            _total(42, "2", 101),
            _total(42, "2", 101, vaccine_product="SIN"),  # two weeks will do, and in these 110 are told of
            _total(42, "2", 101, vaccine_product="JANSS"),
            _total(42, "2", 101, target_group="HCW"),
            _total(42, "2", 101, region="TR-34"),
            _total(42, "2", 101, measure_type="INCIDENT"),
            _total(42, "1", 101, target_group="Age80+"),
            _total(42, "3", 101),
            _total(42, "1", 200),
            _total(35, "2", 100, vaccine_product="SPU"),
            _total(35, "2", 101, vaccine_product="SPU", target_group="Age80+"),
            _total(35, "2", 101, vaccine_product="SPU", target_group="HCW"),  # three weeks before, between the two told
            _total(35, "2", 101, vaccine_product="_T", period_type="D"),
        ],
        {
            "vaccinations": [
                *(_total(14, "1", 100, vaccine_product=p) for p in ("MOD", "SIN", "JANSS", "SPU")),
                *(_total(28, "1", 110, vaccine_product=p) for p in ("MOD", "SIN", "JANSS", "SPU")),
                _total(14, "1", 100, vaccine_product="SPU", target_group="Age80+"),
                _total(14, "1", 100, measure_type="INCIDENT"),
                *(_total(n, "1", told, vaccine_product="SPU", target_group="HCW") for n, told in ((7, 90), (21, 110))),
                _total(28, "1", 100, vaccine_product="_T"),
                _total(35, "1", 100, vaccine_product="_T", period_type="D"),  # no earlier day is known
            ]
        },
        guilty=(0, 10),
        told="2021-03-15: 100",
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
        "doses-are-in-line-with-history",
        [_on(68, sum(PATTERN[:68]) + PATTERN[68] * 10, TOTAL), _on(69, sum(PATTERN[:70]) + 9 * PATTERN[68], TOTAL)],
        {"vaccinations": series(TOTAL, list(accumulate(PATTERN[:68])), "period_start", "doses_administered_count")},
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
