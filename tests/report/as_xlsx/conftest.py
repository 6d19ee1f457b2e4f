"""Workbooks of reports, made and opened again: of flawed and wide files, of a workbook as it was sent, of a refusal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from pipelines import flow
from pipelines.artefacts import Finding, Verdict
from pipelines.declarations import Declarations, load_declarations
from pipelines.report import Speech, write_report
from pipelines.report.as_xlsx.pen import TONES
from pipelines.report.mistakes import every_place
from pipelines.settings import Settings

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
OWN, SUMMARY, MISTAKES = "Your file", "Summary", "All mistakes"
BECAME, WHY = "salamat: what became of it", "salamat: why"
FILLS = {fill: look for look, (fill, _) in TONES.items()}
EVIL = ("=1+1", "+7 701", "-5", "@SUM(A1)", "\t=1+1", "=HYPERLINK(A1)", "#N/A", "_x0041_", " spaced ", "'quoted")
HEADER = ("Нөмірі", "Облыс", "Жынысы", "Басталған күні", "Тіркелген күні", "Ескерту")
PATIENTS = """
source: kz/patients
title: A line list that does not exist
table: cases
language: [kk, ru]
arrives: {by: upload, matching: "patients_*.csv"}
decode: {format: csv, encoding: [utf-8], delimiter: ";"}
hold_above_rejected_share: 0.9
constants: {pathogen: SARSCOV2}
map:
  case_id: {from: Нөмірі}
  region_notification: {from: Облыс}
  sex: {from: Жынысы}
  onset_date: {from: Басталған күні, read: dd.MM.yyyy}
  report_date: {from: Тіркелген күні, read: dd.MM.yyyy}
ignore: [Ескерту]
"""
WORKBOOK = (
    PATIENTS.replace("kz/patients", "kz/workbook")
    .replace("patients_*.csv", "workbook_*.xlsx")
    .replace(
        '{format: csv, encoding: [utf-8], delimiter: ";"}', "{format: xlsx, sheets: {read: [Тізім], ignore: [Sheet]}}"
    )
)
COUNTS = """
source: kz/counts
title: A wide table that does not exist
table: case_counts
language: [kk, ru]
arrives: {by: upload, matching: "counts_*.csv"}
decode: {format: csv, encoding: [utf-8], delimiter: ";"}
hold_above_rejected_share: 0.9
constants: {period_type: D, measure_type: INCIDENT, case_basis: CONF_LAB, date_basis: PUBLICATION, pathogen: SARSCOV2}
map:
  period_start: {from: Күні, read: dd.MM.yyyy}
  region: {from: Облыс}
unpivot:
  into: value
  columns:
    Жұқтырғандар: {indicator: CASES}
    Қайтыс болғандар: {indicator: DEATHS}
"""


def patient(
    case: str, place: str = "Алматы", sex: str = "еркек", onset: str = "01.03.2020", note: str = ""
) -> list[str]:
    return [case, place, sex, onset, "05.03.2020", note]


GOOD = [patient(f"G{n}", note=note) for n, note in enumerate(EVIL)]
FLAWED = [
    *GOOD,
    patient("=2+2", "Алмата"),
    patient("B2", onset="06.03.2020"),
    [],
    patient("B3", "Атлантида", "Ж?", "31.04.2020", "+1"),
    patient("G0", note="said again"),
    patient("B4"),
]
COUNTED = [
    ["Күні", "Облыс", "Жұқтырғандар", "Қайтыс болғандар"],
    ["01.03.2020", "Алматы", "5", "x"],
    ["02.03.2020", "Атлантида", "6", "1"],
    ["03.03.2020", "Алматы", "-3", "2"],
    ["04.03.2020", "Алматы", "", ""],
    ["05.03.2020", "Алматы", "7", ""],
]


@dataclass(frozen=True)
class Made:
    """A file that was checked, its verdict, and the workbook that tells it."""

    rows: list[list[str]]
    verdict: Verdict
    declared: Declarations
    report: Path

    @property
    def book(self) -> Workbook:
        return load_workbook(self.report)

    @property
    def own(self) -> Worksheet:
        return sheet(self.book, self.title)

    @property
    def title(self) -> str:
        return self.book.sheetnames[0]


Make = Callable[..., Made]


def sheet(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def text_of(rows: Sequence[Sequence[str]]) -> str:
    kept = io.StringIO()
    csv.writer(kept, delimiter=";", lineterminator="\n").writerows(rows)
    return kept.getvalue()


def looks(own: Worksheet) -> dict[tuple[int, int], str]:
    """Give the look of each cell that is marked, by its row and column."""
    filled = {
        (c.row or 0, c.column or 0): FILLS.get(str(c.fill.fgColor.rgb)[-6:]) for row in own.iter_rows() for c in row
    }
    return {at: look for at, look in filled.items() if look}


def told(book: Workbook, name: str) -> list[dict[str, Any]]:
    """Give the rows of a sheet by the names of its columns."""
    head, *rows = sheet(book, name).iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def words(book: Workbook, name: str = SUMMARY) -> str:
    return "\n".join(str(c) for row in sheet(book, name).iter_rows(values_only=True) for c in row if c is not None)


def targets(cells: Sequence[Cell | MergedCell]) -> list[tuple[str, str]]:
    """Give where the links of these cells lead: sheet and cell."""
    links = [str(c.hyperlink.location).rpartition("!") for c in cells if c.hyperlink]
    return [(title.strip("'"), at) for title, _, at in links]


@pytest.fixture(scope="session")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    folder = tmp_path_factory.mktemp("declared")
    sources = folder / "schemas/sources/kz"
    sources.mkdir(parents=True)
    (sources / "patients.yaml").write_text(PATIENTS, encoding="utf-8")
    (sources / "workbook.yaml").write_text(WORKBOOK, encoding="utf-8")
    (sources / "counts.yaml").write_text(COUNTS, encoding="utf-8")
    return load_declarations(folder)


@pytest.fixture(scope="session")
def make(declared: Declarations, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Check rows, or the bytes of a file, and write the workbook."""

    def made(rows: Sequence[Sequence[str]], source: str = "kz/patients", sent: bytes | None = None) -> Made:
        folder = tmp_path_factory.mktemp("checked")
        file, report = folder / "sent.csv", folder / "report.xlsx"
        file.write_bytes(sent or text_of(rows).encode())
        settings = Settings.from_environment({"SALAMAT_HOME": str(folder / "home")})
        outcome = flow.check(file, source, declared, settings, folder / "work", lambda: NOW, lambda _: None)
        told_to = (declared.sources[source], Speech(declared, "en"), file.name, outcome.delivery.sha256)
        write_report(outcome.verdict, *told_to, NOW, report)
        return Made([list(row) for row in rows], outcome.verdict, declared, report)

    return made


@pytest.fixture(scope="session")
def flawed(make: Make) -> Made:
    return make([HEADER, *FLAWED])


@pytest.fixture(scope="session")
def wide(make: Make) -> Made:
    return make(COUNTED, "kz/counts")


@pytest.fixture(scope="session")
def sent(make: Make) -> Made:
    """Give the report on a workbook that has more than cells: another sheet, formats, a comment, a table, a rule."""
    rows = [list(HEADER), *(row for row in FLAWED if "_x0041_" not in row)]
    book = Workbook()
    book.properties.creator = "Somebody Else"
    other, list_ = book["Sheet"], book.create_sheet("Тізім")
    other["A1"] = "what nobody else may see"
    for row in rows:
        list_.append([None if cell == "" else cell for cell in row])
    for cell in (cell for row in list_.iter_rows() for cell in row if cell.value is not None):
        cell.data_type = "s"
    list_["B1"].fill, list_["B1"].font = PatternFill("solid", fgColor="1F4E78"), Font(bold=True, color="FFFFFF")
    list_["E2"] = date(2020, 3, 5)
    list_["E2"].number_format = "dd.mm.yyyy"
    list_["B11"].comment = Comment("asked by telephone", "a clerk")
    list_.column_dimensions["B"].width = 33
    list_.conditional_formatting.add("A1:F9", Rule("expression", formula=["Sheet!A1>1"]))
    list_.add_table(Table(displayName="cases", ref="A1:F9"))
    kept = io.BytesIO()
    book.save(kept)
    return make(rows, "kz/workbook", kept.getvalue())


@pytest.fixture(scope="session")
def refused(make: Make) -> Made:
    return make([("Нөмірі", "Облыс", "=1+1"), ("1", "2", "3")])


@pytest.fixture(params=["flawed", "wide", "sent"])
def either(request: pytest.FixtureRequest) -> Made:
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Made)
    return made


def shown(value: object) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str("" if value is None else value)


def placed(made: Made) -> dict[tuple[int, int], list[Finding]]:
    """Give the problems by the row and column of the sheet where they belong; behind the last where in no column."""
    header = made.rows[0]
    found: dict[tuple[int, int], list[Finding]] = {}
    for place in every_place(made.verdict):
        if place.row:
            column = header.index(place.column) + 1 if place.column else len(header) + 1
            found.setdefault((place.row, column), []).append(place)
    return found
