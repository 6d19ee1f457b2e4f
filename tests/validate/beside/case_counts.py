"""Counts against what is published of them, of other tables, and against the number of people."""

from __future__ import annotations

from itertools import accumulate

from tests.validate.beside.case import Beside, day, series, weekly_pattern
from tests.validate.breaking.case import Row, Value

COUNT: dict[str, Value] = {
    "region": "TR-06",
    "geo_level": "region",
    "period_type": "D",
    "pathogen": "SARSCOV2",
    "indicator": "CASES",
    "measure_type": "INCIDENT",
    "case_basis": "CONF_LAB",
    "date_basis": "PUBLICATION",
    "age_from_years": -1,
    "age_to_years": -1,
    "sex": "_T",
}
PLACE = COUNT | {"region": "TR-NOWHERE"}  # a thousand people live there
TOTAL = COUNT | {"measure_type": "CUMULATIVE"}
COUNTRY = COUNT | {"region": "TR", "geo_level": "country"}
TOTAL_OF_COUNTRY = COUNTRY | {"measure_type": "CUMULATIVE"}
REGIONS = [f"TR-{n:02}" for n in range(1, 9)]


def _on(n: int, value: int, said: Row = COUNT, **more: Value) -> dict[str, Value]:
    return {**said, "period_start": day(n), "value": value, **more}


def _daily(values: list[int], said: Row = COUNT) -> list[dict[str, Value]]:
    return series(said, values, "period_start", "value")


def _totals(values: list[int], said: Row = TOTAL) -> list[dict[str, Value]]:
    return _daily(list(accumulate(values, initial=1000)), said)


def _of_regions(n: int, *shifts: int, said: Row = COUNT) -> list[dict[str, Value]]:
    """A day of all regions: figures that differ from region to region, and from shift to shift."""
    return [_on(n, 10 + 3 * i + shift, {**said, "region": r}) for shift in shifts for i, r in enumerate(REGIONS)]


YEAR = weekly_pattern(70)
QUIET = [*[5] * 28, *[0] * 7]
LISTED: list[dict[str, Value]] = [
    {"case_id": f"{n}", "pathogen": "SARSCOV2", "report_date": day(n % 20), "case_classification": "CONF"}
    for n in range(200)
]


def _counted(per_day: int, days: int = 20) -> list[dict[str, Value]]:
    return _daily([per_day] * days, COUNTRY)


def _died(n: int, deaths: int, cases: int = 1000, said: Row = TOTAL) -> list[dict[str, Value]]:
    return [_on(n, cases, said), _on(n, deaths, said, indicator="DEATHS")]


FATAL = [row for week in range(5) for row in _died(7 * week, 20 + week)]


def _at(region: str, value: int, level: str = "city", indicator: str = "CASES") -> dict[str, Value]:
    return _on(0, value, region=region, geo_level=level, indicator=indicator)


CASES: tuple[Beside, ...] = (
    Beside(
        "case_counts",
        "cities-and-districts-do-not-exceed-their-region",
        [
            *(_at("HU-VE", 60, "region"), _at("HU-VM", 90)),
            *(_at("HU-GS", 60, "region"), _at("HU-GY", 30), _at("HU-SN", 30)),
            *(_at("AZ-NX", 60, "region"), _at("AZ-BAB", 30, "district"), _at("AZ-NV", 31)),
            *(_at("HU-HB", 60, "region"), _at("HU-DE", 90, indicator="TESTS"), _at("HU", 1, "country")),
        ],
        guilty=(0, 5),
    ),
    Beside(
        "case_counts",
        "case-fatality-is-in-line-with-history",
        [*_died(35, 67), *_died(36, 90, said={**TOTAL, "region": "TR-34"})],
        {"case_counts": FATAL},
        guilty=(1,),
        told="2.2%",
    ),
    Beside("case_counts", "case-fatality-is-in-line-with-history", _died(35, 66), {"case_counts": FATAL}),
    Beside(  # three of a hundred, where one died of each hundred before, is chance
        "case_counts",
        "case-fatality-is-in-line-with-history",
        _died(35, 9, 100),
        {"case_counts": [row for week in range(5) for row in _died(7 * week, 1, 100)]},
    ),
    Beside(
        "case_counts",
        "cumulative-does-not-fall-below-history",
        [_on(7, 90, TOTAL), _on(7, 100, {**TOTAL, "sex": "F"}), _on(7, 90, {**TOTAL, "sex": "M"}), _on(6, 95, TOTAL)],
        {"case_counts": [_on(5, 100, TOTAL), _on(5, 100, {**TOTAL, "sex": "F"}), _on(6, 101, TOTAL)]},
        guilty=(3,),
        told="2021-03-06: 100",
    ),
    Beside(  # the earlier figure is sent again, lower, so that nothing falls
        "case_counts",
        "cumulative-does-not-fall-below-history",
        [_on(5, 80, TOTAL), _on(7, 90, TOTAL)],
        {"case_counts": [_on(5, 100, TOTAL)]},
    ),
    Beside(
        "case_counts",
        "figures-are-not-a-copy-of-the-day-before",
        [*_of_regions(14, 0), *_of_regions(15, 1)],
        {"case_counts": [*_of_regions(6, 7), *_of_regions(13, 0)]},
        guilty=tuple(range(8)),
    ),
    Beside(  # one case in each of two places, two days running, is a quiet country
        "case_counts",
        "figures-are-not-a-copy-of-the-day-before",
        [{**row, "value": int(i < 2)} for i, row in enumerate(_of_regions(14, 0))],
        {
            "case_counts": [
                *_of_regions(6, 7),
                *({**row, "value": int(i < 2)} for i, row in enumerate(_of_regions(13, 0))),
            ]
        },
    ),
    Beside(  # running totals that have long stood still are no copy
        "case_counts",
        "figures-are-not-a-copy-of-the-day-before",
        _of_regions(14, 0, said=TOTAL),
        {"case_counts": [*_of_regions(6, 0, said=TOTAL), *_of_regions(13, 0, said=TOTAL)]},
    ),
    Beside(
        "case_counts",
        "figures-are-not-a-copy-of-the-day-before",
        _of_regions(14, 0, said=TOTAL),
        {"case_counts": [*_of_regions(6, -10, said=TOTAL), *_of_regions(13, 0, said=TOTAL)]},
        guilty=tuple(range(8)),
    ),
    Beside(
        "case_counts",
        "new-count-is-in-line-with-history",
        [_on(68, YEAR[68] * 10), _on(69, YEAR[69]), _on(69, 3, {**COUNT, "region": "TR-07"})],
        {"case_counts": [*_daily(YEAR[:68]), *_daily([2] * 69, {**COUNT, "region": "TR-07"})]},
        guilty=(0,),
        told="117",
    ),
    Beside(
        "case_counts",
        "new-count-is-in-line-with-history",
        [_on(69, YEAR[69] // 10), *_daily(weekly_pattern(60, level=30), {**COUNT, "region": "TR-07"})],
        {"case_counts": _daily(YEAR[:69])},
        guilty=(0,),
    ),
    Beside(  # a total that grows tenfold on a day, and one beside which new counts are told: they are looked at
        "case_counts",
        "new-count-is-in-line-with-history",
        [
            _on(70, sum(YEAR[:69]) + 1000 + 10 * YEAR[69], TOTAL),
            _on(70, sum(YEAR[:69]) + 1000 + 10 * YEAR[69], {**TOTAL, "region": "TR-07"}),
            _on(70, YEAR[69], {**COUNT, "region": "TR-07"}),
            _on(70, sum(YEAR[:70]) + 1000, {**TOTAL, "region": "TR-08"}),
        ],
        {
            "case_counts": [
                *_totals(YEAR[:69]),
                *_totals(YEAR[:69], {**TOTAL, "region": "TR-07"}),
                *_daily([0, *YEAR[:69]], {**COUNT, "region": "TR-07"}),
                *_totals(YEAR[:69], {**TOTAL, "region": "TR-08"}),
            ]
        },
        guilty=(0,),
        told="79",
    ),
    Beside(  # a total that stands still for a week
        "case_counts",
        "week-is-not-all-zero",
        [_on(35, 1140, TOTAL), _on(35, 1141, {**TOTAL, "region": "TR-07"})],
        {"case_counts": [*_totals(QUIET[:34]), *_totals(QUIET[:34], {**TOTAL, "region": "TR-07"})]},
        guilty=(0,),
        told="140",
    ),
    Beside(
        "case_counts",
        "week-is-not-all-zero",
        [_on(34, 0), _on(34, 0, {**COUNT, "sex": "F"}), _on(34, 1, {**COUNT, "sex": "M"})],
        {
            "case_counts": [
                *_daily(QUIET[:34]),
                *_daily([0] * 34, {**COUNT, "sex": "F"}),
                *_daily(QUIET[:34], {**COUNT, "sex": "M"}),
            ]
        },
        guilty=(0,),
        told="140",
    ),
    Beside(
        "case_counts",
        "figures-do-not-stand-still",
        [_on(13, 40), _on(13, 9, {**COUNT, "sex": "F"}), _on(13, 41, {**COUNT, "sex": "M"})],
        {
            "case_counts": [
                *_daily([30] + [40] * 12),
                *_daily([9] * 13, {**COUNT, "sex": "F"}),
                *_daily([40] * 13, {**COUNT, "sex": "M"}),
            ]
        },
        guilty=(0,),
    ),
    Beside(
        "case_counts",
        "detections-do-not-exceed-published-tests",
        [_on(1, 11, COUNT | {"indicator": "DETECTIONS"}), _on(2, 10, COUNT | {"indicator": "DETECTIONS"})],
        {"case_counts": [_on(n, 10, COUNT | {"indicator": "TESTS", "case_basis": "UNK"}) for n in (1, 2)]},
        guilty=(0,),
        told="10",
    ),
    Beside("case_counts", "counts-agree-with-the-line-list", _counted(11), {"cases": LISTED}, (0,), told="200"),
    Beside("case_counts", "counts-agree-with-the-line-list", _counted(10), {"cases": LISTED}),
    Beside(
        "case_counts",
        "counts-agree-with-the-line-list",
        _totals([11] * 25, TOTAL_OF_COUNTRY),
        {"cases": LISTED},
        (1,),
        told="190",
    ),
    Beside("case_counts", "counts-agree-with-the-line-list", _totals([10] * 25, TOTAL_OF_COUNTRY), {"cases": LISTED}),
    Beside(  # by the day of publication they differ, by that of notification they agree
        "case_counts",
        "counts-agree-with-the-line-list",
        [*_counted(11), *_daily([10] * 20, COUNTRY | {"date_basis": "NOTIFICATION"})],
        {"cases": LISTED},
    ),
    Beside("case_counts", "counts-agree-with-the-line-list", _counted(10, days=40), {"cases": LISTED}),
    Beside(
        "case_counts",
        "counts-do-not-exceed-the-population",
        [
            _on(1, 1001, PLACE),
            _on(2, 1000, PLACE),
            _on(3, 1001, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(4, 1001, COUNT),
        ],
        guilty=(0,),
        told="1000",
    ),
    Beside(
        "case_counts",
        "cumulative-counts-are-below-the-population",
        [
            _on(1, 1100, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(2, 1000, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(3, 1101, PLACE | {"measure_type": "CUMULATIVE"}),
            _on(3, 900_000, PLACE | {"measure_type": "CUMULATIVE", "indicator": "PERSONS_TESTED"}),
        ],
        guilty=(0, 3),
        told="1000",
    ),
    Beside(
        "case_counts",
        "cumulative-counts-do-not-exceed-the-population-by-a-tenth",
        [_on(1, 1101, PLACE | {"measure_type": "CUMULATIVE"}), _on(2, 1100, PLACE | {"measure_type": "CUMULATIVE"})],
        guilty=(0,),
        told="1000",
    ),
)
