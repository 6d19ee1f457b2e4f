"""A workbook as a ministry sends it, from its cells to the verdict: `salamat check апта_29.xlsx`."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from pipelines.cli import main

DECLARATIONS = Path(__file__).parents[1] / "declarations_for_tests"
HEADER = ("Күні", "Облыс", "Жаңа жағдайлар", "Ескерту")


def checked(folder: Path, rows: list[tuple[Any, ...]], name: str = "апта_29.xlsx") -> dict[str, Any]:
    """Check a workbook with these rows; the source is known by the file's name."""
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.worksheets[0].append(row)
    file = folder / name
    book.save(file)
    arguments = ["--home", str(folder / "home"), "--declarations", str(DECLARATIONS), "check", str(file), "--json"]
    said = CliRunner().invoke(main, arguments, catch_exceptions=False)
    told: dict[str, Any] = json.loads(said.output)
    return told


def test_days_numbers_and_texts_of_a_workbook_are_accepted_in_each_of_their_forms(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        (date(2020, 7, 13), "Ақтөбе облысы", 1204, None),
        (datetime(2020, 7, 13), "Ақмола облысы", "1 204", "as text"),  # noqa: DTZ001  a workbook knows no zones
        ("13.07.2020", "Атырау облысы", 0, None),
        (date(2020, 7, 13), "Қарағанды облысы", "-", None),
    ]
    told = checked(tmp_path, rows)
    assert (told["decision"], told["problems"]) == ("accepted", [])
    assert told["rows"]["read"] == 4
    assert told["facts"]["by_fate"] == {"accepted": 3, "not-reported": 1}


def test_what_is_wrong_is_told_with_the_row_of_the_sheet_and_the_senders_own_column(tmp_path: Path) -> None:
    rows: list[tuple[Any, ...]] = [
        (date(2020, 7, 13), "Ақтөбе облысы", 1, None),
        (),
        (date(2020, 7, 13), "Атлантида", 2, None),
        (date(2020, 7, 13), "Ақмола облысы", 2.5, None),
        (44025, "Атырау облысы", 2, "the number of a day, without a date format"),
        *((date(2020, 7, 13 - 7), region, 3, None) for region in ("Ақтөбе облысы", "Ақмола облысы", "Атырау облысы")),
    ]
    told = checked(tmp_path, rows)
    assert told["decision"] == "held"
    assert [(p["rule"], p["row"], p["column"], p["value"]) for p in told["problems"] if p["row"]] == [
        ("unknown-place", 4, "Облыс", "Атлантида"),
        ("not-a-whole-number", 5, "Жаңа жағдайлар", "2,5"),
        ("not-a-date", 6, "Күні", "44025"),
    ]
    assert told["rows"]["read"] == sum(told["rows"]["by_fate"].values()) == 8


@pytest.mark.parametrize(("value", "address"), [("=1+1", "C3"), ("#N/A", "C3: #N/A")])
def test_a_cell_that_cannot_be_taken_is_named_by_its_address(tmp_path: Path, value: str, address: str) -> None:
    told = checked(tmp_path, [(date(2020, 7, 13), "Ақтөбе облысы", 1), (date(2020, 7, 13), "Атырау облысы", value)])
    assert told["decision"] == "refused"
    assert [(p["row"], p["column"], p["value"]) for p in told["problems"]] == [(3, "Жаңа жағдайлар", address)]
