"""Rows of `clinical_outcomes` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, LATE, Case, Row, Value, case, day, implied

TABLE = "clinical_outcomes"
STAY: dict[str, Value] = {"patient_pseudonym": "p", "admission_number": 1, "admission_date": EARLY}
FIVE_DAYS: dict[str, Value] = {"admission_date": EARLY, "outcome_date": LATE}


CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "outcome-has-a-date",
        *({"outcome": outcome} for outcome in ("A", "D", "TRANSFER", "LAMA", "PALLIATIVE")),
        {"outcome": "A", "outcome_date": EARLY},
        {"outcome": "STILLTREATMENT"},
        guilty=(0, 1, 2, 3, 4),
    ),
    case(
        TABLE,
        "stay-is-at-most-a-year",
        {"admission_date": EARLY, "outcome_date": day(366)},
        {"admission_date": EARLY, "outcome_date": day(365)},
    ),
    case(
        TABLE,
        "intensive-care-is-not-longer-than-the-stay",
        FIVE_DAYS | {"icu_stay_days": 6},
        FIVE_DAYS | {"icu_stay_days": 5},
        {"icu_stay_days": 6},
    ),
    case(
        TABLE,
        "ventilation-is-not-longer-than-the-stay",
        FIVE_DAYS | {"ventilation_days": 6},
        FIVE_DAYS | {"ventilation_days": 5},
        {"ventilation_days": 6},
    ),
    case(
        TABLE,
        "ventilation-is-not-longer-than-intensive-care",
        {"ventilation_days": 3, "icu_stay_days": 2},
        {"ventilation_days": 3, "icu_stay_days": 3},
        {"ventilation_days": 3},
    ),
    case(
        TABLE,
        "days-in-intensive-care-imply-intensive-care",
        {"icu": "N", "icu_stay_days": 1},
        {"icu": "Y", "icu_stay_days": 0},
        {"icu": "N", "icu_stay_days": 0},
        {"icu": "Y", "icu_stay_days": 1},
        {"icu": "UNK", "icu_stay_days": 1},
        guilty=(0, 1),
    ),
    case(
        TABLE,
        "days-of-ventilation-imply-ventilation",
        {"intubated": "N", "ventilation_days": 1},
        {"intubated": "Y", "ventilation_days": 0},
        {"intubated": "N", "ventilation_days": 0},
        {"intubated": "Y", "ventilation_days": 1},
        guilty=(0, 1),
    ),
    implied(TABLE, "ventilation-in-a-stay-is-in-intensive-care", {"icu": "N"}, {"intubated": "Y"}, {"intubated": "N"}),
    implied(TABLE, "ventilation-in-a-stay-is-in-intensive-care", {"icu": "N"}, {"ecmo": "Y"}, {"ecmo": "N"}),
    case(
        TABLE,
        "support-in-a-stay-agrees-with-ventilation",
        *({"intubated": "Y", "respiratory_support": less} for less in ("NONE", "O2", "HFNO", "NIV")),
        {"intubated": "N", "respiratory_support": "VENT"},
        {"intubated": "Y", "respiratory_support": "VENT"},
        {"intubated": "N", "respiratory_support": "O2"},
        guilty=(0, 1, 2, 3, 4),
    ),
    implied(
        TABLE,
        "antiviral-that-is-named-was-given",
        {"antiviral_atc": "J05AB16"},
        {"treatment_antiviral": "N"},
        {"treatment_antiviral": "Y"},
        {"treatment_antiviral": "UNK"},
    ),
    implied(
        TABLE,
        "corticosteroid-that-is-named-was-given",
        {"corticosteroid_atc": "H02AB02"},
        {"treatment_corticosteroid": "N"},
        {"treatment_corticosteroid": "Y"},
        {"treatment_corticosteroid": "UNK"},
    ),
    implied(TABLE, "stillbirth-is-of-a-woman", {"complication_stillbirth": "Y"}, {"sex": "M"}, {"sex": "F"}),
    case(
        TABLE,
        "functional-status-is-of-a-living-patient",
        *({"outcome": "D", "functional_status": status} for status in ("BETTER", "SAME", "WORSE")),
        {"outcome": "D", "functional_status": "UNK"},
        {"outcome": "A", "functional_status": "SAME"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "pseudonym-of-an-outcome-is-not-a-national-number",
        {"patient_pseudonym": "12345678901"},
        {"patient_pseudonym": "920101350123"},
        {"patient_pseudonym": "12345678901234"},
        {"patient_pseudonym": "02345678901"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "nothing-follows-death",
        STAY | {"outcome": "D", "outcome_date": LATE},
        STAY | {"admission_number": 2, "admission_date": day(5)},
        STAY | {"admission_number": 3, "admission_date": LATE},
        STAY | {"patient_pseudonym": "q", "admission_date": day(5)},
        guilty=(1,),
    ),
    case(
        TABLE,
        "patient-of-an-outcome-has-one-sex",
        STAY | {"sex": "F"},
        STAY | {"sex": "M", "admission_number": 2},
        STAY | {"sex": "UNK", "admission_number": 3},
        STAY | {"sex": "M", "patient_pseudonym": "q"},
        guilty=(0, 1),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = STAY
