"""Rows are counted by the bytes of a sheet, by none of the reader's code; one that the reader loses stops the file."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import Refused
from pipelines.workbook import count
from pipelines.workbook.count import rows
from pipelines.workbook.sheet import sheet
from tests.workbook.conftest import MAIN, Cells

BookOf = Callable[..., Path]
SHARED = f"<sst {MAIN}><si><t>a</t></si><si/><si><r><t/></r><rPh><t>b</t></rPh></si><si><r><t>c</t></r></si></sst>"
VALUES = st.none() | st.integers() | st.text("ab<>&] é", max_size=3) | st.booleans()


def counted(workbook: Path, behind: int = 1, part: str = "xl/a.xml", texts: str = "") -> int:
    with zipfile.ZipFile(workbook) as opened:
        return rows(opened, part, texts, behind)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(values=st.lists(st.lists(VALUES, max_size=3), max_size=12), chunk=st.sampled_from([7, 64, 1 << 18]))
def test_what_a_program_wrote_is_counted_wherever_a_chunk_ends(
    values: list[list[object]], chunk: int, book_of: BookOf
) -> None:
    file = book_of([["a", "b", "c"], *values])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(count, "_CHUNK", chunk)
        told = counted(file, part="xl/worksheets/sheet1.xml")
    assert told == sum(any(value not in {None, ""} for value in row) for row in values)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('<row r="2"/>', 0),
        ('<row r="2"><c r="A2" s="1"/></row>', 0),
        ('<row r="2"><c r="A2"><v></v></c><c r="B2"><f>A1</f><v/></c></row>', 0),
        ('<row r="2"><c r="A2" t="inlineStr"><is><t/></is></c></row>', 0),
        ('<row><c t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>', 1),
        ('<row r="2"/><row><c><v>0</v></c></row>', 1),
        ('<row r="2"><c r="A2"><v><![CDATA[5]]></v></c></row >', 1),
        ('<row r="2"><c r="A2" t="s"><v>1</v></c><c t="s" r="B2"><v>2</v></c></row>', 0),
        ('<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>1</v></c></row>', 1),
        ("<row r='2'><c r='A2' t='s'><v>3</v></c></row><row r='9'><c r='A9' t='s'><v>0</v></c></row>", 2),
    ],
)
def test_a_row_counts_where_something_stands_in_it(row: str, says: int, sheet_of: BookOf) -> None:
    names = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>'
    assert counted(sheet_of(names + row, texts=SHARED), texts="texts") == says


def test_a_sheet_in_utf_16_or_with_prefixes_is_counted(sheet_of: BookOf, tmp_path: Path) -> None:
    rows_of_x = '<x:row r="1"><x:c><x:v>1</x:v></x:c></x:row><x:row><x:c><x:v>2</x:v></x:c></x:row>'
    assert counted(sheet_of(rows_of_x), behind=0) == 2
    with zipfile.ZipFile(tmp_path / "wide.xlsx", "w") as archive:
        archive.writestr("a", codecs.BOM_UTF16_LE + rows_of_x.encode("utf-16-le"))
    assert counted(tmp_path / "wide.xlsx", behind=1, part="a") == 1


@pytest.mark.parametrize("lost", [2, 3, 4])
def test_a_reader_that_loses_a_row_is_caught(
    lost: int, table: Callable[..., Cells], book_of: BookOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = book_of([["a"], [1], [2], [3]])
    assert table(book) == [["a"], ["1"], ["2"], ["3"]]
    real: Callable[..., Any] = sheet

    def forgetful(*of: Any) -> Any:
        *told, emit = of
        return real(*told, lambda row, cells: None if row == lost else emit(row, cells))

    monkeypatch.setattr("pipelines.workbook.write.sheet", forgetful)
    with pytest.raises(Refused, match="row-count-differs") as refused:
        table(book)
    assert refused.value.findings[0].value == "2 rows read"
