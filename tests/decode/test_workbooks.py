"""A workbook is decoded as its source declares: each column in its own form, each row under its own number."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source

Cells = list[tuple[str | None, ...]]
Decoded = Callable[..., tuple[Extract, Cells]]

DAY = date(2020, 7, 13)


def source(decode: dict[str, Any], **said: Any) -> Source:
    head = {"source": "zz/cells", "title": "Cells", "table": "cells", "language": ["en"], "arrives": {"matching": "*"}}
    return Source.model_validate({**head, "decode": {"format": "xlsx", **decode}, **said})


def workbook(*rows: tuple[date | str | float | None, ...]) -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(target)
    return target.getvalue()


def test_a_day_is_written_as_its_column_is_read(decoded: Decoded) -> None:
    forms = {"a": None, "b": "dd.MM.yyyy", "c": "serial", "d": "instant", "e": "d MMMM yyyy", "f": "yyyy-'W'ww"}
    mapped = {column: {"from": column, **({"read": read} if read else {})} for column, read in forms.items()}
    _, cells = decoded(workbook(tuple(forms), (DAY,) * 6, (44025,) * 6), source({}, map=mapped))
    assert cells == [
        ("2020-07-13", "13.07.2020", "2020-07-13", "44025", "2020-07-13", "2020-07-13"),
        ("44025", "44025", "2020-07-13", "44025", "44025", "44025"),
    ]


def test_columns_that_are_days_are_named_as_they_are_read(decoded: Decoded) -> None:
    named = {"field": "period_start", "read": "dd.MM.yyyy"}
    unpivot = {"into": "value", "columns": "dates", "name_is": named, "read": "%#"}
    data = workbook(("Облыс", DAY, date(2020, 7, 14)), ("Абай", 0.5, 7))
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.worksheets[0]["B2"].number_format = "0.0%"
    target = io.BytesIO()
    book.save(target)
    wide = source({"decimal": ","}, map={"region": {"from": "Облыс"}}, unpivot=unpivot)
    extract, cells = decoded(target.getvalue(), wide)
    assert extract.columns == ("Облыс", "13.07.2020", "14.07.2020")
    assert cells == [("Абай", "%50", "7")]


def test_rows_keep_the_numbers_of_the_sheet(decoded: Decoded) -> None:
    extract, cells = decoded(workbook(("a",), ("x",), (), (), ("y\nz",), ()), source({}, map={"f": {"from": "a"}}))
    assert cells == [("x",), (None,), (None,), ("y\nz",)]
    assert (extract.rows, extract.encoding) == (4, "utf-8")
    assert [(note.rule, note.row) for note in extract.notes] == [("blank-row", 3), ("blank-row", 4)]
