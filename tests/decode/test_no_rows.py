"""A file without rows, in every format: refused, unless its envelope says that there was nothing to report."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.artefacts import Envelope, Extract
from pipelines.declarations import load_declarations
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Decoded = Callable[..., tuple[Extract, list[tuple[Any, ...]]]]
Sources = Callable[..., Source]
ZERO = Envelope("zero_report", (date(2021, 3, 1), date(2021, 3, 7)))


def workbook(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in [["a", "b"], *rows]:
        book.worksheets[0].append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parquet(*values: str) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table({name: pa.array(values, pa.string()) for name in ("a", "b")}), target)
    return target.getvalue()


BUNDLE = b'{"resourceType": "Bundle", "type": "collection"}'
FORMS: dict[str, tuple[dict[str, Any], bytes, bytes]] = {
    "csv": ({"format": "csv"}, b"a,b\n", b"a,b\n1,2\n"),
    "csv below titles": ({"format": "csv", "header": {"rows_above": "until-names"}}, b"T\na,b\n", b"T\na,b\n1,2\n"),
    "workbook": ({"format": "xlsx"}, workbook(), workbook(["1", "2"])),
    "json": ({"format": "json"}, b"[]", b'[{"a": "1", "b": "2"}]'),
    "parquet": ({"format": "parquet"}, parquet(), parquet("1")),
}


@pytest.mark.parametrize(("said", "empty", "full"), FORMS.values(), ids=FORMS)
def test_it_says_zero_only_where_that_is_said(
    said: dict[str, Any], empty: bytes, full: bytes, decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(("a", "b"), **said)
    extract, rows = decoded(empty, source, envelope=ZERO)
    assert (extract.rows, rows, set(extract.columns)) == (0, [], {"a", "b"})
    for data, envelope, rule in ((empty, Envelope(), "no-rows"), (full, ZERO, "zero-report-has-rows")):
        with pytest.raises(Refused) as refused:
            decoded(data, source, envelope=envelope)
        assert [found.rule for found in refused.value.findings] == [rule]


def test_a_bundle_without_resources_may_report_zero(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(("Condition.id",), format="fhir-bundle", fhir={"rows": "Condition"})
    assert decoded(BUNDLE, source, envelope=ZERO)[0].rows == 0


@pytest.mark.parametrize("empty", [b"", b"\n", b"\xef\xbb\xbf\r\n\r\n"])
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("a", "b"), {"format": "ndjson"}),
        (("Condition.id",), {"format": "fhir-ndjson", "fhir": {"rows": "Condition"}}),
        (("a", "b"), {"format": "csv", "header": {"columns": ["a", "b"]}}),
    ],
    ids=["ndjson", "fhir-ndjson", "csv without names"],
)
def test_an_empty_file_reports_zero_where_that_is_said_and_there_is_no_other_without_rows(
    empty: bytes, columns: tuple[str, ...], said: dict[str, Any], decoded: Decoded, source_with: Sources
) -> None:
    source = source_with(columns, **said)
    extract, rows = decoded(empty, source, envelope=ZERO)
    assert (extract.rows, rows, extract.columns) == (0, [], columns)
    with pytest.raises(Refused, match="empty-file"):
        decoded(empty, source, envelope=Envelope())


def test_one_sheet_without_rows_among_others_is_no_zero_report(decoded: Decoded, source_with: Sources) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["1", "2"])))
    book.create_sheet("empty").append(["a", "b"])
    target = io.BytesIO()
    book.save(target)
    source = source_with(("a", "b"), format="xlsx", sheets={"read": ["*"]})
    for envelope, rule in ((Envelope(), "no-rows"), (ZERO, "zero-report-has-rows")):
        with pytest.raises(Refused) as refused:
            decoded(target.getvalue(), source, envelope=envelope)
        assert [found.rule for found in refused.value.findings] == [rule]


@pytest.mark.parametrize(("row", "envelope"), [("", ZERO), ("KG,KG,KG-GB,all\n", Envelope())])
def test_a_file_whose_figures_stand_under_dates_needs_one(row: str, envelope: Envelope, decoded: Decoded) -> None:
    names = "region_schema,region_parent,region_child,agerange"
    source = load_declarations().sources["kg/case_counts"]
    with pytest.raises(Refused) as refused:
        decoded(f"{names}\n{row}".encode(), source, envelope=envelope)
    assert [(f.rule, f.row, f.column) for f in refused.value.findings] == [("missing-column", 1, "yyyy-MM-dd")]
    assert decoded(f"{names},2021-03-01\n".encode(), source, envelope=ZERO)[0].rows == 0


def test_names_that_are_not_the_declared_ones_are_no_zero_report(decoded: Decoded, source_with: Sources) -> None:
    with pytest.raises(Refused) as refused:
        decoded(b"a,c\n", source_with(("a", "b"), format="csv"), envelope=ZERO)
    assert {found.rule for found in refused.value.findings} == {"missing-column", "unexpected-column"}
