"""FHIR R4: one type of resource is the row, what it refers to stands beside it, and nothing is left hanging."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Rows = list[tuple[Any, ...]]
Decoded = Callable[..., tuple[Extract, Rows]]
Sources = Callable[..., Source]
Resource = dict[str, Any]

COLUMNS = (
    "Observation.id",
    "Observation.code.coding[loinc].code",
    "Observation.valueQuantity.value",
    "Patient.gender",
    "Patient.identifier[pinfl].value",
    "Encounter.class.code",
)
IGNORED = ("Observation.status", "Observation.meta", "Patient.name", "Patient.id", "Encounter.id", "Encounter.status")
SYSTEMS = {"loinc": "http://loinc.org", "pinfl": "urn:oid:1.2.3"}
FHIR = {
    "rows": "Observation",
    "joined": ["Patient", "Encounter"],
    "left_out": ["Practitioner"],
    "systems": SYSTEMS,
}


def patient(name: str = "p1", **said: Any) -> Resource:
    identifier = [{"system": "urn:oid:1.2.3", "value": f"N{name}"}]
    return {"resourceType": "Patient", "id": name, "gender": "female", "identifier": identifier, **said}


def encounter(name: str = "e1", subject: str = "Patient/p1") -> Resource:
    inside = {"code": "IMP"}
    return {"resourceType": "Encounter", "id": name, "status": "finished", "class": inside,
            "subject": {"reference": subject}}  # fmt: skip


def observation(name: str = "o1", **said: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "94500-6"}]},
        "valueQuantity": {"value": "VALUE"},
        "subject": {"reference": "Patient/p1"},
        **said,
    }


def written(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False).replace('"VALUE"', "1.50")


def bundle(*resources: Resource, **said: Any) -> bytes:
    entries = [{"fullUrl": f"http://s/fhir/{r['resourceType']}/{r.get('id')}", "resource": r} for r in resources]
    return written({"resourceType": "Bundle", "type": "collection", "entry": entries, **said}).encode()


def bulk(*resources: Resource) -> bytes:
    return "\n".join(map(written, resources)).encode()


@pytest.fixture(scope="module")
def of_bundle(source_with: Sources) -> Source:
    return source_with(COLUMNS, format="fhir-bundle", fhir=FHIR).model_copy(update={"ignore": IGNORED})


@pytest.fixture(scope="module")
def of_bulk(source_with: Sources) -> Source:
    return source_with(COLUMNS, format="fhir-ndjson", fhir=FHIR).model_copy(update={"ignore": IGNORED})


def told(decoded: Decoded, source: Source, data: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        decoded(data, source)
    return [(f.rule, f.row, f.column) for f in refused.value.findings]


RIGHT = (3, "o1", "94500-6", "1.50", "female", "Np1", None)


def test_a_row_takes_the_cells_of_what_it_refers_to(decoded: Decoded, of_bundle: Source, of_bulk: Source) -> None:
    doctor = {"resourceType": "Practitioner", "id": "d1", "anything": {"at": "all"}}
    resources = (patient(), doctor, observation())
    for source, data in ((of_bundle, bundle(*resources)), (of_bulk, bulk(*resources))):
        extract, rows = decoded(data, source)
        assert rows == [RIGHT]
        assert [(n.rule, n.value) for n in extract.notes] == [("resources-beside", "Patient: 1, Practitioner: 1")]


def test_the_order_of_resources_means_nothing_and_references_lead_on(decoded: Decoded, of_bundle: Source) -> None:
    seen = observation(encounter={"reference": "Encounter/e1"})
    del seen["subject"]
    _, rows = decoded(bundle(seen, encounter(), patient(), patient("p2")), of_bundle)
    assert rows == [(1, "o1", "94500-6", "1.50", "female", "Np1", "IMP")]


@pytest.mark.parametrize(
    "reference", ["Patient/p1", "Patient/p1/_history/2", "http://s/fhir/Patient/p1", "urn:uuid:1-2-3"]
)
def test_references_of_every_form_are_followed(reference: str, decoded: Decoded, of_bundle: Source) -> None:
    data = bundle(patient(), observation(subject={"reference": reference}))
    if reference.startswith("urn"):
        data = data.replace(b"http://s/fhir/Patient/p1", b"urn:uuid:1-2-3")
    assert decoded(data, of_bundle)[1][0][4:6] == ("female", "Np1")


def test_a_resource_that_no_row_refers_to_is_told(decoded: Decoded, of_bundle: Source) -> None:
    extract, _ = decoded(bundle(patient(), patient("p2"), patient("p3"), observation()), of_bundle)
    assert [(n.rule, n.facts) for n in extract.notes] == [("resources-beside", 3), ("resources-unused", 2)]


@pytest.mark.parametrize("comparator", ["<", "<=", ">=", ">", "ad"])
def test_a_comparator_stands_before_its_number_also_where_the_rest_of_the_quantity_is_ignored(
    comparator: str, decoded: Decoded, of_bundle: Source
) -> None:
    source = of_bundle.model_copy(update={"ignore": (*IGNORED, "Observation.valueQuantity")})
    bound = observation(valueQuantity={"comparator": comparator, "value": "VALUE", "unit": "mg/L"})
    _, rows = decoded(bundle(patient(), bound), source)
    assert rows[0][3] == f"{comparator}1.50"


def component(code: str, value: str) -> Resource:
    return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": {"value": value}}


def test_a_component_is_named_by_its_code_and_its_order_means_nothing(decoded: Decoded, source_with: Sources) -> None:
    parts = ("8310-5", "8867-4")
    columns = ("Observation.id", *(f"Observation.component[loinc|{code}].valueQuantity.value" for code in parts))
    source = source_with(columns, format="fhir-bundle", fhir=FHIR)
    source = source.model_copy(
        update={"ignore": (*IGNORED, "Observation.code", "Observation.valueQuantity", "Patient")}
    )
    given = [component("8310-5", "38.5"), component("8867-4", "90")]
    for name, said in (("a", given), ("b", given[::-1])):
        _, rows = decoded(bundle(patient(), observation(name, component=said)), source)
        assert rows == [(2, name, "38.5", "90")]
    twice = observation(component=[*given, component("8867-4", "91")])
    assert told(decoded, source, bundle(patient(), twice))[0] == (
        "unexpected-column", 2, "Observation.component[loinc|8867-4:2].code.coding[loinc].code")  # fmt: skip


TWO = [{"system": "http://loinc.org", "code": "1"}, {"system": "http://loinc.org", "code": "2"}]


@pytest.mark.parametrize(
    ("resources", "rule", "column"),
    [
        ((observation(),), "dangling-reference", "Observation.subject.reference"),
        ((patient("p2"), observation()), "dangling-reference", "Observation.subject.reference"),
        ((patient(), observation(subject={"reference": "urn:uuid:9"})), "dangling-reference",
         "Observation.subject.reference"),
        ((patient(), observation(subject={"reference": "#p1"})), "dangling-reference", "Observation.subject.reference"),
        ((patient(), patient("p2"), encounter(subject="Patient/p2"),
          observation(encounter={"reference": "Encounter/e1"})), "ambiguous-reference", None),
        ((patient(), patient(), observation()), "duplicate-resource", None),
        ((patient(), observation(modifierExtension=[{"url": "http://x", "valueBoolean": True}])), "modifier-extension",
         "Observation.modifierExtension[http://x].url"),
        ((patient(name="", modifierExtension=[{"url": "http://x"}]), observation()), "modifier-extension", None),
        ((patient(), observation(valueQuantity={"modifierExtension": [{"url": "u"}]})), "modifier-extension", None),
        ((patient(), observation(implicitRules="http://rules")), "modifier-extension", None),
        ((patient(), {"resourceType": "Medication", "id": "m"}, observation()), "unknown-resource", None),
        ((patient(), observation(note=[{"text": "?"}])), "unexpected-column", "Observation.note[0].text"),
        ((patient(birthDate="1980"), observation()), "unexpected-column", "Patient.birthDate"),
        ((patient(), observation(code={"coding": TWO})), "unexpected-column", "Observation.code.coding[loinc:2].code"),
        ((patient(), observation(code={"coding": [{"system": "http://snomed.info/sct", "code": "1"}]})),
         "unexpected-column", "Observation.code.coding[http://snomed.info/sct].code"),
        ((patient(),), "no-rows", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["bundle", "bulk"])
def test_what_cannot_be_resolved_or_understood_is_refused(
    form: str,
    resources: tuple[Resource, ...],
    rule: str,
    column: str | None,
    decoded: Decoded,
    of_bundle: Source,
    of_bulk: Source,
) -> None:
    source, data = (of_bundle, bundle(*resources)) if form == "bundle" else (of_bulk, bulk(*resources))
    found = told(decoded, source, data)
    assert {f[0] for f in found} == {rule}
    assert column is None or column in {f[2] for f in found}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (bundle(observation(), patient(), type="history"), "unfit-bundle"),
        (bundle(observation(), patient(), resourceType="Parameters"), "unfit-bundle"),
        (bundle(observation(), patient(), link=[{"relation": "next", "url": "http://s"}]), "incomplete-bundle"),
        (bundle(observation(), patient(), implicitRules="http://x"), "modifier-extension"),
        (bundle(observation(), patient(), entry=[{"fullUrl": "urn:1"}]), "unfit-bundle"),
        (bundle(entry=[{"resource": patient(), "request": {"method": "DELETE"}}]), "unfit-bundle"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "no-rows"),
        (b"[1]", "broken-json"),
    ],
)  # fmt: skip
def test_a_bundle_that_is_no_whole_collection_is_refused(
    data: bytes, rule: str, decoded: Decoded, of_bundle: Source
) -> None:
    assert told(decoded, of_bundle, data)[0][0] == rule


def test_a_bulk_export_may_be_a_zip_of_a_file_for_each_type(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(COLUMNS, format="fhir-ndjson", fhir=FHIR, zip="*.ndjson")
    source = source.model_copy(update={"ignore": IGNORED})

    def packed(**files: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                archive.writestr(f"{name}.ndjson", content)
        return out.getvalue()

    sent = packed(Patient=bulk(patient(), patient("p2")), Observation=bulk(observation("o1"), observation("o2")))
    assert [row[:2] for row in decoded(sent, source)[1]] == [(1, "o1"), (2, "o2")]
    twice = packed(a=bulk(patient(), observation("o1")), b=bulk(observation("o2")))
    assert told(decoded, source, twice)[0][0] == "several-row-files"
