"""Mexico: patients of the surveillance of respiratory disease, of whom only those in hospital are in scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sources.conftest import Ran

NULL_DATE = "-001-11-30"
YES_NO = {"1": "Y", "2": "N", "97": None, "98": "UNK", "99": "UNK"}
ANSWERS = {
    "contact_known_case": "OTRO_CASO",
    "precondition_asthma": "ASMA",
    "precondition_diabetes": "DIABETES",
    "precondition_heart": "CARDIOVASCULAR",
    "precondition_hypertension": "HIPERTENSION",
    "precondition_immunodeficiency": "INMUSUPR",
    "precondition_kidney": "RENAL_CRONICA",
    "precondition_obesity": "OBESIDAD",
    "precondition_other": "OTRA_COM",
    "precondition_pregnancy": "EMBARAZO",
    "precondition_smoking": "TABAQUISMO",
    "pneumonia_at_admission": "NEUMONIA",
    "intubated": "INTUBADO",
    "icu": "UCI",
}
STATES = {
    "02": "MX-BCN",
    "03": "MX-BCS",
    "09": "MX-CMX",
    "10": "MX-DUR",
    "11": "MX-GUA",
    "12": "MX-GRO",
    "18": "MX-NAY",
    "21": "MX-PUE",
    "25": "MX-SIN",
    "26": "MX-SON",
    "27": "MX-TAB",
}
CLASSES = {"1": "CONF", "2": "CONF", "3": "CONF", "4": "UNK", "5": "UNK", "6": "POSS", "7": "DISCARDED"}
RESULTS = {"1": "DETECTED", "2": "NOT_DETECTED", "3": "PENDING", "4": "INVALID", "97": None}


@pytest.fixture(scope="module")
def mx(run_once: Callable[[str], Ran]) -> Ran:
    return run_once("mx/clinical_admissions")


@pytest.fixture(scope="module")
def inpatients(mx: Ran) -> dict[str, dict[str, str]]:
    """Every inpatient of the file by the number of the registration."""
    return {r["ID_REGISTRO"]: r for r in mx.records if r["TIPO_PACIENTE"] == "2"}


def died_before_admission(record: dict[str, str]) -> bool:
    return record["FECHA_DEF"] != NULL_DATE and record["FECHA_DEF"] < record["FECHA_INGRESO"]


def test_outpatients_are_set_aside_and_one_impossible_death_is_rejected(mx: Ran) -> None:
    accounts = mx.outcome.verdict.accounts
    assert Counter(r["TIPO_PACIENTE"] for r in mx.records) == {"1": 55_595, "2": 3_369}
    assert accounts.rows_by_fate == accounts.facts_by_fate == {"accepted": 3_368, "out-of-scope": 55_595, "rejected": 1}
    assert (accounts.rows, accounts.facts) == (58_964, 58_964)
    assert mx.outcome.verdict.decision == "partly-accepted"


def test_the_rejected_patient_died_on_paper_before_being_admitted(
    mx: Ran, inpatients: dict[str, dict[str, str]]
) -> None:
    rule, row, column = mx.one("SELECT rule, source_row, source_column FROM lake.rejected_facts")
    assert (rule, column) == ("death-is-not-before-admission", "FECHA_DEF")
    assert [r for r in inpatients.values() if died_before_admission(r)] == [mx.records[row - 2]]


def test_every_cell_in_scope_is_published_as_the_catalogue_means_it(
    mx: Ran, inpatients: dict[str, dict[str, str]]
) -> None:
    expected = {
        (
            case,
            date.fromisoformat(r["FECHA_INGRESO"]),
            date.fromisoformat(r["FECHA_SINTOMAS"]),
            None if r["FECHA_DEF"] == NULL_DATE else date.fromisoformat(r["FECHA_DEF"]),
            int(r["EDAD"]),
            {"1": "F", "2": "M"}[r["SEXO"]],
            STATES[r["ENTIDAD_UM"]],
            STATES[r["ENTIDAD_RES"]],
            CLASSES[r["CLASIFICACION_FINAL"]],
            RESULTS[r["RESULTADO_LAB"]],
            RESULTS[r["RESULTADO_ANTIGENO"]],
            "Y" if r["EPOC"] == "1" else "UNK",
            *(YES_NO[r[column]] for column in ANSWERS.values()),
        )
        for case, r in inpatients.items()
        if not died_before_admission(r)
    }
    asked = (
        "patient_pseudonym, admission_date, onset_date, death_date, age_years, sex, region_facility, region_residence"
    )
    results = "case_classification, laboratory_result, antigen_result, precondition_lung"
    found = mx.rows(f"SELECT {asked}, {results}, {', '.join(ANSWERS)} FROM {{t}}")
    assert set(found) == expected
    assert len(found) == 3_368


def test_the_null_date_of_the_sender_is_no_date(mx: Ran, inpatients: dict[str, dict[str, str]]) -> None:
    alive = sum(r["FECHA_DEF"] == NULL_DATE for r in inpatients.values())
    assert mx.one("SELECT count(*) FILTER (death_date IS NULL) FROM {t}") == alive
    assert mx.one("SELECT min(death_date) FROM {t}") >= date(2021, 7, 1)


def test_what_does_not_apply_is_absent_and_not_a_no(mx: Ran) -> None:
    assert dict(mx.rows("SELECT precondition_pregnancy, count(*) FROM {t} WHERE sex = 'M' GROUP BY 1")).keys() == {None}
    women = dict(mx.rows("SELECT precondition_pregnancy, count(*) FROM {t} WHERE sex = 'F' GROUP BY 1"))
    assert women == {"Y": 45, "N": 1_483, "UNK": 1}  # one more N was rejected for the date of death


def test_who_has_no_copd_may_have_another_disease_of_the_lungs(mx: Ran) -> None:
    assert {lung for (lung,) in mx.rows("SELECT DISTINCT precondition_lung FROM {t}")} == {"Y", "UNK"}


def test_a_code_with_a_leading_zero_is_a_state(mx: Ran) -> None:
    assert {state for (state,) in mx.rows("SELECT DISTINCT region_facility FROM {t}")} == {"MX-BCN", "MX-BCS"}
    assert {state for (state,) in mx.rows("SELECT DISTINCT region_residence FROM {t}")} == set(STATES.values())


def test_the_outcome_is_not_known_where_the_file_has_no_column_for_it(mx: Ran) -> None:
    assert mx.rows("SELECT DISTINCT outcome FROM {t}") == [("UNK",)]


def test_a_patient_leads_to_the_cell(mx: Ran) -> None:
    columns = dict(mx.rows("SELECT field, source_column FROM lake.column_mappings"))
    row, admitted, aged = mx.one(
        "SELECT source_row, admission_date, age_years FROM {t} WHERE patient_pseudonym = '63bf72'"
    )
    record = dict(zip(mx.cells[0], mx.cells[row - 1], strict=True))
    assert record[columns["patient_pseudonym"]] == "63bf72"
    assert (record[columns["admission_date"]], record[columns["age_years"]]) == (str(admitted), str(aged))
