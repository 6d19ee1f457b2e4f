"""Rows of `cases` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from datetime import date
from functools import partial

from pipelines.declarations import load_declarations
from tests.validate.breaking.case import EARLY, LATE, LONG_AGO, Case, Row, Value, case, day, implied

breaks, implies = partial(case, "cases"), partial(implied, "cases")

SYMPTOMS = tuple(f for f in load_declarations().tables["cases"].fields if f.startswith("symptom_"))
NOT_AFTER_DEATH = (
    *("onset_date", "hospitalisation_date", "icu_date", "isolation_date", "last_dose_date", "discharge_date"),
)
PERSON: dict[str, Value] = {
    "pathogen": "SARSCOV2",
    "age_years": 50,
    "sex": "F",
    "region_notification": "TR-06",
    "onset_date": EARLY,
    "report_date": LATE,
    "hospitalisation_date": LATE,
    "outcome_date": LATE,
}
ANOTHER_PERSON: Row = {
    "pathogen": "INFL",
    "sex": "M",
    "region_notification": "TR-34",
    "onset_date": LATE,
    "report_date": EARLY,
    "hospitalisation_date": EARLY,
    "outcome_date": EARLY,
}
COVID: Row = {"pathogen": "SARSCOV2"}
STATISTICS: dict[str, Value] = {"statistics_date": EARLY}
BASES = {
    "ONSET": "onset_date",
    "SPECIMEN": "specimen_date",
    "NOTIFICATION": "report_date",
    "ADMISSION": "hospitalisation_date",
    "DEATH": "death_date",
}
AT_HOME: Row = {"hospitalised": "N"}
IN_HOSPITAL: Row = {"hospitalised": "Y"}
IN_HOSPITAL_UNKNOWN: Row = {"hospitalised": "UNK"}

CASES: tuple[Case, ...] = (
    breaks(
        "one-person-is-not-two-cases",
        *(PERSON | {"case_id": f"{n} a", "age_years": n} for n in range(len(ANOTHER_PERSON))),
        *(
            PERSON | {"case_id": f"{n} b", "age_years": n, field: value}
            for n, (field, value) in enumerate(ANOTHER_PERSON.items())
        ),
        guilty=(),
    ),
    breaks(
        "diagnosis-agrees-with-classification",
        *({"diagnosis_icd10": "U07.1", "case_classification": said} for said in ("PROB", "POSS", "DISCARDED", "UNK")),
        guilty=(0, 1, 2),
    ),
    breaks(
        "unvaccinated-person-has-no-dose",
        {"vaccinated": "N", "doses_received_count": 1},
        {"vaccinated": "UNK", "doses_received_count": 1},
    ),
    breaks(
        "no-date-after-death",
        *({"death_date": EARLY, late: LATE} for late in NOT_AFTER_DEATH),
        {"death_date": EARLY, "discharge_date": LATE, "onset_date": EARLY},
        *({"death_date": LATE, early: EARLY} for early in NOT_AFTER_DEATH),
        {"death_date": EARLY, "report_date": LATE, "specimen_date": LATE},
        {"death_date": EARLY, "onset_date": EARLY},
        {"onset_date": LATE},
        guilty=(0, 1, 2, 3, 4, 5, 6),
    ),
    breaks(
        "no-date-before-the-pathogen-was-known",
        {**COVID, "report_date": LONG_AGO},
        {**COVID, "report_date": LATE, "onset_date": date(1921, 1, 1)},
        {**COVID, "report_date": LATE, "specimen_date": date(2019, 11, 30)},
        {"pathogen": "MERSCOV", "report_date": LONG_AGO},
        {"pathogen": "MERSCOV", "report_date": date(2012, 3, 1)},
        {"pathogen": "INFL", "report_date": LONG_AGO},
        {**COVID, "report_date": date(2019, 12, 1)},
        guilty=(0, 1, 2, 3),
    ),
    breaks(
        "onset-to-report-is-at-most-60-days",
        {"onset_date": EARLY, "report_date": day(61)},
        {"onset_date": EARLY, "report_date": day(60)},
        {"report_date": EARLY},
    ),
    breaks(
        "specimen-to-report-is-at-most-60-days",
        {"specimen_date": EARLY, "report_date": day(61)},
        {"specimen_date": EARLY, "report_date": day(60)},
    ),
    breaks(
        "statistics-date-agrees-with-its-basis",
        *(STATISTICS | {"date_basis": basis, day: LATE} for basis, day in BASES.items()),
        *(STATISTICS | {"date_basis": basis, day: EARLY} for basis, day in BASES.items()),
        *(STATISTICS | {"date_basis": basis} for basis in BASES),
        STATISTICS | {"date_basis": "RESULT", "onset_date": LATE},
        STATISTICS,
        guilty=(0, 1, 2, 3, 4),
    ),
    breaks(
        "outcome-date-of-a-death-is-the-death-date",
        {"outcome": "D", "outcome_date": EARLY, "death_date": LATE},
        {"outcome": "D", "outcome_date": EARLY, "death_date": EARLY},
        {"outcome": "A", "outcome_date": EARLY, "death_date": LATE},
        {"outcome": "D", "outcome_date": EARLY},
    ),
    breaks(
        "asymptomatic-has-no-onset",
        {"asymptomatic": "Y", "onset_date": EARLY},
        {"asymptomatic": "N", "onset_date": EARLY},
        {"asymptomatic": "UNK", "onset_date": EARLY},
        {"asymptomatic": "Y"},
    ),
    breaks(
        "asymptomatic-has-no-symptoms",
        *({"asymptomatic": "Y", symptom: "Y"} for symptom in SYMPTOMS),
        *({"asymptomatic": "Y", symptom: "N"} for symptom in SYMPTOMS),
        {"asymptomatic": "Y", "symptom_fever": "N", "symptom_rash": "Y"},
        {"asymptomatic": "Y", "symptom_fever": "UNK"},
        {"asymptomatic": "Y"},
        {"asymptomatic": "N", "symptom_fever": "Y"},
        guilty=(*range(len(SYMPTOMS)), 2 * len(SYMPTOMS)),
    ),
    implies("icu-implies-hospitalised", {"icu": "Y"}, AT_HOME, IN_HOSPITAL, IN_HOSPITAL_UNKNOWN),
    breaks(
        "hospitalised-is-said-beside-icu",
        {"icu": "Y"},
        {"icu": "Y", **IN_HOSPITAL_UNKNOWN},
        {"icu": "Y", **IN_HOSPITAL},
        {"icu": "UNK"},
        {"icu": "N", **IN_HOSPITAL_UNKNOWN},
        AT_HOME,
        guilty=(0, 1),
    ),
    implies("icu-date-implies-hospitalised", {"icu_date": EARLY}, AT_HOME, IN_HOSPITAL, IN_HOSPITAL_UNKNOWN),
    implies("icu-date-implies-icu", {"icu_date": EARLY}, {"icu": "N"}, {"icu": "Y"}, {"icu": "UNK"}),
    breaks("icu-has-a-date", {"icu": "Y"}, {"icu": "Y", "icu_date": EARLY}, {"icu": "N"}, {"icu": "UNK"}),
    implies(
        "hospitalisation-date-implies-hospitalised",
        {"hospitalisation_date": EARLY},
        AT_HOME,
        IN_HOSPITAL,
        IN_HOSPITAL_UNKNOWN,
    ),
    breaks(
        "hospitalised-has-a-date",
        IN_HOSPITAL,
        {**IN_HOSPITAL, "hospitalisation_date": EARLY},
        AT_HOME,
        IN_HOSPITAL_UNKNOWN,
    ),
    implies("discharge-implies-hospitalised", {"discharge_date": EARLY}, AT_HOME, IN_HOSPITAL, IN_HOSPITAL_UNKNOWN),
    breaks(
        "ventilation-implies-hospitalised",
        {"respiratory_support": "ECMO", **AT_HOME},
        {"respiratory_support": "VENT", **AT_HOME},
        {"respiratory_support": "O2", **AT_HOME},
        {"respiratory_support": "VENT", **IN_HOSPITAL},
        {"respiratory_support": "VENT"},
        AT_HOME,
        guilty=(0, 1),
    ),
    implies(
        "isolation-date-implies-isolated",
        {"isolation_date": EARLY},
        {"isolated": "N"},
        {"isolated": "Y"},
        {"isolated": "UNK"},
    ),
    implies(
        "death-date-implies-outcome-died",
        {"death_date": EARLY},
        {"outcome": "A"},
        {"outcome": "D"},
        {"outcome": "UNK"},
    ),
    breaks("death-has-a-date", {"outcome": "D"}, {"outcome": "D", "death_date": EARLY}, {"outcome": "A"}),
    implies(
        "death-due-to-disease-implies-outcome-died",
        {"death_due_to_disease": "Y"},
        {"outcome": "A"},
        {"outcome": "D"},
        {"outcome": "UNK"},
    ),
    breaks(
        "death-and-discharge-exclude-each-other",
        {"outcome": "D", "discharge_date": EARLY, "death_date": EARLY},
        {"outcome": "D", "discharge_date": EARLY, "death_date": LATE},
        {"outcome": "D", "death_date": LATE},
        {"discharge_date": EARLY, "death_date": EARLY},
    ),
    breaks(
        "person-in-treatment-has-not-left",
        {"outcome": "STILLTREATMENT", "discharge_date": EARLY},
        {"outcome": "STILLTREATMENT", "outcome_date": EARLY},
        {"outcome": "STILLTREATMENT"},
        {"outcome": "A", "outcome_date": EARLY},
        guilty=(0, 1),
    ),
    implies("pregnancy-implies-female", {"precondition_pregnancy": "Y"}, {"sex": "M"}, {"sex": "F"}, {"sex": "UNK"}),
    implies(
        "pregnancy-is-between-10-and-60-years",
        {"precondition_pregnancy": "Y"},
        {"age_years": 9},
        {"age_years": 60},
        {"age_years": 10},
    ),
    breaks(
        "pregnancy-is-between-10-and-60-years",
        {"precondition_pregnancy": "Y", "age_years": 61},
        {"precondition_pregnancy": "N", "age_years": 61},
    ),
    breaks(
        "age-band-of-a-person-is-not-a-total",
        {"age_from_years": -1, "age_to_years": -1},
        {"age_from_years": -2, "age_to_years": -2},
        {"age_from_years": 0, "age_to_years": 4},
        {"age_from_years": 65},
        guilty=(0, 1),
    ),
    breaks(
        "age-lies-in-its-band",
        {"age_years": 9, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 20, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 10, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 19, "age_from_years": 10, "age_to_years": 19},
        {"age_years": 15},
        guilty=(0, 1),
    ),
    implies(
        "healthcare-worker-is-of-working-age",
        {"healthcare_worker": "Y"},
        {"age_years": 14},
        {"age_years": 15},
        {"age_years": 80},
    ),
    breaks(
        "healthcare-worker-is-of-working-age",
        {"healthcare_worker": "Y", "age_years": 81},
        {"healthcare_worker": "UNK", "age_years": 81},
    ),
    breaks(
        "case-id-is-not-a-national-number",
        {"case_id": "12345678901"},
        {"case_id": "920101350123"},
        {"case_id": "12345678901234"},
        {"case_id": "KZ-000000001"},
        {"case_id": "46266"},
        {"case_id": "02345678901"},
        guilty=(0, 1, 2),
    ),
    implies(
        "no-dose-has-no-dose-date",
        {"last_dose_date": EARLY},
        {"doses_received_count": 0},
        {"doses_received_count": 1},
    ),
    breaks(
        "no-dose-has-no-product",
        {"last_vaccine_product": "COM", "doses_received_count": 0},
        {"last_vaccine_product": "COM", "doses_received_count": 1},
        {"last_vaccine_product": "UNK", "doses_received_count": 0},
        {"doses_received_count": 0},
    ),
    breaks(
        "unvaccinated-person-has-no-dose",
        {"vaccinated": "N", "doses_received_count": 2},
        {"vaccinated": "N", "last_dose_date": EARLY},
        {"vaccinated": "N", "doses_received_count": 0},
        {"vaccinated": "Y", "doses_received_count": 2},
        {"vaccinated": "N"},
        guilty=(0, 1),
    ),
    implies(
        "vaccinated-person-has-a-dose",
        {"vaccinated": "Y"},
        {"doses_received_count": 0},
        {"doses_received_count": 1},
    ),
    breaks(
        "last-dose-is-not-before-the-first-vaccine",
        {**COVID, "last_dose_date": date(2020, 6, 24)},
        {**COVID, "last_dose_date": date(2020, 6, 25)},
        {"pathogen": "INFL", "last_dose_date": date(2019, 1, 1)},
    ),
    breaks(
        "classification-agrees-with-its-basis",
        {"case_classification": "PROB", "case_basis": "CONF_LAB"},
        {"case_classification": "DISCARDED", "case_basis": "SYMPT_CONF_ONLY"},
        {"case_classification": "POSS", "case_basis": "CONF_LAB"},
        {"case_classification": "CONF", "case_basis": "PROB_CLIN"},
        {"case_classification": "CONF", "case_basis": "CONF_LAB"},
        {"case_classification": "PROB", "case_basis": "PROB_CLIN"},
        {"case_basis": "CONF_LAB"},
        {"case_classification": "CONF"},
        guilty=(0, 1, 2, 3),
    ),
    breaks(
        "diagnosis-agrees-with-classification",
        {"diagnosis_icd10": "U07.2", "case_classification": "CONF"},
        {"diagnosis_icd10": "U07.1", "case_classification": "PROB"},
        {"diagnosis_icd10": "U07.1", "case_classification": "CONF"},
        {"diagnosis_icd10": "U07.2", "case_classification": "PROB"},
        {"diagnosis_icd10": "U07.1"},
        guilty=(0, 1),
    ),
    implies(
        "tested-as-contact-implies-contact",
        {"reason_tested": "CASE_CONTACT"},
        {"contact_known_case": "N"},
        {"contact_known_case": "Y"},
        {"contact_known_case": "UNK"},
    ),
    breaks(
        "exposure-abroad-implies-travel",
        {"country_of_exposure": "KZ", "travelled_14d": "N", "region_notification": "TR-06"},
        {"country_of_exposure": "TR", "travelled_14d": "N", "region_notification": "TR-06"},
        {"country_of_exposure": "KZ", "travelled_14d": "Y", "region_notification": "TR-06"},
        {"country_of_exposure": "KZ", "travelled_14d": "N", "region_notification": "UNK"},
        {"country_of_exposure": "KZ", "travelled_14d": "N"},
    ),
    breaks(
        "one-person-is-not-two-cases",
        PERSON | {"case_id": "1"},
        PERSON | {"case_id": "2"},
        PERSON | {"case_id": "3", "age_years": 51},
        PERSON | {"case_id": "4", "onset_date": None},
        PERSON | {"case_id": "5", "sex": "UNK"},
        PERSON | {"case_id": "6", "sex": "UNK"},
        guilty=(0, 1),
    ),
    implies("birth-implies-female", {"precondition_postpartum": "Y"}, {"sex": "M"}, {"sex": "F"}),
    implies("birth-implies-female", {"complication_stillbirth": "Y"}, {"sex": "M"}, {"sex": "UNK"}),
    implies("born-too-early-is-of-a-small-child", {"precondition_preterm": "Y"}, {"age_years": 2}, {"age_years": 1}),
    breaks(
        "age-in-months-agrees-with-years",
        {"age_months": 12, "age_years": 0},
        {"age_months": 11, "age_years": 1},
        {"age_months": 5, "age_years": 40},
        {"age_months": 11, "age_years": 0},
        {"age_months": 23, "age_years": 1},
        {"age_months": 11},
        guilty=(0, 1, 2),
    ),
    breaks(
        "entry-is-not-after-report",
        {"detected_at_point_of_entry": "Y", "point_of_entry_date": LATE, "report_date": EARLY},
        {"detected_at_point_of_entry": "Y", "point_of_entry_date": EARLY, "report_date": EARLY},
        {"detected_at_point_of_entry": "N", "point_of_entry_date": LATE, "report_date": EARLY},
        {"detected_at_point_of_entry": "Y", "point_of_entry_date": LATE},
    ),
    breaks(
        "point-of-entry-is-of-its-state",
        {"point_of_entry": "KZUZ-ZHIBEK-ZHOLY"},
        {"point_of_entry": "AZTR-SADARAK-DILUCU"},
        {"point_of_entry": None},
    ),
    implies(
        "country-of-travel-implies-travel",
        {"country_of_travel": "DE"},
        {"travelled_14d": "N"},
        {"travelled_14d": "Y"},
        {"travelled_14d": "UNK"},
    ),
    breaks(
        "diagnosis-of-icd-11-agrees-with-classification",
        *({"diagnosis_icd11": "RA01.0", "case_classification": less} for less in ("PROB", "POSS", "DISCARDED")),
        {"diagnosis_icd11": "RA01.1", "case_classification": "CONF"},
        {"diagnosis_icd11": "RA01.0", "case_classification": "CONF"},
        {"diagnosis_icd11": "RA01.1", "case_classification": "PROB"},
        {"diagnosis_icd11": "RA01.0"},
        guilty=(0, 1, 2, 3),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = {"case_id": "1"}
