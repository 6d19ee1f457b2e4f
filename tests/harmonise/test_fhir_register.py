"""One register in FHIR R4, a bundle or a bulk export: each type of resource fills the table that it is the row of."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import flow
from pipelines.artefacts import Delivery, Workspace
from pipelines.declarations import Declarations, load_declarations
from pipelines.decode import decode
from pipelines.harmonise import harmonise
from pipelines.settings import Settings

Resource = dict[str, Any]
LOINC, CVX = "http://loinc.org", "http://hl7.org/fhir/sid/cvx"
OWN, HL7 = "urn:oid:1.3.6.1.4.1.99999", "http://terminology.hl7.org/CodeSystem"


def coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def person(name: str, gender: str, age: int, county: str) -> Resource:
    return {
        "resourceType": "Patient",
        "id": name,
        "identifier": [{"system": f"{OWN}.348", "value": f"PS-{name}"}],
        "extension": [{"url": f"{OWN}.350", "valueAge": {"value": age, "unit": "a"}}],
        "gender": gender,
        "address": [{"state": county}],
    }


def stay(name: str, who: str, kind: str, number: int, start: str, **said: Any) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": name,
        "identifier": [{"system": f"{OWN}.349", "value": str(number)}],
        "class": {"system": f"{HL7}/v3-ActCode", "code": kind},
        "subject": {"reference": f"Patient/{who}"},
        "period": {"start": start},
        **said,
    }


def diagnosis(name: str, who: str, status: str, recorded: str, **said: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "id": name,
        "verificationStatus": coded(f"{HL7}/condition-ver-status", status),
        "code": coded("http://hl7.org/fhir/sid/icd-10", "U07.1"),
        "subject": {"reference": f"Patient/{who}"},
        "recordedDate": recorded,
        **said,
    }


def part(code: str, value: float, unit: str) -> Resource:
    quantity = {"value": value, "system": "http://unitsofmeasure.org", "code": unit}
    return {"code": coded(LOINC, code), "valueQuantity": quantity}


def observed(name: str, who: str, category: str, code: str, when: str, **said: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "category": [coded(f"{HL7}/observation-category", category)],
        "code": coded(LOINC, code),
        "subject": {"reference": f"Patient/{who}"},
        "effectiveDateTime": when,
        **said,
    }


def dose(name: str, who: str, product: str, number: int, status: str = "completed") -> Resource:
    return {
        "resourceType": "Immunization",
        "id": name,
        "status": status,
        "vaccineCode": coded(CVX, product),
        "patient": {"reference": f"Patient/{who}"},
        "occurrenceDateTime": "2021-03-08",
        "protocolApplied": [{"doseNumberPositiveInt": number}],
    }


HOME, INSIDE = "2021-01-20T10:00:00+01:00", {"reference": "Encounter/e1"}
ENDED = {"status": "finished", "period": {"start": "2021-01-12T23:30:00Z", "end": HOME}}
LEFT = {"hospitalization": {"dischargeDisposition": coded(f"{HL7}/discharge-disposition", "home")}}
VITAL = [part("8867-4", 96, "/min"), part("8310-5", 38.4, "Cel"), part("59408-5", 91, "%")]
PRESSED = [part("8480-6", 128, "mm[Hg]"), part("8462-4", 81, "mm[Hg]"), part("8310-5", 37.9, "Cel")]
REGISTER = [
    person("p1", "female", 62, "Baranya"),
    person("p2", "male", 35, "Budapest"),
    person("p3", "unknown", 7, "Budapest"),
    stay("e1", "p1", "IMP", 1, "", **ENDED, **LEFT),
    stay("e2", "p2", "IMP", 2, "2021-02-01T08:00:00+01:00", status="in-progress"),
    stay("e3", "p3", "AMB", 1, "2021-02-03T08:00:00+01:00", status="finished"),
    diagnosis("c1", "p1", "confirmed", "2021-01-12", onsetDateTime="2021-01-09", encounter=INSIDE),
    diagnosis("c2", "p2", "provisional", "2021-02-01"),
    diagnosis("c3", "p3", "refuted", "2021-02-03"),
    diagnosis("c4", "p3", "entered-in-error", "2021-02-03"),
    observed("o1", "p1", "vital-signs", "85353-1", "2021-01-13T07:00:00+01:00", encounter=INSIDE, component=VITAL),
    observed("o2", "p1", "vital-signs", "85353-1", "2021-01-14T07:00:00+01:00", encounter=INSIDE, component=PRESSED),
    observed("o3", "p2", "laboratory", "94500-6", "2021-01-31T23:30:00Z", issued="2021-02-02T09:00:00+01:00",
             valueCodeableConcept={"text": "Pozitív"}),
    dose("d1", "p1", "208", 1),
    dose("d2", "p2", "208", 1),
    dose("d3", "p3", "208", 1),
    dose("d4", "p2", "207", 2),
    dose("d5", "p3", "208", 1, status="not-done"),
]  # fmt: skip

PRESSURES = "systolic_pressure_mmhg, diastolic_pressure_mmhg, respiratory_rate_per_min"
Facts = set[tuple[Any, ...]]
SAID: dict[str, tuple[str, Facts, dict[str, int]]] = {
    "hu/register_cases": (
        "case_id, case_classification, diagnosis_icd10, report_date, onset_date, sex, age_years, region_notification",
        {
            ("c1", "CONF", "U07.1", date(2021, 1, 12), date(2021, 1, 9), "F", 62, "HU-BA"),
            ("c2", "PROB", "U07.1", date(2021, 2, 1), None, "M", 35, "HU-BU"),
            ("c3", "DISCARDED", "U07.1", date(2021, 2, 3), None, "UNK", 7, "HU-BU"),
        },
        {"accepted": 3, "out-of-scope": 1},
    ),
    "hu/register_admissions": (
        "patient_pseudonym, admission_number, admission_date, outcome_date, outcome, sex, age_years, region_residence",
        {
            ("PS-p1", 1, date(2021, 1, 13), date(2021, 1, 20), "A", "F", 62, "HU-BA"),
            ("PS-p2", 2, date(2021, 2, 1), None, "UNK", "M", 35, "HU-BU"),
        },
        {"accepted": 2, "out-of-scope": 1},
    ),
    "hu/register_assessments": (
        "patient_pseudonym, admission_number, assessment_date, temperature_celsius, heart_rate_per_min, spo2_percent, "
        + PRESSURES,
        {
            ("PS-p1", 1, date(2021, 1, 13), 38.4, 96.0, 91.0, None, None, None),
            ("PS-p1", 1, date(2021, 1, 14), 37.9, None, None, 128.0, 81.0, None),
        },
        {"accepted": 2, "out-of-scope": 1},
    ),
    "hu/register_results": (
        "specimen_id, specimen_collected_date, result_date, test_loinc, test_result, sex, region_residence",
        {("o3", date(2021, 2, 1), date(2021, 2, 2), "94500-6", "DETECTED", "M", "HU-BU")},
        {"accepted": 1, "out-of-scope": 2},
    ),
    "hu/register_doses": (
        "region, period_start, vaccine_product, dose_number, doses_administered_count",
        {
            ("HU-BA", date(2021, 3, 8), "COM", "1", 1),
            ("HU-BU", date(2021, 3, 8), "COM", "1", 2),
            ("HU-BU", date(2021, 3, 8), "MOD", "2", 1),
        },
        {"accepted": 3, "counted": 1, "out-of-scope": 1},
    ),
}


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations(Path(__file__).parents[1] / "declarations_for_tests")


def facts(harmonised: Path, fields: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT {fields} FROM '{harmonised}' WHERE set_aside IS NULL").fetchall()


@pytest.mark.parametrize("name", sorted(SAID))
def test_each_type_of_resource_of_a_bundle_fills_its_table(name: str, declared: Declarations, tmp_path: Path) -> None:
    entries = [{"fullUrl": f"urn:x:{one['id']}", "resource": one} for one in REGISTER]
    file = tmp_path / "nyilvantartas_1.json"
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8")
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    verdict = flow.check(file, name, declared, settings, tmp_path / "work", progress=lambda _: None).verdict
    fields, expected, fates = SAID[name]
    assert verdict.harmonised is not None, verdict.findings
    found = facts(verdict.harmonised.path, fields)
    assert (set(found), len(found)) == (expected, len(expected))
    assert verdict.accounts.rows_by_fate == verdict.accounts.facts_by_fate == fates
    assert verdict.accounts.rows == Counter(r["resourceType"] for r in REGISTER)[_row_of(name, declared)]


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_bulk_export_says_the_same_in_a_file_for_each_type(name: str, declared: Declarations, tmp_path: Path) -> None:
    source = declared.sources[name]
    assert source.decode.fhir is not None
    wanted = source.decode.model_copy(update={"format": "fhir-ndjson", "zip": "*.ndjson"})
    source = source.model_copy(update={"decode": wanted})
    file, now = tmp_path / "export.zip", datetime(2021, 3, 9, tzinfo=UTC)
    file.write_bytes(_export())
    delivery = Delivery("d", name, file.name, file, "", file.stat().st_size, now)
    workspace, settings = Workspace(tmp_path / "work"), Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    extract = decode(delivery, source, workspace, settings)
    harmonised = harmonise(extract, source, declared, workspace, settings)
    fields, expected, _ = SAID[name]
    found = facts(harmonised.path, fields)
    assert (set(found), len(found)) == (expected, len(expected))


def _row_of(name: str, declared: Declarations) -> str:
    fhir = declared.sources[name].decode.fhir
    return fhir.rows if fhir else ""


def _export() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for kind in sorted({r["resourceType"] for r in REGISTER}):
            lines = [json.dumps(r) for r in REGISTER if r["resourceType"] == kind]
            archive.writestr(f"{kind}.ndjson", "\n".join(lines) + "\n")
    return out.getvalue()
