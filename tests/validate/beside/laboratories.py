"""Tests, sequences and deaths of any cause against the counts and the line list of the same state."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day
from tests.validate.beside.case_counts import COUNT, COUNTRY
from tests.validate.breaking.case import Value

WEEK: dict[str, Value] = {"region": "TR-06", "period_type": "W", "date_basis": "DEATH"}
SEQUENCED: dict[str, Value] = {
    "region": "TR-06",
    "period_type": "W",
    "pathogen": "SARSCOV2",
    "lineage_system": "PANGO",
    "lineage": "B.1.1.7",
}


def _tested(number: int, *days: int) -> list[dict[str, Value]]:
    rows = [(n, i) for n in days for i in range(number)]
    said: dict[str, Value] = {"pathogen": "SARSCOV2", "test_result": "DETECTED"}
    return [
        {**said, "specimen_id": f"{n}-{i}", "specimen_collected_date": day(n), "result_date": day(n)} for n, i in rows
    ]


def _tests(per_day: int, *, total: bool = False) -> list[dict[str, Value]]:
    said = COUNTRY | {"indicator": "TESTS", "case_basis": "UNK"} | ({"measure_type": "CUMULATIVE"} if total else {})
    return [{**said, "period_start": day(n), "value": per_day * (n + 1 if total else 1)} for n in range(5)]


def _deaths(n: int, deaths: int, **more: Value) -> dict[str, Value]:
    return {**WEEK, "period_start": day(n), "deaths_all_cause_count": deaths, **more}


def _counted(n: int, value: int, indicator: str) -> dict[str, Value]:
    return {**COUNT, "period_start": day(n), "value": value, "indicator": indicator}


CASES: tuple[Beside, ...] = (
    Beside(
        "lab_results",
        "tests-agree-with-counts",
        _tested(100, 1, 2, 3),
        {"case_counts": _tests(106)},
        guilty=(100,),
        told="106",
    ),
    Beside("lab_results", "tests-agree-with-counts", _tested(100, 1, 2, 3), {"case_counts": _tests(105)}),
    Beside(
        "lab_results",
        "tests-agree-with-counts",
        _tested(100, 1, 2, 3),
        {"case_counts": _tests(106, total=True)},
        guilty=(100,),
        told="106",
    ),
    Beside(
        "genome_samples",
        "sample-is-of-its-case",
        [{"sample_id": c, "case_id": c, "specimen_collected_date": day(40)} for c in ("1", "2", "3")],
        {
            "cases": [
                {"case_id": c, "report_date": day(20), "onset_date": o}
                for c, o in (("1", day(9)), ("2", day(10)), ("3", None))
            ]
        },
        guilty=(0,),
        told="2021-03-10",
    ),
    Beside(
        "variant_counts",
        "sequenced-does-not-exceed-cases",
        [{**SEQUENCED, "period_start": day(n), "sequenced_count": 20} for n in (0, 7)],
        {
            "case_counts": [
                *(_counted(n, 2, "CASES") for n in range(7)),
                *(_counted(7 + n, 3, "CASES") for n in range(7)),
            ]
        },
        guilty=(0,),
        told="14",
    ),
    Beside(  # of the first week the total tells six days, of the second all
        "variant_counts",
        "sequenced-does-not-exceed-cases",
        [{**SEQUENCED, "period_start": day(n), "sequenced_count": 20} for n in (0, 7)],
        {"case_counts": [_counted(n, 2 * n, "CASES") | {"measure_type": "CUMULATIVE"} for n in range(14)]},
        guilty=(1,),
        told="14",
    ),
    Beside(
        "deaths_all_cause",
        "reported-deaths-do-not-exceed-all-deaths",
        [_deaths(0, 13), _deaths(7, 14)],
        {"case_counts": [_counted(n, 2, "DEATHS") for n in range(14)]},
        guilty=(0,),
        told="14",
    ),
    Beside(
        "deaths_all_cause",
        "deaths-are-in-line-with-history",
        [_deaths(56, 130), _deaths(56, 119, sex="F")],
        {"deaths_all_cause": [_deaths(7 * n, 100, sex=s) for n in range(8) for s in ("_T", "F")]},
        guilty=(0,),
        told="100",
    ),
)
