"""Patients, tests, genomes and deaths of one state agree in all tables: they are the same persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines.simulate.asked import asked_of
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.source import Source

TABLES = (
    "clinical_admissions",
    "clinical_daily",
    "clinical_outcomes",
    "hospital_capacity",
    "lab_results",
    "genome_samples",
    "cases",
    "variant_counts",
    "deaths_all_cause",
)


@pytest.fixture(scope="module")
def told(declared: Declarations) -> duckdb.DuckDBPyConnection:
    """What the senders of the smaller states know, in tables as the lake has them."""
    worlds, con = Worlds(declared, Window(4), seed=3, scale=0.5), duckdb.connect()
    for table in TABLES:
        parts = []
        for source in (s for s in declared.sources.values() if s.table == table and _is_ours(s)):
            con.register(f"from_{source.country}_{table}", truth(asked_of(source, worlds)))
            parts.append(f"SELECT '{source.country}' AS reporting_country, * FROM from_{source.country}_{table}")
        con.execute(f"CREATE TABLE {table} AS {' UNION ALL BY NAME '.join(parts)}")
    return con


def _is_ours(source: Source) -> bool:
    """Whether it names its persons as all others do; a list of which a real file was seen has numbers of its own."""
    return source.provenance["publisher"] == "synthetic"


def _count(told: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return told.execute(query).fetchone() or ()


def test_every_assessment_lies_within_the_stay_of_its_patient(told: duckdb.DuckDBPyConnection) -> None:
    compared, outside = _count(
        told,
        """SELECT count(*), count(*) FILTER (d.assessment_date < a.admission_date
          OR d.assessment_date > least(a.discharge_date, a.death_date))
        FROM clinical_daily d JOIN clinical_admissions a USING (reporting_country, patient_pseudonym)""",
    )
    assert compared > 100
    assert outside == 0


def test_every_stay_has_the_same_outcome_wherever_it_is_told(told: duckdb.DuckDBPyConnection) -> None:
    compared, different = _count(
        told,
        """SELECT count(*), count(*) FILTER (o.outcome <> a.outcome
          OR o.outcome_date <> coalesce(a.death_date, a.discharge_date) OR o.admission_date <> a.admission_date)
        FROM clinical_outcomes o JOIN clinical_admissions a USING (reporting_country, patient_pseudonym)""",
    )
    assert compared > 100
    assert different == 0


def test_patients_in_hospital_are_those_who_were_admitted_and_have_not_left(told: duckdb.DuckDBPyConnection) -> None:
    compared, more = _count(
        told,
        """SELECT count(*), count(*) FILTER (lying > patients_hospitalised_count) FROM (
          SELECT h.patients_hospitalised_count, (SELECT count(*) FROM clinical_admissions a
            WHERE a.reporting_country = h.reporting_country AND a.region_facility = h.region
            AND a.admission_date <= h.period_start
            AND coalesce(a.discharge_date, a.death_date, DATE '9999-12-31') > h.period_start) AS lying
          FROM hospital_capacity h WHERE patients_hospitalised_count IS NOT NULL
          AND reporting_country IN (SELECT reporting_country FROM clinical_admissions))""",
    )
    assert compared > 50
    assert more == 0


def test_a_specimen_of_a_case_has_the_result_of_its_class(told: duckdb.DuckDBPyConnection) -> None:
    compared, wrong = _count(
        told,
        """SELECT count(*), count(*) FILTER ((l.test_result = 'DETECTED') <> (c.case_classification = 'CONF'))
        FROM lab_results l JOIN cases c USING (reporting_country, case_id) WHERE l.test_result <> 'PENDING'""",
    )
    assert compared > 500
    assert wrong == 0


def test_a_sample_is_of_its_case_and_lineages_are_part_of_the_confirmed_cases(told: duckdb.DuckDBPyConnection) -> None:
    compared, wrong = _count(
        told,
        """SELECT count(*), count(*) FILTER (c.case_classification <> 'CONF'
          OR abs(g.specimen_collected_date - c.onset_date) > 30)
        FROM genome_samples g JOIN cases c USING (reporting_country, case_id)""",
    )
    assert compared > 50
    assert wrong == 0
    periods, more = _count(
        told,
        """SELECT count(*), count(*) FILTER (parts > sequenced_count) FROM (
          SELECT reporting_country, region, period_type, period_start, sum(detections_count) AS parts,
            max(sequenced_count) AS sequenced_count
          FROM variant_counts GROUP BY ALL)""",
    )
    assert periods > 8
    assert more == 0


def test_who_died_in_hospital_is_among_the_deaths_of_all_causes(told: duckdb.DuckDBPyConnection) -> None:
    compared, more = _count(
        told,
        """SELECT count(*), count(*) FILTER (a.died > d.deaths) FROM (
          SELECT reporting_country, region, period_start, sum(deaths_all_cause_count) AS deaths,
            count(*) - count(deaths_all_cause_count) AS untold FROM deaths_all_cause GROUP BY ALL) d
        JOIN (SELECT reporting_country, region_facility AS region, date_trunc('week', death_date)::DATE AS period_start,
            count(*) AS died FROM clinical_admissions WHERE death_date IS NOT NULL GROUP BY ALL) a
        USING (reporting_country, region, period_start) WHERE untold = 0""",
    )
    assert compared > 3
    assert more == 0
