"""Freight, crossings and stranded citizens: what the other side of the border counted."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day
from tests.validate.breaking.case import Value

FLOW: dict[str, Value] = {"direction": "OUT", "period_type": "D", "period_start": day(1), "vehicles_count": 100}
CLOSED: dict[str, Value] = {
    "direction": "OUT",
    "border_traffic": "FREIGHT",
    "border_status": "CLOSED",
    "status_start_date": day(-300),
}
STRANDED: dict[str, Value] = {
    "host_country": "GE",
    "home_country": "TR",
    "reporting_side": "HOME",
    "stranded_reason": "_T",
    "period_type": "W",
    "period_start": day(0),
}


def _at(crossing: str, **more: Value) -> dict[str, Value]:
    return FLOW | {"border_crossing": crossing} | more


def _closed(crossing: str, **more: Value) -> dict[str, Value]:
    return CLOSED | {"border_crossing": crossing} | more


def _stranded(number: int, host: str = "GE", **more: Value) -> dict[str, Value]:
    return STRANDED | {"stranded_count": number, "host_country": host} | more


CASES: tuple[Beside, ...] = (
    Beside(
        "freight_flows",
        "closed-crossing-has-no-freight",
        [_at("A1"), _at("A1", direction="IN"), _at("A1", vehicles_count=0), _at("A2"), _at("A3")],
        {
            "border_status": [
                _closed("A1"),
                _closed("A2", border_status="LIMITED"),
                _closed("A3", status_end_date=day(0)),
            ]
        },
        guilty=(0,),
        told="2020-05-05",
    ),
    Beside(
        "freight_flows",
        "crossing-closed-by-the-other-side-has-no-freight",
        [_at("B1"), _at("B1", direction="IN"), _at("B2"), _at("B3", period_type="W")],
        elsewhere={
            "border_status": [
                _closed("B1", direction="IN"),
                _closed("B2", direction="IN", border_traffic="PASSENGER"),
                _closed("B3", direction="IN", status_end_date=day(5)),
            ]
        },
        guilty=(0,),
        told=" 2020-05-05",
    ),
    Beside(
        "freight_flows",
        "freight-is-what-the-other-side-counted",
        [
            _at("C1"),
            _at("C2"),
            _at("C3", vehicles_count=10),
            _at("C4", vehicles_count=None, wagons_count=40),
            _at("C5"),
        ],
        elsewhere={
            "freight_flows": [
                _at("C1", direction="IN", vehicles_count=112),
                _at("C2", direction="IN", vehicles_count=111),
                _at("C3", direction="IN", vehicles_count=20),
                _at("C4", direction="IN", vehicles_count=40, wagons_count=20),
                _at("C5", direction="IN", vehicles_count=1000, period_start=day(2)),
                _at("C5", direction="OUT", vehicles_count=1000),
            ]
        },
        guilty=(0, 3),
    ),
    Beside(
        "stranded_citizens",
        "stranded-are-as-many-as-the-other-side-counted",
        [_stranded(100), _stranded(100, "IR"), _stranded(10, "AM"), _stranded(100, "RU")],
        elsewhere={
            "stranded_citizens": [
                _stranded(126, reporting_side="HOST"),
                _stranded(125, "IR", reporting_side="HOST"),
                _stranded(20, "AM", reporting_side="HOST"),
                _stranded(900, "RU"),
            ]
        },
        guilty=(0,),
        told=": 126",
    ),
    Beside(
        "border_status",
        "no-freight-passed-the-closed-crossing",
        [_closed("D1"), _closed("D1", border_traffic="PASSENGER"), _closed("D2"), _closed("D3")],
        {"freight_flows": [_at("D1", period_start=day(-300)), _at("D2", vehicles_count=0, period_start=day(-300))]},
        guilty=(0,),
        told="100",
    ),
)
