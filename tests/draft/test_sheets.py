"""Sheets that are one table are proposed with how sure that is; another table, and what is hidden, is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.artefacts import Workspace
from pipelines.declarations import Declarations
from pipelines.draft import Draft, Wanted, as_source, draft
from pipelines.errors import Refused
from pipelines.settings import Settings
from tests.workbook.of_sheets import Rows, of_sheets

if TYPE_CHECKING:
    import openpyxl

    from tests.draft.conftest import Drafted

Booked = Callable[..., Path]
NAMES = ("Күні", "Облыс", "Жаңа жағдайлар")
REGIONS = ("Ақмола облысы", "Алматы облысы", "Шымкент")
WEEKS = [f"2020-W{week}" for week in range(28, 33)]


@pytest.fixture
def booked(tmp_path: Path) -> Booked:
    """Write a workbook; `change` is done to it before it is saved."""

    def made(
        sheets: Mapping[str, Rows],
        hidden: Sequence[str] = (),
        change: Callable[[openpyxl.Workbook], object] | None = None,
    ) -> Path:
        (tmp_path / "book.xlsx").write_bytes(of_sheets(sheets, hidden, change))
        return tmp_path / "book.xlsx"

    return made


def days(apart: int = 1) -> Rows:
    return [(date(2020, 7, 6) + timedelta(n), 100 + n * 37 % 53 + apart) for n in range(12)]


def week(number: int, regions: Sequence[str] = REGIONS) -> Rows:
    day = date(2020, 7, 6) + timedelta(7 * number)
    return [NAMES, *((day, region, 100 + (n * 37 + number * 11) % 53) for n, region in enumerate(regions))]


def sheets_of(made: Draft) -> tuple[object, str]:
    return made.decode["sheets"].value, made.decode["sheets"].confidence


def about_sheets(made: Draft) -> list[str]:
    return [question for question in made.questions if "sheet" in question]


def test_a_sheet_for_each_region_is_one_table_and_its_name_is_the_region(drafted: Drafted, booked: Booked) -> None:
    pages = {region: [("Апталық есеп",), (), (NAMES[0], NAMES[2]), *days(n)] for n, region in enumerate(REGIONS)}
    made = drafted(booked({"Анықтама": [("Бұл есеп",)], **pages, "Sheet5": []}), table="case_counts")
    read = {"read": [*REGIONS], "ignore": ["Анықтама", "Sheet5"], "column": "sheet"}
    assert sheets_of(made) == (read, "likely")
    assert made.decode["header"].value == {"rows_above": 2}
    assert as_source(made).map["region"].from_ == "sheet"
    assert about_sheets(made) == []


def test_weeks_that_stand_in_the_names_of_sheets_are_read_from_there(drafted: Drafted, booked: Booked) -> None:
    pages = {name: [row[1:] for row in week(n)] for n, name in enumerate(WEEKS)}
    made = drafted(booked(pages), table="case_counts")
    assert sheets_of(made) == ({"read": ["*-W*"], "column": "sheet"}, "likely")
    assert as_source(made).map["period_start"].from_ == "sheet"
    assert as_source(made).map["period_start"].read == "yyyy-'W'ww"


def test_the_names_of_sheets_are_not_taken_over_where_the_rows_say_the_same(drafted: Drafted, booked: Booked) -> None:
    made = drafted(booked({name: week(n) for n, name in enumerate(WEEKS)}), table="case_counts")
    assert sheets_of(made)[0] == {"read": ["*-W*"]}
    assert about_sheets(made) == []


def test_names_that_no_field_explains_are_a_question(drafted: Drafted, booked: Booked) -> None:
    made = drafted(booked({"Лист1": week(0), "Лист2": week(1)}), table="case_counts")
    (asked,) = about_sheets(made)
    assert "'Лист1', 'Лист2'" in asked
    assert "sheet" not in {mapping.from_ for mapping in as_source(made).map.values()}


def test_another_table_and_a_hidden_sheet_of_the_same_columns_are_asked_for(drafted: Drafted, booked: Booked) -> None:
    other = [("Код", "Атауы"), ("1", "а"), ("2", "б")]
    wider = [(*NAMES, "Жасы"), (date(2020, 7, 6), REGIONS[0], 4, 5)]
    pages = {"2020": week(0), "Тізім": other, "Ескі": week(1), "Кең": wider, "Жасырын": other}
    made = drafted(booked(pages, hidden=("Ескі", "Жасырын")), table="case_counts")
    asked = about_sheets(made)
    assert [question.partition(":")[0] for question in asked] == [
        "the sheet 'Тізім' is another table (Код, Атауы)",
        "the hidden sheet 'Ескі' has the same columns as those that are read",
        "the sheet 'Кең' differs from those that are read in 'Жасы'",
    ]
    assert sheets_of(made)[1] == "question"


def test_the_sheet_that_is_named_is_drafted_and_nothing_is_asked_of_the_others(
    booked: Booked, declared: Declarations, settings: Settings, tmp_path: Path
) -> None:
    file = booked({"Жағдайлар": week(0), "Өлім": [("Күні", "Облыс", "Қайтыс болғандар"), *week(1)[1:]]})

    def of(sheet: str) -> Draft:
        wanted = Wanted("kz", "case_counts", sheets=(sheet,))
        return draft(file, wanted, declared, settings, Workspace(tmp_path / "work"))

    made = of("Өлім")
    assert sheets_of(made)[0] == {"read": ["Өлім"], "ignore": ["Жағдайлар"]}
    assert about_sheets(made) == []
    assert "Қайтыс болғандар" in {line.column for line in made.lines}
    with pytest.raises(Refused, match=r"missing-sheet.*Жағдайлар, Өлім"):
        of("Жоқ")


def test_merged_and_hidden_cells_are_declared_and_the_hidden_ones_asked_for(drafted: Drafted, booked: Booked) -> None:
    def change(book: openpyxl.Workbook) -> None:
        page = book.worksheets[0]
        page.merge_cells("A2:A4")
        page.row_dimensions[3].hidden = True

    rows = [NAMES, *((day if n else date(2020, 7, 6), *rest) for n, (day, *rest) in enumerate([
        (None, REGIONS[0], 4), (None, REGIONS[1], 5), (None, REGIONS[2], 6), (date(2020, 7, 13), REGIONS[0], 5),
    ]))]  # fmt: skip
    made = drafted(booked({"Апта": rows}, change=change), table="case_counts")
    assert (made.decode["merged"].value, made.decode["hidden"].value) == (["down"], "taken")
    assert any("hidden rows or columns" in question for question in made.questions)
    assert "sheets" not in made.decode


def test_names_in_two_rows_stand_as_their_merged_cells_say(drafted: Drafted, booked: Booked) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.worksheets[0].merge_cells("C2:D2")
        book.worksheets[0].merge_cells("A2:A3")

    rows: list[Sequence[object]] = [("Есеп",), ("Күні", "Облыс", "Жағдайлар", None), (None, None, "жаңа", "барлығы")]
    rows += [(day, REGIONS[0], n, n) for day, n in days()]
    made = drafted(booked({"Апта": rows}, change=change), table="case_counts")
    assert made.decode["header"].value == {"rows_above": 1, "rows": 2}
    assert {line.column for line in made.lines} == {"Күні", "Облыс", "Жағдайлар / жаңа", "Жағдайлар / барлығы"}


def test_a_workbook_without_a_table_is_refused_with_its_sheets(drafted: Drafted, booked: Booked) -> None:
    with pytest.raises(Refused, match=r"no-rows.*Анықтама, Бос"):
        drafted(booked({"Анықтама": [("Бұл есеп",)], "Бос": []}), table="case_counts")
