"""Properties of the reader: what a program wrote into a sheet is what the table says, and two other readers agree."""

from __future__ import annotations

import contextlib
import re
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook

from pipelines.errors import Refused
from pipelines.workbook.job import Form, Job
from pipelines.workbook.write import write

Cells = list[list[str]]
Table = Callable[..., Cells]
BookOf = Callable[..., Path]

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
HEADER = ("Күні", "Облыс", "Саны", "Ескерту")
LETTERS = st.characters(exclude_categories=("Cs", "Cc"))
TEXTS = st.text(st.one_of(LETTERS, st.sampled_from("\";,\n'\t жәі")), max_size=12).filter(
    lambda t: t[:1] not in {"=", "#"}
)
DAYS = st.dates(date(1900, 3, 1), date(2100, 1, 1))
FLOATS = st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}"))  # openpyxl writes 16 digits
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), FLOATS)
VALUES = st.one_of(st.none(), TEXTS, DAYS, NUMBERS, st.booleans())
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), max_size=8)


def said(value: object) -> str:
    """Write a value as the table must."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)


def same(text: str, value: object) -> bool:
    return float(text) == value if isinstance(value, float) else text == said(value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(ROWS)
def test_every_cell_stands_where_it_was_written(table: Table, book_of: BookOf, rows: list[tuple[object, ...]]) -> None:
    found = table(book_of([HEADER, *rows]))
    while rows and all(said(cell) == "" for cell in rows[-1]):
        rows = rows[:-1]
    assert found[0] == list(HEADER)
    assert len(found) == len(rows) + 1
    for line, row in zip(found[1:], rows, strict=True):
        assert [same(text, value) for text, value in zip(line or [""] * 4, row, strict=True)] == [True] * 4, (line, row)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(ROWS.filter(lambda rows: any(any(said(cell) for cell in row) for row in rows)))
def test_an_independent_reader_sees_the_same_cells(
    table: Table, book_of: BookOf, rows: list[tuple[object, ...]]
) -> None:
    file = book_of([HEADER, *rows])
    theirs = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python(skip_empty_area=False)
    for ours, other in zip(table(file), theirs, strict=False):
        for text, value in zip(ours, other, strict=False):
            assert (float(text) == value) if isinstance(value, float) else (text == said(value)), (text, value)


def test_days_count_from_1904_where_the_workbook_says_so(table: Table, book_of: BookOf) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    file = book_of([HEADER, (date(2020, 7, 13), "", 1, "")], change)
    assert table(file)[1][0] == "2020-07-13"


def test_a_day_is_written_in_the_form_of_its_column_and_of_the_column_names(table: Table, book_of: BookOf) -> None:
    file = book_of([("Облыс", date(2020, 7, 13)), (date(2020, 7, 14), date(2020, 7, 15))])
    forms = {"Облыс": Form(day="%d.%m.%Y")}
    found = table(file, forms=forms, names=Form(day="%Y/%m/%d"), other=Form(day="%d-%m-%Y"))
    assert found == [["Облыс", "2020/07/13"], ["14.07.2020", "15-07-2020"]]


def test_rows_keep_their_number_and_what_is_only_formatted_is_no_row(table: Table, book_of: BookOf) -> None:
    def change(book: openpyxl.Workbook) -> None:
        page = book.worksheets[0]
        page["B5"] = 7
        page.cell(9, 9).number_format = "0.00"

    assert table(book_of([("a", "b"), ("1", "2")], change)) == [["a", "b"], ["1", "2"], [], [], ["", "7"]]


SHARED = f"""<sst {MAIN}>
  <si><t>Күні</t></si>
  <si><t xml:space="preserve"> a </t></si>
  <si><r><rPr><b/></rPr><t>Абай </t></r><r><t>облысы</t></r><rPh sb="0" eb="1"><t>not read</t></rPh></si>
</sst>"""
BOOK_RELATIONS = RELATIONS.format(
    f'<Relationship Id="b" Type="{OFFICE}/worksheet" Target="/xl/a.xml"/>'
    f'<Relationship Id="c" Type="{OFFICE}/sharedStrings" Target="texts.xml"/>'
)


def test_texts_that_cells_share_are_read(table: Table, sheet_of: BookOf) -> None:
    sheet = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(3))
    file = sheet_of(sheet, **{"xl/texts.xml": SHARED, "xl/_rels/book.xml.rels": BOOK_RELATIONS})
    assert table(file) == [["Күні"], [" a "], ["Абай облысы"]]


def test_cells_that_do_not_say_where_they_stand_follow_each_other(table: Table, sheet_of: BookOf) -> None:
    sheet = '<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row r="3"><c/><c t="b"><v>1</v></c></row>'
    assert table(sheet_of(sheet)) == [["a", "b"], [], ["", "TRUE"]]


def test_a_day_that_is_written_as_text_takes_the_form_of_its_column(table: Table, sheet_of: BookOf) -> None:
    sheet = '<row><c t="str"><v>a</v></c></row><row><c t="d"><v>2020-07-13T00:00:00</v></c></row>'
    assert table(sheet_of(sheet), other=Form(day="%d.%m.%Y")) == [["a"], ["13.07.2020"]]


@pytest.mark.parametrize("space", ["strict", "prefix"])
def test_a_workbook_of_the_strict_kind_or_with_prefixes_is_read(space: str, table: Table, sheet_of: BookOf) -> None:
    sheet = f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="str"><v>a</v></c></row></sheetData></worksheet>'
    written = {
        "strict": sheet.replace(MAIN, 'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'),
        "prefix": re.sub("<(/?)", r"<\1x:", sheet).replace("xmlns=", "xmlns:x="),
    }
    assert table(sheet_of("", **{"xl/a.xml": written[space]})) == [["a"]]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(table: Table, sheet_of: BookOf) -> None:
    sheet = '<row><c t="str"><v>a</v></c></row><row><c t="str"><f>""</f><v></v></c></row><row><c><v>1</v></c></row>'
    assert table(sheet_of(sheet)) == [["a"], [], ["1"]]


def test_texts_in_several_styles_are_read(table: Table, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["a", "b"])
    book.worksheets[0].append([CellRichText("Абай ", TextBlock(InlineFont(b=True), "облысы")), "same"])
    book.worksheets[0].append(["same", " spaces "])
    book.save(tmp_path / "rich.xlsx")
    assert table(tmp_path / "rich.xlsx") == [["a", "b"], ["Абай облысы", "same"], ["same", " spaces "]]


def test_memory_does_not_grow_with_the_rows(sheet_of: BookOf, tmp_path: Path) -> None:
    header = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>'
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 100_001))
    file, target = sheet_of(header + rows), tmp_path / "sheet-0.csv"
    tracemalloc.start()
    write(Job(str(file), str(tmp_path)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert target.read_bytes().endswith(b"\n99999\n100000\n")
    assert most < len(rows) / 2  # it is 1.9 MB from 60 000 rows on


def test_a_sheet_is_found_by_its_name(table: Table, book_of: BookOf) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book.create_sheet("Лист2").append(["b"])
        book["Лист2"].append([datetime(2020, 1, 1, 12)])  # noqa: DTZ001  a workbook knows no zones
        book["Лист2"].sheet_state = "hidden"

    file = book_of([("a",), ("1",)], change)
    assert table(file, read=("Лист2",), ignore=("*1", "Sheet")) == [["b"], ["2020-01-01T12:00:00"]]
    with pytest.raises(Refused, match="missing-sheet"):
        table(file, read=("Лист3",), ignore=("*",))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(where=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255), torn=st.booleans())
def test_a_workbook_with_a_changed_byte_says_the_same_or_is_refused(
    table: Table, book_of: BookOf, tmp_path: Path, where: float, change: int, *, torn: bool
) -> None:
    good = book_of([HEADER, (date(2020, 7, 13), "Абай облысы", 12, "x")])
    damaged = bytearray(good.read_bytes())
    damaged[int(where * len(damaged))] ^= change
    (tmp_path / "damaged.xlsx").write_bytes(damaged[: int(where * len(damaged))] if torn else damaged)
    with contextlib.suppress(Refused):
        assert table(tmp_path / "damaged.xlsx") == table(good)
