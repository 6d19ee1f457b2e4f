"""The line list: everybody whom a state reported, as known on the day."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.exposure import exposure
from pipelines.simulate.persons import entered, known, named_places, numbered

_DIED = "D"


def cases(asked: Asked) -> Iterator[Columns]:
    """Give the persons in the order of report; where the source lists the dead only, those who have died by then."""
    for reported in asked.world.people(asked.today):
        people = entered(reported, asked)
        if asked.source.constants.get("outcome") == _DIED:
            people = people.where((people.death >= 0) & (people.death <= asked.today))
        people, places = named_places(people, asked, "region_notification", "region_residence")
        case_id = numbered(f"{asked.window.first:%y}-", people.number + 1)
        told = known(people, asked)
        yield {**told, **exposure(people, told, asked), **places, "case_id": case_id}
