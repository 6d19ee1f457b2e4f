"""What a line list says of a person beside the illness: travel, entry, vaccination, isolation, what followed."""

from __future__ import annotations

import numpy as np

from pipelines.simulate.ages import BANDS
from pipelines.simulate.asked import Asked
from pipelines.simulate.crossings import crossings
from pipelines.simulate.persons import NOTHING, Known, complications, yes
from pipelines.simulate.world import People
from pipelines.simulate.world.campaign import PRODUCTS

_TRAVELLED, _AT_THE_BORDER, _VACCINATED, _SEQUENCED = 0.06, 0.3, 0.4, 0.02
_CHILD, _GROWN, _RETIRED = 2, 18, 65
_BASES = np.array(["CONF_LAB", "PROB_CLIN", "UNK"], object)
_DIAGNOSES = np.array(["RA01.0", "RA01.1", "RA01.1"], object)
_NO_DAY = np.datetime64("NaT", "D")


def exposure(people: People, told: Known, asked: Asked) -> Known:
    """Give every such field of these persons, of whom the illness is told already."""
    travel, vaccination, after = _moved(people, told, asked), _vaccinated(people, asked), _followed(people, asked)
    return {**_aged(people), **travel, **vaccination, **after}


def _aged(people: People) -> Known:
    """Give the age as bounds and as months, and work."""
    age, working = people.age, (people.age >= _GROWN) & (people.age < _RETIRED)
    lowest, highest = np.array(BANDS).T
    band = np.searchsorted(lowest, age, side="right") - 1
    group = (1 + people.chance("occupation") * 9).astype(np.int64).astype(str).astype(object)
    return {
        "age_months": np.where(age < _CHILD, 12.0 * age + (people.chance("months") * 12).astype(np.int64), np.nan),
        "age_from_years": lowest[band],
        "age_to_years": highest[band],
        "occupation_group": np.where(working, group, NOTHING),
    }


def _moved(people: People, told: Known, asked: Asked) -> Known:
    """Give travel, with the state in which it was caught then, and whether a border post found it."""
    states = sorted({p.country for p in asked.declared.places.values()} & {*asked.codes("country_of_travel")})
    abroad = np.array([state for state in states if state != asked.source.country], object)
    travelled = people.chance("travelled") < _TRAVELLED
    found = travelled & (people.chance("border") < _AT_THE_BORDER)
    where = abroad[(people.chance("destination") * len(abroad)).astype(np.int64)]
    entered = people.dates(people.report - (people.chance("entry") * 3).astype(np.int64), asked.today)
    return {
        "travelled_14d": yes(travelled),
        "country_of_travel": np.where(travelled, where, NOTHING),
        "country_of_exposure": np.where(travelled, where, asked.source.country).astype(object),
        "detected_at_point_of_entry": yes(found),
        "point_of_entry": np.where(found, _crossed(people, asked), NOTHING),
        "point_of_entry_date": np.where(found, entered, _NO_DAY),
        "reason_tested": np.where(found, "POE_DETECTION", told["reason_tested"]),
    }


def _crossed(people: People, asked: Asked) -> np.ndarray:
    """Give a crossing of the own state to each person; nothing where the source can name none."""
    named: list[str | None] = [crossing.code for crossing in crossings(asked, "point_of_entry")]
    codes = np.array(named or [None], object)
    return np.asarray(codes[(people.chance("crossing") * len(codes)).astype(np.int64)])


def _vaccinated(people: People, asked: Asked) -> Known:
    """Give the doses before the illness: one or two, of one product, the last one two to nine weeks ago."""
    had = (people.age >= _GROWN) & (people.chance("vaccinated") < _VACCINATED)
    ago = 14 + (people.chance("last dose") * 50).astype(np.int64)
    given = people.dates(people.report, asked.today) - ago
    product = np.array(list(PRODUCTS), object)[(people.chance("product") * len(PRODUCTS)).astype(np.int64)]
    return {
        "vaccinated": yes(had),
        "doses_received_count": np.where(had, 1 + (people.chance("doses") < 0.7), 0),  # noqa: PLR2004
        "last_dose_date": np.where(had, given, _NO_DAY),
        "last_vaccine_product": np.where(had, product, NOTHING),
    }


def _followed(people: People, asked: Asked) -> Known:
    """Give the days by which it is counted, isolation, complications, and of a few the sequence."""
    isolated = people.chance("isolated") < 0.8  # noqa: PLR2004
    reported = people.dates(people.report, asked.today)
    counted = np.where(people.is_silent, reported, people.dates(people.onset, asked.today))
    confirmed = people.classification == 0
    accession = np.char.add("EPI_ISL_", (4_000_000 + people.number).astype(str)).astype(object)
    return {
        **complications(people, asked),
        "case_basis": _BASES[people.classification],
        "diagnosis_icd11": _DIAGNOSES[people.classification],
        "statistics_date": counted,
        "date_basis": np.where(people.is_silent, "NOTIFICATION", "ONSET").astype(object),
        "isolated": yes(isolated),
        "isolation_date": np.where(isolated, reported, _NO_DAY),
        "wgs_accession": np.where(confirmed & (people.chance("sequenced") < _SEQUENCED), accession, NOTHING),
    }
