"""Several sheets are read one after another: each row knows its sheet; one that nobody knows of stops the file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused
from pipelines.numbering import SHEET_ROWS
from tests.workbook.of_sheets import Rows, of_sheets

Decoded = Callable[..., tuple[Extract, list[tuple[Any, ...]]]]
Told = list[tuple[str, str | None, int | None, str | None]]
NAMES = ("Күні", "Саны")
JANUARY: Rows = [NAMES, ("13.07.2020", 1), ("14.07.2020", 2)]
FEBRUARY: Rows = [NAMES[::-1], (3, "15.07.2020")]
MONTHS = {"2020-01": JANUARY, "2020-02": FEBRUARY}


def source(columns: Sequence[str] = NAMES, ignore: Sequence[str] = (), **decode: Any) -> Source:
    head = {"source": "zz/cells", "title": "Cells", "table": "cells", "language": ["en"], "arrives": {"matching": "*"}}
    mapped = {f"field_{i}": {"from": column} for i, column in enumerate(columns)}
    return Source.model_validate({**head, "decode": {"format": "xlsx", **decode}, "map": mapped, "ignore": ignore})


def found(decoded: Decoded, declared: Source, data: bytes) -> Told:
    with pytest.raises(Refused) as refused:
        decoded(data, declared)
    return [(f.rule, f.sheet, f.row, f.value) for f in refused.value.findings]


@pytest.mark.parametrize("read", [["2020-01", "2020-02"], ["2020-*"], ["*-02", "*-01"]])
def test_sheets_are_read_in_the_order_of_the_workbook(decoded: Decoded, read: list[str]) -> None:
    extract, cells = decoded(of_sheets(MONTHS), source(sheets={"read": read}))

    assert (extract.columns, extract.rows, extract.sheets) == (NAMES, 3, ("2020-01", "2020-02"))
    assert cells == [("13.07.2020", "1", 2), ("14.07.2020", "2", 3), ("15.07.2020", "3", SHEET_ROWS + 2)]


def test_the_name_of_the_sheet_is_a_column_where_it_is_declared(decoded: Decoded) -> None:
    declared = source((*NAMES, "Ай"), sheets={"read": ["2020-*"], "column": "Ай"})

    extract, cells = decoded(of_sheets(MONTHS), declared)

    assert extract.columns == (*NAMES, "Ай")
    assert [row[2] for row in cells] == ["2020-01", "2020-01", "2020-02"]
    alone, cells = decoded(of_sheets({"2020-01": JANUARY}), declared)
    assert ([row[2] for row in cells], alone.sheets) == (["2020-01", "2020-01"], ("2020-01",))


def test_a_column_of_the_file_is_not_taken_for_the_name_of_the_sheet(decoded: Decoded) -> None:
    rows: Rows = [(*NAMES, "Ай"), ("13.07.2020", 1, "x")]
    declared = source((*NAMES, "Ай"), sheets={"read": ["*"], "column": "Ай"})

    assert found(decoded, declared, of_sheets({"2020-01": rows})) == [("unexpected-column", None, 1, "Ай")]


def test_a_sheet_that_is_not_declared_stops_the_delivery_and_one_line_mends_it(decoded: Decoded) -> None:
    data = of_sheets({**MONTHS, "Анықтама": [("ДСМ",)]})

    assert found(decoded, source(sheets={"read": ["2020-*"]}), data) == [("undeclared-sheet", None, None, "Анықтама")]
    assert decoded(data, source(sheets={"read": ["2020-*"], "ignore": ["Анықтама"]}))[0].rows == 3
    assert found(decoded, source(), data) == [("several-sheets", None, None, "2020-01, 2020-02, Анықтама")]
    assert decoded(data, source(sheets={"ignore": ["Ан*", "*-02"]}))[0].sheets == ("2020-01",)


def test_a_sheet_that_is_missing_stops_the_delivery(decoded: Decoded) -> None:
    told = found(decoded, source(sheets={"read": ["2020-*", "2021-*"]}), of_sheets(MONTHS))
    assert told == [("missing-sheet", None, None, "2020-01, 2020-02")]


def test_a_hidden_sheet_is_read_where_its_very_name_is_declared_and_never_by_a_pattern(decoded: Decoded) -> None:
    data = of_sheets(MONTHS, hidden=["2020-02"])

    assert found(decoded, source(sheets={"read": ["2020-*"]}), data) == [("hidden-sheet", None, None, "2020-02")]
    assert decoded(data, source(sheets={"read": ["2020-01", "2020-02"]}))[0].rows == 3
    assert decoded(data, source(sheets={"read": ["2020-*"], "ignore": ["2020-02"]}))[0].rows == 2


def test_what_is_wrong_in_each_sheet_is_told_with_its_sheet_and_the_row_that_it_shows(decoded: Decoded) -> None:
    declared = source(sheets={"read": ["*"]})
    wrong: Rows = [("Күні", "Сани"), ("13.07.2020", 1)]

    assert found(decoded, declared, of_sheets({"a": JANUARY, "b": wrong, "c": wrong})) == [
        ("unexpected-column", "b", 1, "Сани"),
        ("missing-column", "b", 1, None),
        ("unexpected-column", "c", 1, "Сани"),
        ("missing-column", "c", 1, None),
    ]
    errors = of_sheets({"a": [*JANUARY, ("#REF!", 1)], "b": [], "c": [*JANUARY, (None, None, "x")]})
    assert found(decoded, declared, errors) == [
        ("error-cell", "a", 4, "A4: #REF!"),
        ("empty-file", "b", 1, None),
        ("unnamed-column", "c", 4, "C4"),
    ]


def test_notes_name_their_sheet(decoded: Decoded) -> None:
    titled: Rows = [("Есеп",), *JANUARY[:2], (), JANUARY[2]]
    declared = source(sheets={"read": ["*"]}, header={"rows_above": "until-names"})

    extract, cells = decoded(of_sheets({"a": JANUARY, "b": titled}), declared)

    told = [(n.rule, n.sheet, n.row) for n in extract.notes]
    assert told == [("rows-above-header", "b", 1), ("blank-row", "b", 4)]
    assert [row[2] for row in cells] == [2, 3, SHEET_ROWS + 3, SHEET_ROWS + 4, SHEET_ROWS + 5]


def test_an_ignored_column_may_stand_in_some_sheets_alone(decoded: Decoded) -> None:
    noted: Rows = [(*NAMES, "Ескерту"), ("15.07.2020", 3, "x")]

    extract, cells = decoded(of_sheets({"a": JANUARY, "b": noted}), source(ignore=["Ескерту"], sheets={"read": ["*"]}))

    assert (extract.columns, [row[2] for row in cells]) == ((*NAMES, "Ескерту"), [None, None, "x"])


def test_columns_that_are_days_are_the_same_in_every_sheet(decoded: Decoded) -> None:
    named = {"field": "day", "read": "dd.MM.yyyy"}
    wide = source(("Облыс",), sheets={"read": ["*"]})
    unpivot = {"into": "value", "columns": "dates", "name_is": named}
    wide = Source.model_validate({**wide.model_dump(by_alias=True, exclude_unset=True), "unpivot": unpivot})
    first: Rows = [("Облыс", "13.07.2020", "14.07.2020"), ("Абай", 1, 2)]
    other: Rows = [("Облыс", "13.07.2020", "15.07.2020"), ("Абай", 1, 2)]

    assert decoded(of_sheets({"a": first, "b": first}), wide)[0].rows == 2
    assert found(decoded, wide, of_sheets({"a": first, "b": other})) == [
        ("missing-column", "b", 1, None),
        ("unexpected-column", "b", 1, "15.07.2020"),
    ]


def hide(data: bytes) -> bytes:
    made, target = openpyxl.load_workbook(io.BytesIO(data)), io.BytesIO()
    made.worksheets[0].row_dimensions[3].hidden = True
    made.save(target)
    return target.getvalue()


def test_hidden_rows_are_taken_where_it_is_declared_and_told(decoded: Decoded) -> None:
    data = hide(of_sheets({"a": JANUARY}))

    assert [told[:3] for told in found(decoded, source(), data)] == [("hidden-cells", None, 3)] * 2
    extract, cells = decoded(data, source(hidden="taken"))
    assert (len(cells), [(n.rule, n.value) for n in extract.notes]) == (2, [("hidden-cells-taken", "2")])
