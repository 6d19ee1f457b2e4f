"""A workbook is judged as who receives it would: opened with two readers, mended, saved as CSV, and checked again."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from pipelines import flow
from pipelines.artefacts import Finding, Verdict
from pipelines.cli import main
from pipelines.declarations import Declarations, load_declarations
from pipelines.errors import StoreError
from pipelines.report import Speech, write_report
from pipelines.report.as_xlsx.explained import follows
from pipelines.report.as_xlsx.pen import TONES, written
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


def test_a_row_of_the_sheet_is_the_row_of_the_file(either: Made) -> None:
    width = len(either.rows[0])
    with_openpyxl = [[shown(cell) for cell in row[:width]] for row in either.own.iter_rows(values_only=True)]
    read = CalamineWorkbook.from_path(either.report).get_sheet_by_name(either.title).to_python(skip_empty_area=False)
    sent = [row or [""] * width for row in either.rows]
    assert [[shown(cell) for cell in row[:width]] for row in read] == sent
    assert with_openpyxl == [[cell.replace("_x0041_", "_x005F_x0041_") for cell in row] for row in sent]


def test_the_marked_cells_are_the_places_of_the_problems(either: Made) -> None:
    behind = len(either.rows[0]) + 1
    places = placed(either)
    marked = looks(either.own)
    assert {at for at in marked if at[1] < behind} == {at for at in places if at[1] < behind}
    assert {row for row, column in marked if column >= behind} == {row for row, _ in places}
    for row, column in marked:
        found = [
            f for at, some in places.items() for f in some if at == (row, column) or (at[0] == row and column == behind)
        ]
        grave = {either.declared.rules[f.rule].consequence for f in found}
        assert marked[row, column] == ("rejected" if "reject" in grave else "flagged" if "flag" in grave else "note")


def test_each_look_is_seen(flawed: Made) -> None:
    assert set(looks(flawed.own).values()) == {"rejected", "flagged", "note"}


def test_each_marked_cell_says_what_is_wrong_expected_and_nearest(either: Made) -> None:
    own, places = either.own, placed(either)
    commented = {(c.row, c.column): c.comment.text for row in own.iter_rows() for c in row if c.comment}
    assert commented.keys() == places.keys()
    for at, found in places.items():
        for problem in found:
            rule = either.declared.rules[problem.rule]
            for part in (
                rule.id,
                str(Speech(either.declared, "en").sentence(rule, problem)),
                problem.expected,
                problem.nearest,
            ):
                assert (part or "") in commented[at]
    assert any("Did you mean" in text for text in commented.values()) == any(
        f.nearest for s in places.values() for f in s
    )


def test_a_row_says_what_became_of_it_and_why(flawed: Made, wide: Made) -> None:
    rows = {row["Нөмірі"]: row for row in told(flawed.book, OWN)}
    became = {case: row[BECAME] for case, row in rows.items()}
    assert (became["G1"], became["=2+2"], became["B3"], became["B2"]) == (
        None,
        "rejected",
        "rejected",
        "accepted, with a flag",
    )
    assert (became[None], became["G0"]) == ("set aside: blank row", "set aside: identical duplicate")
    assert "Did you mean Алма-Ата?" in rows["=2+2"][WHY]
    assert "Облыс: " in rows["B3"][WHY]
    assert "Жынысы: " in rows["B3"][WHY]
    assert [row[BECAME] for row in told(wide.book, OWN)] == [
        "rejected in part",
        "rejected",
        "rejected in part",
        "set aside: not reported",
        None,
    ]


def test_rows_that_say_something_are_those_with_a_problem_or_set_aside(either: Made) -> None:
    said = {at for at, row in enumerate(told(either.book, either.title), 2) if row[BECAME]}
    accepted = either.verdict.accounts.rows_by_fate.get("accepted", 0)
    with_problems = {row for row, _ in placed(either)}
    assert with_problems <= said
    assert either.verdict.accounts.rows - len(said) <= accepted
    assert all(row[WHY] for row in told(either.book, either.title) if row[BECAME])


def test_nothing_that_a_file_holds_is_computed(either: Made, refused: Made) -> None:
    for made in (either, refused):
        with ZipFile(made.report) as parts:
            sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any(re.search(r"<f[ >/]", text) for text in sheets)
        for table in made.book.worksheets:
            assert {c.data_type for row in table.iter_rows() for c in row if c.value is not None} <= {
                "s",
                "n",
                "d",
            }


def test_a_cell_that_looks_like_a_formula_stays_text_when_it_is_edited(flawed: Made, sent: Made) -> None:
    for made in (flawed, sent):
        quoted = {c.value: c.quotePrefix for row in made.own.iter_rows(min_row=2) for c in row if c.value}
        assert all(quoted[evil] for evil in EVIL if evil[0] in "=+-@\t")
        assert not quoted["G1"]
    assert {c.number_format for row in flawed.own.iter_rows() for c in row if c.value is not None} == {"@"}


def test_the_header_stays_in_sight_and_filters_every_row(either: Made) -> None:
    own = either.own
    assert own.freeze_panes == "A2"
    assert own.auto_filter.ref == own.dimensions
    assert [c.value for c in own[1]] == [*either.rows[0], BECAME, WHY]
    assert either.book.active is not None
    assert either.book.active.title == either.title


def test_the_accounts_of_the_summary_add_up(either: Made) -> None:
    rows = list(sheet(either.book, SUMMARY).iter_rows(values_only=True, max_col=4))
    first = next(n for n, row in enumerate(rows) if row[2:] == ("Rows", "Facts")) + 1
    last = next(n for n, row in enumerate(rows) if n > first and row[0] == "read")
    for at, read in ((2, either.verdict.accounts.rows), (3, either.verdict.accounts.facts)):
        assert sum(int(str(row[at])) for row in rows[first:last]) == rows[last][at] == read


def test_each_broken_rule_leads_to_its_first_cell(either: Made) -> None:
    rows = {row[0].value: row for row in sheet(either.book, SUMMARY).iter_rows()}
    first = {f.rule: f for f in reversed(every_place(either.verdict))}
    assert first
    english = Speech(either.declared, "en")
    for rule, place in first.items():
        assert rows[rule][2].value == follows(place, english)
        assert str(english.sentence(either.declared.rules[rule], place)) in str(rows[rule][1].value)
        if place.row:
            ((title, cell),) = targets(rows[rule])
            assert title == either.title
            assert looks(either.own)[either.own[cell].row, either.own[cell].column]
            assert either.own[cell].row == place.row


def test_every_mistake_is_listed_once_and_leads_to_its_cell(either: Made) -> None:
    places, book = every_place(either.verdict), either.book
    listed = told(book, MISTAKES)
    assert [(m["Rule"], m["Row"], m["Column"]) for m in listed] == [(f.rule, f.row, f.column) for f in places]
    assert [m["Value as written"] or "" for m in listed] == [f.value or "" for f in places]
    assert [m["Did you mean"] for m in listed] == [f.nearest for f in places]
    assert [m["Facts"] for m in listed] == [f.facts for f in places]
    led = [targets(row) for row in sheet(book, MISTAKES).iter_rows(min_row=2)]
    for found, lead in zip(places, led, strict=True):
        assert bool(lead) == bool(found.row)
        for title, cell in lead:
            marked = sheet(book, title)[cell]
            assert (marked.row, found.rule in (marked.comment.text if marked.comment else "")) == (found.row, True)


def test_a_file_that_could_not_be_read_has_its_findings_but_no_copy(refused: Made) -> None:
    book = refused.book
    assert book.sheetnames == [SUMMARY, MISTAKES]
    assert "REFUSED" in words(book)
    assert "It is not copied here, because it could not be read as its source declares." in words(book)
    assert {m["Rule"] for m in told(book, MISTAKES)} == {f.rule for f in refused.verdict.findings}
    assert "=1+1" in words(book, MISTAKES)


def test_the_same_verdict_and_moment_give_the_same_bytes(flawed: Made, make: Make) -> None:
    assert make([HEADER, *FLAWED]).report.read_bytes() == flawed.report.read_bytes()
    assert flawed.book.properties.created == flawed.book.properties.modified == NOW.replace(tzinfo=None)


def test_a_copy_that_was_mended_in_the_workbook_is_accepted(flawed: Made, make: Make) -> None:
    own = flawed.own
    mended: Mapping[str, Callable[[Finding], str]] = {
        "unknown-place": lambda f: f.nearest or "Алматы",
        "lost-characters": lambda f: f.nearest or "еркек",
        "not-a-date": lambda _: "01.03.2020",
    }
    for (row, column), found in placed(flawed).items():
        for problem in found:
            if problem.rule in mended:
                own.cell(row, column).value = mended[problem.rule](problem)
    cells = [
        [str(c or "").replace("_x005F_", "_") for c in row[: len(HEADER)]] for row in own.iter_rows(values_only=True)
    ]
    again = make(cells)
    assert again.verdict.decision == "accepted"
    assert again.verdict.accounts.rows == flawed.verdict.accounts.rows


def test_a_workbook_keeps_its_formats_and_nothing_that_is_not_in_its_sheet(sent: Made) -> None:
    own, book = sent.own, sent.book
    assert book.sheetnames == ["Тізім", SUMMARY, MISTAKES]
    assert (own["B1"].fill.fgColor.rgb[-6:], own["B1"].font.b, own.column_dimensions["B"].width) == ("1F4E78", True, 33)
    assert (own["E2"].value, own["E2"].number_format) == (datetime(2020, 3, 5), "dd.mm.yyyy")  # noqa: DTZ001  a cell
    assert own["B11"].comment is not None
    assert own["B11"].comment.text.startswith("asked by telephone\n\nREJECTED (unknown-place)")
    with ZipFile(sent.report) as parts:
        every = b"".join(parts.read(name) for name in parts.namelist())
    assert not any(secret.encode() in every for secret in ("what nobody else may see", "Somebody Else", "Sheet!A1"))
    assert book.properties.creator == "salamat"
    assert not own.tables


def test_a_workbook_too_large_to_keep_is_shown_as_it_was_read(sent: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    harmonised = sent.verdict.harmonised
    source = sent.declared.sources["kz/workbook"]
    limit(monkeypatch, "sent_sheet", MOST_BYTES=1_000)
    assert harmonised is not None
    report = sent.report.with_name("again.xlsx")
    write_report(sent.verdict, source, Speech(sent.declared, "en"), "sent.xlsx", "0f" * 32, NOW, report)
    again = Made(sent.rows, sent.verdict, sent.declared, report)
    assert again.title == OWN
    assert "Its formats could not be kept" in words(again.book)
    assert "Its formats could not be kept" not in words(sent.book)
    assert looks(again.own) == looks(sent.own)


def limit(monkeypatch: pytest.MonkeyPatch, module: str, **limits: int) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(sys.modules[f"pipelines.report.as_xlsx.{module}"], name, value)


def test_a_large_file_is_shown_by_its_rows_with_problems(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, "own_sheet", MOST_ROWS=12)
    made = make([HEADER, *FLAWED])
    rows = told(made.book, OWN)
    with_problems = sorted({row for row, _ in placed(made)})
    assert [row["salamat: row of your file"] for row in rows] == with_problems
    sent = made.rows
    assert [row["Нөмірі"] or "" for row in rows] == [(sent[n - 1] or [""])[0] for n in with_problems]
    assert f"too large to be shown whole ({len(FLAWED)} rows)" in words(made.book)
    assert "all of them" in words(made.book)
    led = [targets(row) for row in sheet(made.book, MISTAKES).iter_rows(min_row=2)]
    for found, lead in zip(every_place(made.verdict), led, strict=True):
        for title, cell in lead:
            marked = sheet(made.book, title)[cell]
            assert sheet(made.book, title).cell(marked.row, 1).value == found.row
            assert found.rule in (marked.comment.text if marked.comment else "")


def test_what_does_not_fit_is_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, "own_sheet", MOST_ROWS=2)
    limit(monkeypatch, "marking", MOST_COMMENTS=1)
    limit(monkeypatch, "mistakes_sheet", MOST=3)
    made = make([HEADER, *FLAWED])
    every = len(every_place(made.verdict))
    assert len(told(made.book, OWN)) == 2
    assert len(told(made.book, MISTAKES)) == 3
    assert "the first 2 of them" in words(made.book)
    assert f"The first 3 are listed; `salamat check --json` lists the other {every - 3} too." in words(made.book)
    assert len([c for row in made.own.iter_rows() for c in row if c.comment]) == 1
    links = [targets(row) for row in sheet(made.book, MISTAKES).iter_rows(min_row=2)]
    assert all(int(re.sub(r"\D", "", at)) <= 3 for lead in links for _, at in lead)


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("a\x00b\x1fc\x0b", "a\u2400b\u241fc\u240b"),
        ("\ufffe", "<U+FFFE>"),
        ("a\rb", "a_x000D_b"),
        ("_x000D_", "_x005F_x000D_"),
        ("_xyz_", "_xyz_"),
        ("a\tb\nc", "a\tb\nc"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 4_000 + "… (32,768 characters)"),
        ("\U0001f600" * 20_000, "\U0001f600" * 4_000 + "… (20,000 characters)"),
    ],
)
def test_a_text_is_written_as_the_format_can_hold_it(value: str, held: str) -> None:
    assert written(value) == held


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", TONES)
def test_marked_text_can_be_read_on_its_colour(look: str) -> None:
    low, high = sorted(map(luminance, TONES[look]))
    assert (high + 0.05) / (low + 0.05) >= 4.5


EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"


@pytest.mark.parametrize("command", ["check", "run"])
def test_both_commands_write_it(command: str, tmp_path: Path) -> None:
    report = tmp_path / "report.XLSX"
    arguments = ["--home", str(tmp_path / "home"), command, str(EXAMPLES / "kz_april_with_errors.csv")]
    said = CliRunner().invoke(main, [*arguments, "--report", str(report)], catch_exceptions=False)
    assert said.exit_code == 1
    assert load_workbook(report.rename(tmp_path / "report.xlsx")).sheetnames == [OWN, SUMMARY, MISTAKES]


@pytest.mark.parametrize(
    ("name", "reason"), [("report.pdf", ".xlsx"), ("report", ".html"), ("no/report.xlsx", "no folder")]
)
def test_a_report_that_cannot_be_is_refused_before_any_work(name: str, reason: str, tmp_path: Path) -> None:
    arguments = [
        "--home",
        str(tmp_path / "home"),
        "run",
        str(EXAMPLES / "kz_april.csv"),
        "--report",
        str(tmp_path / name),
    ]
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == 2
    assert reason in said.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".html", ".xlsx"])
def test_a_report_that_cannot_be_written_is_an_error_that_names_it(refused: Made, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"report{ending}"
    target.mkdir()
    source = refused.declared.sources["kz/patients"]
    with pytest.raises(StoreError, match="name another file"):
        write_report(refused.verdict, source, Speech(refused.declared, "en"), "sent.csv", "0f" * 32, NOW, target)
