"""Doses that one state gives and another receives, at most four weeks later."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day
from tests.validate.breaking.case import Value


def _given(receiver: str, n: int, doses: int, **more: Value) -> dict[str, Value]:
    return {
        "giving_country": "TR",
        "receiving_country": receiver,
        "transfer_side": "GIVER",
        "vaccine_product": "SIN",
        "period_type": "W",
        "period_start": day(n),
        "doses_transferred_count": doses,
        **more,
    }


def _received(receiver: str, n: int, doses: int, **more: Value) -> dict[str, Value]:
    return _given(receiver, n, doses, transfer_side="RECEIVER", **more)


def _from_hungary(receiver: str, n: int, doses: int, **more: Value) -> dict[str, Value]:
    return _received(receiver, n, doses, **HUNGARY, **more)


HUNGARY: dict[str, Value] = {"giving_country": "HU"}
RULE = "doses-received-are-those-that-were-given"
CASES: tuple[Beside, ...] = (
    Beside(
        "vaccine_transfers",
        RULE,
        [
            _given("KG", 42, 500),  # 10 000 were given five weeks before, and 9 000 came in all
            _given("KG", 35, 500),  # of a product and a state the newest row is marked alone
            _given("UZ", 42, 500),  # what was given has come, but for what was broken
            _given("AZ", 42, 99_000),  # is still on its way
            _given("KZ", 42, 500),  # the other state tells nothing
            _given("TM", 42, 500),  # 100 doses are missing, which may be
        ],
        {
            "vaccine_transfers": [
                *(_given(state, 0, 5000) for state in ("KG", "UZ", "AZ", "KZ")),
                *(_given(state, 7, 10_000) for state in ("KG", "UZ", "AZ", "KZ")),
                _given("TM", 7, 1000),
            ]
        },
        guilty=(0,),
        told="KG: 9000",
        elsewhere={
            "vaccine_transfers": [
                *(_received(state, 7, 4990) for state in ("UZ", "AZ")),
                *(_received(state, 14, 9980) for state in ("UZ", "AZ")),
                _received("KG", 7, 5000),
                _received("KG", 14, 4000),
                _received("TM", 7, 900),
            ]
        },
    ),
    Beside(
        "vaccine_transfers",
        RULE,
        [
            _from_hungary("KG", 42, 20_000),  # the other state gave 2 000 since both tell
            _from_hungary("UZ", 42, 20_000),
            _from_hungary("AZ", 21, 20_000),  # may have been given before the other state began to tell
            _from_hungary("KZ", 42, 20_000, vaccine_product="COM"),
        ],
        {"vaccine_transfers": [_from_hungary(state, 7, 9990) for state in ("KG", "UZ", "AZ", "KZ")]},
        guilty=(0, 3),
        elsewhere={
            "vaccine_transfers": [
                *(_given(state, 0, 10_000, **HUNGARY) for state in ("KG", "UZ", "AZ", "KZ")),
                _given("KG", 35, 2000, **HUNGARY),
                _given("UZ", 35, 20_000, **HUNGARY),
                _given("KZ", 35, 20_000, **HUNGARY),  # another product
            ]
        },
    ),
)
