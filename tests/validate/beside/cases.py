"""A line list against what is published of it, against the counts and the hospitals of the same state."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day, many
from tests.validate.beside.case_counts import COUNTRY, TOTAL_OF_COUNTRY, _daily, _totals
from tests.validate.breaking.case import Row, Value

KNOWN: dict[str, Value] = {
    "pathogen": "SARSCOV2",
    "region_notification": "TR-06",
    "case_classification": "CONF",
    "age_years": 40,
    "sex": "F",
    "region_residence": "TR-06",
}


def _cases(number: int, *days: int, said: Row = KNOWN, named: str = "case_id") -> list[dict[str, Value]]:
    rows = many(number, *({**said, "report_date": day(n)} for n in days), key="case_id")
    return [row | {"case_id": f"{named}-{row['case_id']}"} for row in rows]


def _one(outcome: str, case_id: str = "1") -> dict[str, Value]:
    return {**KNOWN, "case_id": case_id, "report_date": day(30), "outcome": outcome}


WEEKS = [row for week in range(4) for row in _cases(25, 7 * week, 7 * week + 3, named=f"w{week}")]
NEW = _cases(25, 28, 30, named="new")
UNKNOWN = [row | ({"sex": "UNK"} if n < 6 else {}) for n, row in enumerate(NEW)]


def _result(case_id: str, said: str, n: int = 1, pathogen: str = "SARSCOV2") -> dict[str, Value]:
    row: dict[str, Value] = {"specimen_id": f"{case_id}-{n}", "test_number": n, "specimen_collected_date": day(28)}
    return {**row, "case_id": case_id, "pathogen": pathogen, "test_result": said}


CASES: tuple[Beside, ...] = (
    Beside(
        "cases",
        "confirmed-case-has-a-positive-result",
        [
            _one("UNK"),
            _one("UNK", "2"),
            _one("UNK", "3") | {"case_classification": "PROB"},
            _one("UNK", "4") | {"case_basis": "CONF_PROB"},
            *(_one("UNK", case_id) for case_id in ("5", "6", "7")),
        ],
        {
            "lab_results": [
                *(_result("1", "NOT_DETECTED", n) for n in (1, 2)),
                *(_result("2", said, n) for n, said in enumerate(("NOT_DETECTED", "DETECTED"), 1)),
                *(_result(case_id, "NOT_DETECTED") for case_id in ("3", "4")),
                *(_result("5", said, n) for n, said in enumerate(("NOT_DETECTED", "PENDING"), 1)),
                _result("6", "NOT_DETECTED", pathogen="INFL"),
            ]
        },
        guilty=(0,),
        told="2",
    ),
    Beside("cases", "cases-do-not-vanish", _cases(95, 1, 9), {"cases": _cases(100, 1, 9)}, guilty=(0,), told="100"),
    Beside("cases", "cases-do-not-vanish", _cases(96, 1, 9), {"cases": _cases(100, 1, 9)}),
    Beside(  # only what is new is sent
        "cases", "cases-do-not-vanish", _cases(5, 9), {"cases": [*_cases(100, 1), *_cases(3, 9, named="other")]}
    ),
    Beside(
        "cases",
        "case-does-not-return-from-death",
        [_one("A"), _one("D", "2"), _one("UNK", "3"), _one("A", "4")],
        {"cases": [_one("D"), _one("D", "2"), _one("D", "3"), _one("A", "4")]},
        guilty=(0,),
    ),
    Beside(
        "cases",
        "share-of-unknown-does-not-jump",
        UNKNOWN,
        {"cases": WEEKS},
        guilty=(0,),
        told="sex 24 % (0 %)",
    ),
    Beside("cases", "share-of-unknown-does-not-jump", [*UNKNOWN[1:], NEW[0]], {"cases": WEEKS}),
    Beside(
        "cases",
        "line-list-agrees-with-counts",
        _cases(200, *range(20)),
        {"case_counts": _daily([11] * 25, COUNTRY)},
        guilty=(0,),
        told="220",
    ),
    Beside(
        "cases", "line-list-agrees-with-counts", _cases(200, *range(20)), {"case_counts": _daily([10] * 25, COUNTRY)}
    ),
    Beside(
        "cases",
        "line-list-agrees-with-counts",
        _cases(200, *range(20)),
        {"case_counts": _totals([11] * 25, TOTAL_OF_COUNTRY)},
        guilty=(1,),
        told="209",
    ),
    Beside(  # a gap in the totals loses nobody, and of two series one agrees
        "cases",
        "line-list-agrees-with-counts",
        _cases(200, *range(20)),
        {
            "case_counts": [
                *(row for n, row in enumerate(_totals([10] * 25, TOTAL_OF_COUNTRY)) if n not in {8, 9}),
                *_daily([20] * 25, COUNTRY | {"date_basis": "NOTIFICATION"}),
            ]
        },
    ),
    Beside(
        "cases",
        "case-alive-in-the-line-list-did-not-die-in-hospital",
        [_one("A"), _one("D", "2"), _one("A", "3")],
        {
            "clinical_admissions": [
                {"patient_pseudonym": p, "admission_date": day(31), "outcome": o, "death_date": day(40)}
                for p, o in (("1", "D"), ("2", "D"), ("3", "A"))
            ]
        },
        guilty=(0,),
        told="2021-04-10",
    ),
)
