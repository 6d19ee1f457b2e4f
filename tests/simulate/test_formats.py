"""Each format is written as its own readers expect it, and a fault is told in the row of the file where it stands."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from pipelines.declarations import Declarations
from pipelines.declarations.decoding import Decode
from pipelines.declarations.source import Source
from pipelines.numbering import SHEET_ROWS
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import clean_file, faulty_files
from pipelines.simulate.lay_out import Cell, Row, Sheet
from pipelines.simulate.spoil import spoil
from pipelines.simulate.spoken import spoken
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from pipelines.simulate.write import write
from pipelines.simulate.write.names import first_row_of, places_of

PAGE, FOUR = Path(__file__).parents[2] / "docs/the-path.md", 4
FORMATS = {"csv", "xlsx", "json", "ndjson", "dhis2", "fhir-bundle", "fhir-ndjson", "parquet"}
ABOVE = [("tm/vaccinations", 5), ("az/deaths_all_cause", 3), ("kg/daily_counts", 1), ("kz/cases", 2)]


def test_every_format_is_sent_by_some_source(declared: Declarations) -> None:
    decodes = [source.decode for source in declared.sources.values()]
    assert {decode.format for decode in decodes} == FORMATS
    assert any(decode.zip for decode in decodes)
    assert any(decode.header.rows_above for decode in decodes)
    assert any(decode.header.columns for decode in decodes)
    assert any(decode.header.rows == 2 for decode in decodes)
    assert any(decode.header.rows == 2 and decode.sheets.column for decode in decodes)


def test_the_page_shows_a_source_of_every_format_that_is_declared_so(declared: Declarations) -> None:
    shown = [line.split("`") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.count("`") == FOUR]
    rows = [(cells[1], declared.sources[cells[3]].decode) for cells in shown if cells[3] in declared.sources]
    assert {decode.format for _, decode in rows} == FORMATS
    for told, decode in rows:
        said = Decode.model_validate(yaml.safe_load(told))
        assert said.model_dump(exclude_unset=True).items() <= decode.model_dump().items() or _header(said, decode)


def _header(said: Decode, decode: Decode) -> bool:
    told, known = said.header.model_dump(exclude_unset=True), decode.header.model_dump()
    return bool(told) and told.items() <= known.items()


def _written(decode: Decode, folder: Path, *rows: Row) -> bytes:
    write(Sheet(tuple(rows[0].cells), rows), decode, folder / "sent")
    return (folder / "sent").read_bytes()


def test_a_record_is_nested_as_its_columns_say_and_nothing_is_null(tmp_path: Path) -> None:
    cells = {"a.b": Cell("1.5", 1.5), 'c[0]."d.e"': Cell("x", "x"), "n": Cell("")}
    decode = Decode.model_validate({"format": "json", "records": {"at": "data.rows", "beside": ["made"]}})
    told = json.loads(_written(decode, tmp_path, Row(cells)))
    assert told == {"made": None, "data": {"rows": [{"a": {"b": 1.5}, "c": [{"d.e": "x"}], "n": None}]}}


def test_a_record_stands_under_its_name_where_that_is_its_column(tmp_path: Path) -> None:
    decode = Decode.model_validate({"format": "json", "records": {"at": "days", "keyed_by": "day"}})
    told = json.loads(_written(decode, tmp_path, Row({"day": Cell("2021-01-02"), "n": Cell("1.5", 1.5)})))
    assert told == {"days": {"2021-01-02": {"n": 1.5}}}


def test_persons_with_the_same_identifier_are_one_resource_and_stand_behind_the_rows(tmp_path: Path) -> None:
    fhir = {"rows": "Observation", "joined": ["Patient"], "systems": {"case": "urn:oid:1.2"}}
    decode = Decode.model_validate({"format": "fhir-ndjson", "fhir": fhir})
    cells = {"Observation.issued": Cell("2021"), "Patient.identifier[case].value": Cell("7")}
    lines = [json.loads(line) for line in _written(decode, tmp_path, Row(cells), Row(cells)).splitlines()]
    assert [line["resourceType"] for line in lines] == ["Observation", "Observation", "Patient"]
    assert lines[2]["identifier"] == [{"system": "urn:oid:1.2", "value": "7"}]
    assert {line["subject"]["reference"] for line in lines[:2]} == {f"Patient/{lines[2]['id']}"}


def test_a_packed_bulk_export_has_a_file_for_each_type_of_resource(tmp_path: Path) -> None:
    fhir = {"rows": "Observation", "joined": ["Patient"]}
    decode = Decode.model_validate({"format": "fhir-ndjson", "zip": "*.ndjson", "fhir": fhir})
    cells = {"Observation.issued": Cell("2021"), "Patient.gender": Cell("male")}
    with zipfile.ZipFile(io.BytesIO(_written(decode, tmp_path, Row(cells), Row(cells)))) as archive:
        told = {name: archive.read(name).splitlines() for name in archive.namelist()}
    assert {name: len(lines) for name, lines in told.items()} == {"Observation.ndjson": 2, "Patient.ndjson": 2}
    assert [json.loads(line)["resourceType"] for line in told["Patient.ndjson"]] == ["Patient", "Patient"]


def test_a_component_says_by_its_code_what_it_is(tmp_path: Path) -> None:
    fhir = {"rows": "Observation", "systems": {"loinc": "http://loinc.org"}}
    decode = Decode.model_validate({"format": "fhir-ndjson", "fhir": fhir})
    cells = {
        f"Observation.component[loinc|{code}].valueQuantity.value": Cell(n) for code, n in (("1", "a"), ("2", "b"))
    }
    (told,) = [json.loads(line) for line in _written(decode, tmp_path, Row(cells)).splitlines()]
    assert told["component"] == [
        {"valueQuantity": {"value": n}, "code": {"coding": [{"system": "http://loinc.org", "code": code}]}}
        for code, n in (("1", "a"), ("2", "b"))
    ]


@pytest.mark.parametrize("name", ["hu/lab_results", "tm/lab_results"])
def test_a_coding_bears_the_code_of_its_system_and_no_label(name: str, declared: Declarations) -> None:
    said = spoken(declared.sources[name], declared, "test_loinc")
    assert {code: (code,) for code in said} == said
    assert "94500-6" in said


def test_a_bound_of_a_quantity_is_its_comparator_and_the_number(tmp_path: Path) -> None:
    decode = Decode.model_validate({"format": "fhir-ndjson", "fhir": {"rows": "Observation"}})
    cells = {"Observation.valueQuantity.value": Cell("<0.5")}
    other = {"Observation.valueQuantity.value": Cell("0.5", 0.5), "Observation.note": Cell("<0.5")}
    told = [json.loads(line) for line in _written(decode, tmp_path, Row({**other}), Row(cells)).splitlines()]
    assert [one.get("valueQuantity") for one in told] == [{"value": 0.5}, {"comparator": "<", "value": 0.5}]
    assert told[0]["note"] == "<0.5"


@pytest.mark.parametrize(("text", "kind"), [("2021-01-02", pa.date32()), ("2021-02-31", pa.string())])
def test_a_column_of_days_is_one_until_a_cell_is_spoiled(text: str, kind: pa.DataType, tmp_path: Path) -> None:
    good = Row({"day": Cell("2021-01-01", date(2021, 1, 1))})
    other = Row({"day": Cell(text, date(2021, 1, 2) if kind == pa.date32() else None)})
    assert (
        pq.read_schema(io.BytesIO(_written(Decode(format="parquet"), tmp_path, good, other))).field("day").type == kind
    )


def test_an_upper_name_stands_once_above_those_that_share_it(tmp_path: Path) -> None:
    decode = Decode.model_validate({"header": {"rows": 2, "rows_above": 1}})
    cells = {"Day": Cell("1"), "Deaths / F": Cell("2"), "Deaths / M": Cell("3")}
    rows = list(csv.reader(_written(decode, tmp_path, Row(cells)).decode().splitlines()))
    assert rows[1:] == [["Day", "Deaths", ""], ["", "F", "M"], ["1", "2", "3"]]


def test_upper_names_of_a_workbook_are_merged_and_each_sheet_has_its_own_rows(tmp_path: Path) -> None:
    said = {"format": "xlsx", "header": {"rows": 2}, "sheets": {"column": "Where", "read": ["*"]}}
    decode, names = Decode.model_validate(said), ("Where", "Day", "Deaths / F", "Deaths / M")
    rows = tuple(Row(dict(zip(names, map(Cell, texts), strict=True))) for texts in ("aby1", "b234", "A567"))
    write(Sheet(names, rows), decode, tmp_path / "sent.xlsx")
    book = openpyxl.load_workbook(tmp_path / "sent.xlsx")
    assert [list(page.iter_rows(values_only=True)) for page in book.worksheets] == [
        [("Day", "Deaths", None), (None, "F", "M"), ("b", "y", "1"), ("5", "6", "7")],
        [("Day", "Deaths", None), (None, "F", "M"), ("2", "3", "4")],
    ]
    assert {str(area) for area in book["a"].merged_cells.ranges} == {"A1:A2", "B1:C1"}
    assert places_of(Sheet(names, rows), decode) == [3, SHEET_ROWS + 3, 4]


@pytest.mark.parametrize(("name", "first"), ABOVE)
def test_a_spoiled_cell_is_told_in_the_row_of_the_file(name: str, first: int, declared: Declarations) -> None:
    source = declared.sources[name]
    assert first_row_of(source.decode) == first
    clean = clean_file(asked_of(source, Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    _, faults = spoil(clean.sheet, source, declared, clean.asked.chance("x"))
    assert faults
    for fault in faults:
        assert clean.sheet.rows[fault.row - first].cells[fault.column].text == fault.truth


def test_the_cell_faults_of_a_file_with_names_in_two_rows_stand_where_the_key_says(
    declared: Declarations, tmp_path: Path
) -> None:
    source: Source = declared.sources["az/deaths_all_cause"]
    clean = clean_file(asked_of(source, Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    file = next(faulty_files(clean, tmp_path))
    lines = file.path.read_bytes().decode(source.decode.encoding[0]).split("\r\n")
    told = [fault for fault in file.faults if fault.row and fault.column and fault.written]
    assert told
    assert all(fault.written in lines[(fault.row or 0) - 1] for fault in told)
