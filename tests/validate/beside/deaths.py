"""Deaths of all causes in a region and in its parts."""

from __future__ import annotations

from tests.validate.beside.case import Beside, day
from tests.validate.breaking.case import Value


def _died(region: str, deaths: int, level: str = "city") -> dict[str, Value]:
    said: dict[str, Value] = {"period_type": "W", "period_start": day(0), "date_basis": "DEATH", "sex": "_T"}
    ages: dict[str, Value] = {"age_from_years": -1, "age_to_years": -1}
    return {**said, **ages, "region": region, "geo_level": level, "deaths_all_cause_count": deaths}


CASES: tuple[Beside, ...] = (
    Beside(
        "deaths_all_cause",
        "deaths-of-cities-and-districts-do-not-exceed-their-region",
        [
            *(_died("HU-VE", 60, "region"), _died("HU-VM", 90)),
            *(_died("HU-GS", 60, "region"), _died("HU-GY", 30), _died("HU-SN", 30)),
        ],
        guilty=(0,),
    ),
)
