"""Admissions to hospital: of those whom a state reported, the ones who lie or lay in hospital."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.simulate.admitted import admitted
from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.persons import entered, known, named_places, numbered


def clinical_admissions(asked: Asked) -> Iterator[Columns]:
    """Give one stay of each person who was admitted by the day."""
    for reported in asked.world.people(asked.today):
        people = entered(reported, asked)
        people = people.where((people.admission >= 0) & (people.admission <= asked.today))
        people, places = named_places(people, asked, "region_facility", "region_residence")
        pseudonym = numbered(f"{asked.window.first:%y}-", people.number + 1)
        told = known(people, asked)
        yield {**told, **admitted(people, told), **places, "patient_pseudonym": pseudonym}
