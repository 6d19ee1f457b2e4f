"""A draft says how each format is decoded, and names its columns as the path's own reader does."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.draft import as_source
from pipelines.draft.documents import is_document
from pipelines.errors import Refused

if TYPE_CHECKING:
    from tests.draft.conftest import Drafted

COUNTS = [
    {"дата": f"{day}.07.2020", "место": {"область": "Алматинская область"}, "случаи": 1000 - day % 7}
    for day in range(10, 30)
]


@pytest.fixture
def sent(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write a file of this name."""

    def written(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return written


def mapped(made: Any) -> dict[str, str]:
    return {field: mapping.from_ for field, mapping in as_source(made).map.items()}


def test_records_of_a_document_are_found_where_they_stand(drafted: Drafted, sent: Callable[[str, bytes], Path]) -> None:
    document = {"made": "2020-07-30", "data": {"rows": COUNTS}}
    made = drafted(sent("counts.json", json.dumps(document).encode()), table="case_counts")
    assert made.decode["format"].value == "json"
    assert made.decode["records"].value == {"at": "data.rows", "beside": ["made"]}
    assert mapped(made) == {"period_start": "дата", "region": "место.область"}
    assert as_source(made).unpivot is not None


def test_a_record_in_each_line_is_ndjson(drafted: Drafted, sent: Callable[[str, bytes], Path]) -> None:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in COUNTS).encode()
    made = drafted(sent("counts.ndjson", lines), table="case_counts")
    assert (made.decode["format"].value, "records" in made.decode) == ("ndjson", False)
    assert mapped(made)["region"] == "место.область"


def test_a_data_value_set_is_dhis2_and_its_identifiers_are_a_question(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    values = [
        {"period": f"202007{day}", "orgUnit": "Алматинская область", "dataElement": "aB1", "value": str(day)}
        for day in range(10, 20)
    ]
    made = drafted(sent("set.json", json.dumps({"dataValues": values}).encode()), table="case_counts")
    assert made.decode["format"].value == "dhis2"
    assert as_source(made).map["period_start"].read == "yyyyMMdd"
    assert any(question.startswith("'dataElement'") and "'aB1'" in question for question in made.questions)


def test_the_resource_that_is_the_row_is_found_and_code_systems_get_short_names(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    tests = [
        {"resourceType": "Observation", "id": f"o{n}", "effectiveDateTime": f"2020-07-{n}",
         "code": {"coding": [{"system": "http://loinc.org", "code": "94500-6"}]},
         "subject": {"reference": "Patient/p1"}}
        for n in range(10, 20)
    ]  # fmt: skip
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": r} for r in (*tests, {"resourceType": "Patient", "id": "p1", "gender": "male"})],
    }
    made = drafted(sent("bundle.json", json.dumps(bundle).encode()), table="lab_results")
    assert made.decode["format"].value == "fhir-bundle"
    systems = {"loinc": "http://loinc.org"}
    assert made.decode["fhir"].value == {"rows": "Observation", "joined": ["Patient"], "systems": systems}
    assert mapped(made)["test_loinc"] == "Observation.code.coding[loinc].code"
    assert mapped(made)["specimen_collected_date"] == "Observation.effectiveDateTime"


def test_a_parquet_file_has_the_columns_of_its_schema(drafted: Drafted, tmp_path: Path) -> None:
    table = pa.table(
        {"Күні": ["13.07.2020", "14.07.2020"], "Облыс": ["Қарағанды облысы"] * 2, "Қайтыс болғандар": [5, 7]}
    )
    pq.write_table(table, tmp_path / "deaths.parquet")
    made = drafted(tmp_path / "deaths.parquet", table="deaths_all_cause")
    assert made.decode["format"].value == "parquet"
    assert mapped(made)["deaths_all_cause_count"] == "Қайтыс болғандар"


def test_an_archive_is_opened_and_what_is_in_it_is_drafted(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("counts.csv", "Дата;Область;Случаи\n13.07.2020;Алматинская область;5\n")
    made = drafted(sent("counts.zip", packed.getvalue()), table="case_counts")
    assert (made.decode["zip"].value, made.decode["format"].value) == ("*.csv", "csv")
    assert made.decode["delimiter"].value == ";"


def test_a_bulk_export_of_several_files_is_drafted_as_one(drafted: Drafted, sent: Callable[[str, bytes], Path]) -> None:
    tests = [
        {"resourceType": "Observation", "id": f"o{n}", "effectiveDateTime": f"2020-07-{n}",
         "subject": {"reference": "Patient/p1"}}
        for n in range(10, 20)
    ]  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Observation.ndjson", "\n".join(map(json.dumps, tests)))
        archive.writestr("Patient.ndjson", json.dumps({"resourceType": "Patient", "id": "p1", "gender": "male"}))
    made = drafted(sent("bulk.zip", packed.getvalue()), table="lab_results")
    assert (made.decode["zip"].value, made.decode["format"].value) == ("*.ndjson", "fhir-ndjson")
    assert made.decode["fhir"].value == {"rows": "Observation", "joined": ["Patient"]}
    assert mapped(made)["sex"] == "Patient.gender"


def test_an_archive_of_several_files_that_are_no_bulk_export_is_refused(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    for ending, content in (("csv", "a;b\n1;2\n"), ("ndjson", '{"a": 1}\n')):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(f"a.{ending}", content)
            archive.writestr(f"b.{ending}", content)
        with pytest.raises(Refused, match=rf"a\.{ending}, b\.{ending}"):
            drafted(sent("both.zip", packed.getvalue()), table="case_counts")


def test_the_columns_of_a_file_without_names_are_numbered_and_it_is_asked_what_they_are_called(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    rows = [
        f"{n};13.07.2020;{place};1" for n, place in enumerate(["Алматинская область", "Карагандинская область"] * 3)
    ]
    without, under = ["\n".join(text).encode() for text in (rows, ["Ц;Дгз;Ржщ;Пол", *rows])]
    made = [drafted(sent(name, said), table="case_counts") for name, said in (("a", without), ("b", under))]
    assert [any("what are the columns called" in question for question in of.questions) for of in made] == [True, False]
    assert made[0].decode["header"].value == {"columns": [f"column {number}" for number in range(1, 5)]}
    assert mapped(made[0]) | {"period_start": "column 2", "region": "column 3"} == mapped(made[0])


def test_an_archive_of_several_kinds_is_refused_with_what_is_in_it(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.json", "{}")
    with pytest.raises(Refused, match=r"a\.csv, b\.json"):
        drafted(sent("both.zip", packed.getvalue()), table="case_counts")


def test_records_that_stand_in_no_array_are_refused_with_what_to_write(
    drafted: Drafted, sent: Callable[[str, bytes], Path]
) -> None:
    document = {"2020-07-13": {"cases": 4}, "2020-07-14": {"cases": 5}}
    with pytest.raises(Refused, match="keyed_by"):
        drafted(sent("keyed.json", json.dumps(document, indent=1).encode()), table="case_counts")


def test_names_over_two_rows_are_joined(drafted: Drafted) -> None:
    rows = "Həftənin başlanğıcı;Rayon;Ölənlərin sayı;\n;;Qadın;Kişi\n13.07.2020;Gəncə;5;7\n20.07.2020;Gəncə;6;6\n"
    made = drafted(rows.encode(), "az", "deaths_all_cause")
    assert made.decode["header"].value == {"rows": 2}
    unpivot = as_source(made).unpivot
    assert unpivot is not None
    assert isinstance(unpivot.columns, dict)
    assert {name: meaning[0].values() for name, meaning in unpivot.columns.items()} == {
        "Ölənlərin sayı / Qadın": {"sex": "F"},
        "Ölənlərin sayı / Kişi": {"sex": "M"},
    }


@pytest.mark.parametrize(("start", "is_one"), [
    (b"PAR1\x00", True), (b'\xef\xbb\xbf {"a": 1}', True), (b'[{"a": 1}]', True), (b"a;b\n1;2\n", False),
])  # fmt: skip
def test_a_document_is_known_by_its_first_bytes(start: bytes, *, is_one: bool) -> None:
    assert is_document(start) is is_one
