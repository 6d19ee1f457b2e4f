"""Border posts: the own end of every crossing that the source can name, under the name by which the sender calls it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipelines.simulate.asked import Asked
from pipelines.simulate.crossings import Crossing, crossings
from pipelines.simulate.draw import Columns
from pipelines.simulate.told import Told, in_columns, label


def border_posts(asked: Asked) -> Iterator[Columns]:
    """Give a row of every crossing of the state."""
    yield in_columns(_post(crossing, asked) for crossing in crossings(asked))


def _post(crossing: Crossing, asked: Asked) -> Told:
    row = next(r for r in asked.declared.registers["border_crossings"].rows if r["border_crossing"] == crossing.code)
    rng, own = asked.chance(crossing.code), "first" if row["first_country"] == crossing.here else "second"
    return {
        "border_crossing": crossing.code,
        "partner_country": crossing.there,
        "post_name": label(asked, "border_crossing", crossing.code),
        "un_locode": row[f"{own}_un_locode"] or None,
        "latitude_degrees": int(rng.integers(3500, 5600)) / 100,  # somewhere between the Danube and the Tian Shan
        "longitude_degrees": int(rng.integers(1600, 8800)) / 100,
        "transport_mode": crossing.mode,
        "transport_corridor": str(row["transport_corridor"] or "NONE"),
        "open_around_the_clock": "Y" if crossing.mode == "ROAD" else "N",
        "is_for_freight": "Y",
        "is_for_passengers": "N" if crossing.mode == "RAIL" else "Y",
        "described_date": asked.window.first + timedelta(days=int(asked.chance(crossing.code).integers(0, 7))),
    }
