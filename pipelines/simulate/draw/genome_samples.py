"""Samples that were sequenced: one confirmed case in five, with the lineage of the variant that the person had."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.simulate.asked import Asked
from pipelines.simulate.draw import Columns
from pipelines.simulate.genomes import LINEAGES
from pipelines.simulate.persons import entered, named_places, numbered
from pipelines.simulate.told import label
from pipelines.simulate.world import People

_BEGINS = {"GISAID": "EPI_ISL_", "ENA": "ERR"}  # the accessions of each database
_SEQUENCED, _UPLOADED = 0.2, 0.8
_WORKED, _SENT = 7, 5  # days from the specimen to its sequence, and from there to the database, at most


def genome_samples(asked: Asked) -> Iterator[Columns]:
    """Give the samples of those who were reported and sequenced by the day."""
    for reported in asked.world.people(asked.today):
        people = entered(reported, asked)
        sequenced = people.report + 1 + (people.chance("sequencing takes") * _WORKED).astype(np.int64)
        chosen = (people.classification == 0) & (people.chance("sequenced") < _SEQUENCED) & (sequenced <= asked.today)
        people, places = named_places(people.where(chosen), asked, "region_collected")
        yield {**_sample(people, asked), **_genome(people, asked), **_worked_at(people), **places}


def _sample(people: People, asked: Asked) -> dict[str, object]:
    number = people.number + 1
    return {
        "sample_id": numbered(f"S{asked.window.first:%y}-", number),
        "isolate": _isolates(people, asked),
        "case_id": numbered(f"{asked.window.first:%y}-", number),
        "host": "HUMAN",
        "age_years": people.age,
        "sex": np.where(people.is_female, "F", "M").astype(object),
        "specimen_collected_date": people.dates(people.specimen, asked.today),
        "specimen_type": np.where(people.chance("swab") < 0.7, "NASOPH", "OROPH").astype(object),  # noqa: PLR2004
        "ct_value": (150 + people.chance("cycle") * 150).astype(np.int64) / 10,
        "ct_gene": np.where(people.chance("gene") < 0.6, "N_GENE", "ORF1AB").astype(object),  # noqa: PLR2004
    }


def _worked_at(people: People) -> dict[str, object]:
    """Name where each sample was taken, a hospital of its region, and the one laboratory that sequences for a state."""
    hospitals = np.array([f"Hospital {place}" for place in people.world.regions], object)
    return {
        "sample_collector": hospitals[people.region],
        "sequence_submitter": f"Laboratory {people.world.country}",
    }


def _genome(people: People, asked: Asked) -> dict[str, object]:
    sequenced = people.report + 1 + (people.chance("sequencing takes") * _WORKED).astype(np.int64)
    submitted = sequenced + 1 + (people.chance("submission takes") * _SENT).astype(np.int64)
    submitted = np.where(people.chance("submitted") < _UPLOADED, submitted, -1)
    known = (submitted >= 0) & (submitted <= asked.today)
    system = str(asked.source.constants.get("lineage_system", "PANGO"))
    repository = str(asked.source.constants.get("sequence_repository", "GISAID"))
    lineages = np.array([lineage.name(system) for lineage in LINEAGES], object)
    labels = np.array([lineage.label for lineage in LINEAGES], object)
    return {
        "sequenced_date": people.dates(sequenced, asked.today),
        "sequence_submitted_date": people.dates(submitted, asked.today),
        "sampling_strategy": np.where(people.chance("choice") < 0.9, "REPRESENTATIVE", "OUTBREAK").astype(object),  # noqa: PLR2004
        "sequencing_method": "WGS",
        "sequencing_platform": np.where(people.chance("platform") < 0.6, "ILLUMINA", "NANOPORE").astype(object),  # noqa: PLR2004
        "coverage_breadth_percent": (910 + people.chance("breadth") * 90).astype(np.int64) / 10,
        "coverage_depth_ratio": 50.0 + (people.chance("depth") * 950).astype(np.int64),
        "lineage_system": system,
        "lineage": lineages[people.variant],
        "who_label": labels[people.variant],
        "lineage_software": "pangolin 4.3",
        "consensus_software": "iVar 1.4",
        "wgs_accession": _accessions(people, known, _BEGINS[repository]),
    }


def _isolates(people: People, asked: Asked) -> np.ndarray:
    """Name the virus of each sample as GISAID does: with its state, its number and the year of its specimen."""
    state = label(asked, "country", people.world.country, "en")
    years = people.dates(people.specimen, asked.today).astype("datetime64[Y]")
    named = (f"hCoV-19/{state}/S{number + 1}/{year}" for number, year in zip(people.number, years, strict=True))
    return np.array(list(named), object)


def _accessions(people: People, known: np.ndarray, begins: str) -> np.ndarray:
    """Give an accession to those that were submitted, none like another's in the whole simulation."""
    state = int(np.frombuffer(people.world.country.encode(), np.uint8).astype(int) @ [100, 1])
    made = [f"{begins}{state}{number:07d}" if sent else None for number, sent in zip(people.number, known, strict=True)]
    return np.array(made, object)
