"""Results of laboratories: a test of everybody who was reported, and of others who turned out not to have it.

A result is there on the day of the report and counted by it: the tests that a state counts are those of its register.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.bounds import measured
from pipelines.simulate.draw import Columns
from pipelines.simulate.persons import NOTHING, named_places, numbered
from pipelines.simulate.world import People, Well
from pipelines.simulate.world.well import well

_RESULTS = np.array(["DETECTED", "NOT_DETECTED", "INCONCLUSIVE"], object)  # of the classes CONF, PROB, POSS
_BY_GENOME = 0.8


def lab_results(asked: Asked) -> Iterator[Columns]:
    """Give the tests that are known by the day. One result in a hundred of the last days is still to come."""
    for reported in asked.world.people(asked.today):
        people, places = named_places(reported, asked, "region_laboratory", "region_residence")
        yield {**_tested(people, asked, "S", _RESULTS[people.classification]), **places}
    others, places = named_places(well(asked.world, asked.today), asked, "region_laboratory", "region_residence")
    yield {
        **_tested(others, asked, "C", np.full(len(others.number), "NOT_DETECTED", object)),
        **places,
        "case_id": None,
    }


def _tested(people: People | Well, asked: Asked, prefix: str, result: np.ndarray) -> dict[str, object]:
    number, genome = people.number + 1, people.chance("by genome") < _BY_GENOME
    received = people.specimen + (people.chance("sent") * (people.report - people.specimen + 1)).astype(np.int64)
    pending = (people.chance("pending") < 0.01) & (people.specimen > asked.today - 10)  # noqa: PLR2004
    result = np.where(pending, "PENDING", result)
    chance = people.chance("cycle")
    cycle = np.where((result == "DETECTED") & genome, (140 + chance * 210).astype(np.int64) / 10, np.nan)
    method, test = _said(asked, genome)
    return {
        "specimen_id": numbered(f"{prefix}{asked.window.first:%y}-", number),
        "test_number": 1,
        "case_id": numbered(f"{asked.window.first:%y}-", number),
        "laboratory_code": numbered("LAB", people.region + 1),
        "age_years": people.age,
        "sex": np.where(people.is_female, "F", "M").astype(object),
        "specimen_type": np.where(people.chance("swab") < 0.7, "NASOPH", "OROPH").astype(object),  # noqa: PLR2004
        "specimen_collected_date": people.dates(people.specimen, asked.today),
        "specimen_received_date": people.dates(received, asked.today),
        "result_date": people.dates(np.where(pending, -1, people.report), asked.today),
        "test_method": method,
        "test_loinc": test,
        "test_result": result,
        **(measured("ct_value", cycle, chance, asked) if "NAAT" in asked.codes("test_method") else {}),
        "ct_gene": np.where(np.isnan(cycle), NOTHING, "N_GENE"),
    }


def _said(asked: Asked, genome: np.ndarray) -> tuple[object, object]:
    """Give the method and the test of each, where the source knows both methods; else the one that it knows."""
    if {"NAAT", "AG_RDT"} <= set(asked.codes("test_method")):
        method = np.where(genome, "NAAT", "AG_RDT").astype(object)
        return method, np.where(genome, "94500-6", "94558-4").astype(object)
    return "NAAT", "94500-6"
