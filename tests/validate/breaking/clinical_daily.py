"""Rows of `clinical_daily` that break each of its rules, and rows beside them that do not."""

from __future__ import annotations

from tests.validate.breaking.case import EARLY, Case, Row, Value, case, day, implied

TABLE = "clinical_daily"
ASSESSED: dict[str, Value] = {
    "patient_pseudonym": "p",
    "admission_number": 1,
    "assessment_date": EARLY,
    "assessment_number": 1,
}


def _zero(rule: str, field: str) -> Case:
    return case(TABLE, rule, {field: 0}, {field: 60}, {field: None})


def _below(rule: str, field: str, limit: float) -> Case:
    return case(TABLE, rule, {field: limit - 0.1}, {field: limit}, {field: 0.0}, {field: None})


def _above(rule: str, field: str, limit: float) -> Case:
    return case(TABLE, rule, {field: limit + 0.1}, {field: limit}, {field: None})


CASES: tuple[Case, ...] = (
    case(
        TABLE,
        "diastolic-pressure-of-the-day-is-below-systolic",
        {"diastolic_pressure_mmhg": 80, "systolic_pressure_mmhg": 80},
        {"diastolic_pressure_mmhg": 79, "systolic_pressure_mmhg": 80},
        {"diastolic_pressure_mmhg": 79, "systolic_pressure_mmhg": 0},
        {"diastolic_pressure_mmhg": 79},
    ),
    _zero("heart-rate-of-the-day-is-not-zero", "heart_rate_per_min"),
    _zero("respiratory-rate-of-the-day-is-not-zero", "respiratory_rate_per_min"),
    _zero("systolic-pressure-of-the-day-is-not-zero", "systolic_pressure_mmhg"),
    case(TABLE, "oxygen-saturation-of-the-day-is-in-percent", {"spo2_percent": 1.0}, {"spo2_percent": 1.1}, {}),
    case(
        TABLE,
        "blood-ph-is-that-of-a-living-person",
        {"blood_ph": 6.79},
        {"blood_ph": 7.81},
        {"blood_ph": 6.8},
        {"blood_ph": 7.8},
        guilty=(0, 1),
    ),
    _below("haemoglobin-is-in-grams-per-litre", "haemoglobin_g_per_l", 25.0),
    _above("haemoglobin-is-not-above-250", "haemoglobin_g_per_l", 250.0),
    _below("creatinine-is-in-micromoles-per-litre", "creatinine_umol_per_l", 15.0),
    _above("glucose-is-in-millimoles-per-litre", "glucose_mmol_per_l", 60.0),
    case(
        TABLE,
        "blood-cells-are-in-thousands",
        {"lymphocytes_e9_per_l": 24.0, "white_cells_e9_per_l": 6.0},
        {"lymphocytes_e9_per_l": 6.0, "white_cells_e9_per_l": 6.0},
        {"lymphocytes_e9_per_l": 24.0},
    ),
    implied(
        TABLE,
        "saturation-on-room-air-has-no-oxygen",
        {"spo2_on": "ROOM_AIR"},
        {"fio2_percent": 28.0},
        {"fio2_percent": 21.0},
        {"oxygen_flow_l_per_min": 0.0},
    ),
    implied(
        TABLE,
        "saturation-on-room-air-has-no-oxygen",
        {"spo2_on": "ROOM_AIR"},
        {"oxygen_flow_l_per_min": 2.0},
        {"spo2_on": "OXYGEN", "oxygen_flow_l_per_min": 2.0},
    ),
    case(
        TABLE,
        "alert-patient-is-awake",
        {"consciousness_avpu": "ALERT", "glasgow_coma_score": 8},
        {"consciousness_avpu": "UNRESPONSIVE", "glasgow_coma_score": 13},
        {"consciousness_avpu": "ALERT", "glasgow_coma_score": 9},
        {"consciousness_avpu": "UNRESPONSIVE", "glasgow_coma_score": 12},
        {"consciousness_avpu": "VOICE", "glasgow_coma_score": 15},
        guilty=(0, 1),
    ),
    implied(TABLE, "invasive-ventilation-is-in-intensive-care", {"icu": "N"}, {"intubated": "Y"}, {"intubated": "N"}),
    implied(TABLE, "invasive-ventilation-is-in-intensive-care", {"icu": "N"}, {"ecmo": "Y"}, {"ecmo": "UNK"}),
    case(
        TABLE,
        "support-of-the-day-agrees-with-its-parts",
        *({"intubated": "Y", "respiratory_support": less} for less in ("NONE", "O2", "HFNO", "NIV")),
        *({"noninvasive_ventilation": "Y", "respiratory_support": less} for less in ("NONE", "O2", "HFNO")),
        *({"high_flow_oxygen": "Y", "respiratory_support": less} for less in ("NONE", "O2")),
        {"ecmo": "Y", "respiratory_support": "VENT"},
        {"intubated": "N", "respiratory_support": "VENT"},
        {"intubated": "Y", "respiratory_support": "VENT"},
        {"noninvasive_ventilation": "Y", "respiratory_support": "NIV"},
        {"high_flow_oxygen": "Y", "respiratory_support": "HFNO"},
        {"ecmo": "Y", "respiratory_support": "ECMO"},
        guilty=tuple(range(11)),
    ),
    case(
        TABLE,
        "who-breathes-oxygen-has-oxygen-therapy",
        *({"oxygen_therapy": "N", "respiratory_support": some} for some in ("O2", "HFNO", "NIV", "VENT", "ECMO")),
        {"oxygen_therapy": "N", "oxygen_flow_l_per_min": 0.5},
        {"oxygen_therapy": "N", "high_flow_oxygen": "Y"},
        {"oxygen_therapy": "N", "intubated": "Y"},
        {"oxygen_therapy": "N", "respiratory_support": "NONE", "oxygen_flow_l_per_min": 0.0},
        {"oxygen_therapy": "Y", "respiratory_support": "O2"},
        guilty=tuple(range(8)),
    ),
    case(
        TABLE,
        "pseudonym-of-the-day-is-not-a-national-number",
        {"patient_pseudonym": "12345678901"},
        {"patient_pseudonym": "920101350123"},
        {"patient_pseudonym": "12345678901234"},
        {"patient_pseudonym": "02345678901"},
        {"patient_pseudonym": "78ce0b"},
        guilty=(0, 1, 2),
    ),
    case(
        TABLE,
        "assessments-of-a-stay-are-close-together",
        ASSESSED,
        ASSESSED | {"assessment_date": day(61)},
        ASSESSED | {"assessment_date": day(121)},
        ASSESSED | {"assessment_date": day(200), "admission_number": 2},
        ASSESSED | {"assessment_date": day(200), "patient_pseudonym": "q"},
        guilty=(1,),
    ),
)

# A row that is told apart from others by its key, and says nothing else.
KEYED: Row = ASSESSED
