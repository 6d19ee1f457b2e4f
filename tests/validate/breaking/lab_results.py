"""Rows of `lab_results` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from datetime import date

from tests.validate.breaking.case import EARLY, LONG_AGO, Case, Row, Value, case, day

TABLE = "lab_results"
TEST: dict[str, Value] = {"specimen_id": "s", "test_number": 1, "specimen_collected_date": EARLY}
GENOME = ("94500-6", "94309-2", "94759-8", "92142-9", "92141-1", "92131-2")
CORONA = ("94500-6", "94309-2", "94759-8", "94558-4", "97097-0", "94563-4", "94564-2")
INFLUENZA = ("AH1N1PDM09", "AH3N2", "AH5N1", "AUNK", "BVIC", "BYAM", "BUNK")
NOT_SEEN = ("NOT_DETECTED", "PENDING", "INVALID")


def _cycle(**more: Value) -> Row:
    return {"ct_value": 20.0, **more}


CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "result-is-known-within-30-days",
        {"specimen_collected_date": EARLY, "result_date": day(31)},
        {"specimen_collected_date": EARLY, "result_date": day(30)},
    ),
    case(
        TABLE,
        "pending-test-has-no-result-date",
        {"test_result": "PENDING", "result_date": EARLY},
        {"test_result": "DETECTED", "result_date": EARLY},
        {"test_result": "PENDING"},
    ),
    case(
        TABLE,
        "pending-result-is-not-forgotten",
        TEST | {"test_result": "PENDING"},
        TEST | {"test_result": "DETECTED", "test_number": 2},
        TEST | {"test_result": "PENDING", "test_number": 3, "specimen_collected_date": day(1)},
        TEST | {"test_result": "PENDING", "test_number": 4, "specimen_collected_date": day(15)},
    ),
    case(
        TABLE,
        "cycle-needs-a-genome-test",
        *(_cycle(test_method=method) for method in ("AG_RDT", "AG_LAB", "AB")),
        {"ct_value": 20.0, "test_method": "NAAT"},
        {"test_method": "AB"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "cycle-needs-a-detection",
        *(_cycle(test_result=result) for result in NOT_SEEN),
        {"ct_value": 20.0, "test_result": "DETECTED"},
        {"test_result": "PENDING"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "cycle-is-plausible",
        {"ct_value": 0.0},
        {"ct_value": 45.1},
        {"ct_value": 45.0},
        {"ct_value": 0.1},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "subtype-fits-the-pathogen",
        *({"virus_subtype": subtype, "pathogen": "SARSCOV2"} for subtype in (*INFLUENZA, "RSV_A", "RSV_B")),
        {"virus_subtype": "AH3N2", "pathogen": "INFL"},
        {"virus_subtype": "RSV_A", "pathogen": "RSV"},
        {"virus_subtype": "AH3N2"},
        guilty=tuple(range(9)),
    ),
    case(
        TABLE,
        "subtype-needs-a-detection",
        *({"virus_subtype": "AH3N2", "test_result": result} for result in NOT_SEEN),
        {"virus_subtype": "AH3N2", "test_result": "DETECTED"},
        {"virus_subtype": "UNK", "test_result": "PENDING"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "method-fits-the-test",
        *({"test_loinc": test, "test_method": "AG_RDT"} for test in GENOME),
        *({"test_loinc": test, "test_method": "NAAT"} for test in ("94558-4", "97097-0", "94563-4", "94564-2")),
        {"test_loinc": "94500-6", "test_method": "NAAT"},
        {"test_loinc": "94558-4", "test_method": "AG_RDT"},
        {"test_loinc": "94563-4", "test_method": "AB"},
        *({"test_loinc": test, "test_method": "UNK"} for test in (*GENOME, *CORONA)),
        guilty=tuple(range(10)),
    ),
    case(
        TABLE,
        "pathogen-fits-the-test",
        *({"test_loinc": test, "pathogen": "SARSCOV2"} for test in ("92142-9", "92141-1", "92131-2")),
        *({"test_loinc": test, "pathogen": "INFL"} for test in CORONA),
        *({"test_loinc": test, "pathogen": "SARSCOV2"} for test in CORONA),
        {"test_loinc": "92142-9", "pathogen": "INFL"},
        {"test_loinc": "92131-2", "pathogen": "RSV"},
        guilty=tuple(range(10)),
    ),
    case(
        TABLE,
        "antibodies-are-looked-for-in-blood",
        *(
            {"test_method": "AB", "specimen_type": specimen}
            for specimen in ("NASOPH", "OROPH", "NASAL", "SPUTUM", "BAL", "WASTEWATER")
        ),
        *({"test_method": method, "specimen_type": "SERUM"} for method in ("AG_RDT", "NAAT")),
        {"test_method": "AB", "specimen_type": "SERUM"},
        {"test_method": "NAAT", "specimen_type": "NASOPH"},
        {"test_method": "AB", "specimen_type": "SALIVA"},
        guilty=tuple(range(8)),
    ),
    case(
        TABLE,
        "wastewater-is-of-no-person",
        {"specimen_type": "WASTEWATER", "age_years": 30},
        {"specimen_type": "WASTEWATER", "case_id": "7"},
        {"specimen_type": "WASTEWATER", "sex": "F"},
        {"specimen_type": "WASTEWATER", "sex": "M"},
        {"specimen_type": "WASTEWATER", "sex": "UNK"},
        {"specimen_type": "NASOPH", "age_years": 30, "case_id": "7", "sex": "F"},
        guilty=(0, 1, 2, 3),
    ),
    case(
        TABLE,
        "no-specimen-before-the-pathogen-was-known",
        {"test_result": "DETECTED", "pathogen": "SARSCOV2", "specimen_collected_date": date(2019, 11, 30)},
        {"test_result": "DETECTED", "pathogen": "MERSCOV", "specimen_collected_date": LONG_AGO},
        {"test_result": "DETECTED", "pathogen": "SARSCOV2", "specimen_collected_date": date(2019, 12, 1)},
        {"test_result": "DETECTED", "pathogen": "INFL", "specimen_collected_date": LONG_AGO},
        {"test_result": "NOT_DETECTED", "pathogen": "SARSCOV2", "specimen_collected_date": LONG_AGO},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "specimen-number-is-not-a-national-number",
        {"specimen_id": "12345678901"},
        {"specimen_id": "920101350123"},
        {"specimen_id": "12345678901234"},
        {"specimen_id": "1234567890"},
        guilty=(0, 1, 2),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = TEST
