"""Where the names stand is said of a workbook in the words that are used for text, and means the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused

Row = Sequence[str | int | date | None]
Decoded = Callable[..., tuple[Extract, list[tuple[str | None, ...]]]]
Sources = Callable[..., Source]
NAMES = ("Күні", "Облыс", "Саны")
TITLES: list[Row] = [["COVID-19 бойынша есеп"], [], [None, None, None, "ДСМ"], ["Барлығы", 9]]
ROWS: list[Row] = [["13.07.2020", "Абай", "1"], ["14.07.2020", "Абай", "2"]]
GROUPED: list[Row] = [["Облыс", "Жұқтырған", None, "Қайтыс"], [None, "барлығы", "жаңа", None]]
OF_GROUPS = ("Облыс", "Жұқтырған: барлығы", "Жұқтырған: жаңа", "Қайтыс")


def book(*rows: Row, merged: Sequence[str] = ()) -> bytes:
    made, target = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            made.worksheets[0].cell(number, column, value)
    for area in merged:
        made.worksheets[0].merge_cells(area)
    made.save(target)
    return target.getvalue()


def text(*rows: Row, wide: int = 3) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([*row, *[None] * (wide - len(row))] for row in rows)
    return out.getvalue().encode()


def found(decoded: Decoded, source: Source, data: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        decoded(data, source)
    return [(f.rule, f.row, f.value) for f in refused.value.findings]


@pytest.fixture
def workbook(source_with: Sources) -> Sources:
    def make(columns: tuple[str, ...] = NAMES, **said: Any) -> Source:
        return source_with(columns, format="xlsx", **said)

    return make


@pytest.mark.parametrize("above", [4, "until-names"])
def test_rows_above_the_names_are_counted_and_left_out(decoded: Decoded, workbook: Sources, above: int | str) -> None:
    extract, cells = decoded(book(*TITLES, NAMES, *ROWS), workbook(header={"rows_above": above}))

    assert cells == [("13.07.2020", "Абай", "1"), ("14.07.2020", "Абай", "2")]
    assert (extract.columns, extract.first_row) == (NAMES, 6)
    assert [(n.rule, n.facts) for n in extract.notes] == [("rows-above-header", 4)]


@pytest.mark.parametrize("above", [4, "until-names"])
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([*TITLES, NAMES, ROWS[0], ["15.07.2020", "Абай", "#REF!"]], [("error-cell", 7, "C7: #REF!")]),
        ([*TITLES, NAMES, ["15.07.2020", "Абай", "1", "x"]], [("unnamed-column", 6, "D6")]),
        ([*TITLES, NAMES, ROWS[0], ["15.07.2020", "А\u202eб", "1"]], [("control-character", 7, "U+202E")]),
        ([*TITLES, NAMES], [("no-rows", 5, None)]),
        ([*TITLES, [*NAMES, "Жаңа"], *ROWS], [("unexpected-column", 5, "Жаңа")]),
        ([*TITLES, ["Күні", "Саны"], ["13.07.2020", "1"]], [("missing-column", 5, None)]),
    ],
)
def test_what_is_wrong_is_told_with_its_row_in_the_sheet(
    decoded: Decoded, workbook: Sources, rows: list[Row], told: list[Any], above: int | str
) -> None:
    assert found(decoded, workbook(header={"rows_above": above}), book(*rows)) == told


@pytest.mark.parametrize("above", [4, "until-names"])
def test_what_stands_above_the_names_is_not_looked_at(decoded: Decoded, workbook: Sources, above: int | str) -> None:
    titles: list[Row] = [["#REF!"], ["=TODAY()"], [date(2020, 7, 13)], []]
    data = book(*titles, NAMES, *ROWS, merged=["A1:F2", "B3:B4"])

    extract, cells = decoded(data, workbook(header={"rows_above": above}))

    assert (extract.first_row, len(cells)) == (6, 2)


def test_one_title_more_or_less_than_agreed_stops_the_delivery(decoded: Decoded, workbook: Sources) -> None:
    source = workbook(header={"rows_above": 2})

    assert found(decoded, source, book(["a"], ["b"], ["c"], NAMES, *ROWS)) == [("header-elsewhere", 4, None)]
    assert {f[:2] for f in found(decoded, source, book(["a"], NAMES, *ROWS))} == {
        ("unexpected-column", 3),
        ("missing-column", 3),
    }
    assert found(decoded, source, book(["a"], ["b"], [], ["x"])) == [("header-not-found", 3, None)]


def test_a_sheet_without_the_names_is_refused(decoded: Decoded, workbook: Sources) -> None:
    source = workbook(header={"rows_above": "until-names"})

    assert found(decoded, source, book(["a", "b", "c"], *ROWS)) == [("header-not-found", None, None)]
    assert found(decoded, source, book(*[["a"]] * 150, NAMES, *ROWS)) == [("header-not-found", None, None)]


def test_names_that_stand_nowhere_are_those_declared(decoded: Decoded, workbook: Sources) -> None:
    source = workbook(header={"columns": NAMES, "rows_above": 1})

    extract, cells = decoded(book(["a", "b", "c", "d"], *ROWS), source)

    assert (extract.first_row, extract.columns, len(cells)) == (2, NAMES, 2)
    assert found(decoded, source, book(["a"], [*ROWS[0], "9"])) == [("unnamed-column", 2, "D2")]
    assert found(decoded, source, book(["a"], NAMES, *ROWS)) == [("unexpected-header", 2, "Күні, Облыс, Саны")]


@pytest.mark.parametrize("merged", [(), ("B2:C2", "A2:A3", "D2:D3")])
def test_names_in_two_rows_are_joined(decoded: Decoded, workbook: Sources, merged: tuple[str, ...]) -> None:
    source = workbook(OF_GROUPS, header={"rows_above": 1, "rows": 2, "joined_by": ": "})
    data = book(["Есеп"], *GROUPED, ["Абай", 9, 1, 0], merged=merged)

    extract, cells = decoded(data, source)

    assert (extract.columns, extract.first_row, cells) == (OF_GROUPS, 4, [("Абай", "9", "1", "0")])


def test_a_merged_group_counts_for_the_columns_beneath_it_and_no_other(decoded: Decoded, workbook: Sources) -> None:
    names = ("Саны / барлығы", "Саны / жаңа", "Ескерту")
    rows: list[Row] = [["Саны", None, None], ["барлығы", "жаңа", "Ескерту"], ["9", "1", "x"]]
    source = workbook(names, header={"rows": 2})

    assert decoded(book(*rows, merged=["A1:B1"]), source)[0].columns == names
    told = found(decoded, source, book(*rows))
    assert told == [("unexpected-column", 2, "Саны / Ескерту"), ("missing-column", 2, None)]


@pytest.mark.parametrize(
    ("area", "told"),
    [("A3:A4", 3), ("B3:C3", 3), ("A2:A3", 2), ("A1:A3", 1), ("B2:C2", 2), ("B1:C2", 1), ("B3:C4", 3)],
)
def test_merged_cells_that_leave_it_open_what_they_say_are_refused(
    decoded: Decoded, workbook: Sources, area: str, told: int
) -> None:
    source = workbook(OF_GROUPS, header={"rows": 2, "joined_by": ": "})
    rows: list[Row] = [["Облыс", "Жұқтырған", "Жұқтырған", "Қайтыс"], [None, "барлығы", "жаңа", None]]
    data = book(*rows, ["Абай", 9, 1, 0], ["Ақмола", 9, 1, 0], merged=[area])

    assert found(decoded, source, data) == [("merged-cells", told, area)]


def test_a_cell_merged_over_rows_says_the_same_in_each_where_it_is_declared(
    decoded: Decoded, workbook: Sources
) -> None:
    rows: list[Row] = [
        ["13.07.2020", "Абай", 1],
        ["14.07.2020", "Абай", 2],
        ["15.07.2020", None, 3],
        [],
        ["16.07.2020"],
    ]
    data = book(NAMES, *rows, merged=["B3:B5", "C3:C3"])

    assert found(decoded, workbook(), data) == [("merged-cells", 3, "B3:B5")]
    extract, cells = decoded(data, workbook(merged=["down"]))

    assert cells == [
        ("13.07.2020", "Абай", "1"),
        ("14.07.2020", "Абай", "2"),
        ("15.07.2020", "Абай", "3"),
        (None, "Абай", None),
        ("16.07.2020", None, None),
    ]
    assert extract.notes == ()
    assert found(decoded, workbook(merged=["down"]), book(NAMES, *ROWS, merged=["A2:B2"]))[0][2] == "A2:B2"


def test_a_cell_merged_over_columns_says_it_in_the_first_one_where_it_is_declared(
    decoded: Decoded, workbook: Sources
) -> None:
    data = book(NAMES, *ROWS, ["Барлығы", None, 3], ["Ескерту: алдын ала", None, None], merged=["A4:B4", "A5:C5"])

    assert [f[2] for f in found(decoded, workbook(), data)] == ["A4:B4", "A5:C5"]
    _, cells = decoded(data, workbook(merged=["across"]))
    assert cells[2:] == [("Барлығы", None, "3"), ("Ескерту: алдын ала", None, None)]


def test_what_stands_beneath_a_merged_cell_is_not_lost_in_silence(decoded: Decoded, workbook: Sources) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(NAMES, *ROWS, merged=["B2:B3"])))
    target = io.BytesIO()
    made.save(target)
    hidden = target.getvalue()
    assert decoded(hidden, workbook(merged=["down"]))[1][1] == ("14.07.2020", "Абай", "2")

    rows: list[Row] = [["13.07.2020", "Абай", 1], ["14.07.2020", "Ақмола", 2]]
    made = openpyxl.load_workbook(io.BytesIO(book(NAMES, *rows)))
    made.worksheets[0].merged_cells.add("B2:B3")  # as a program does that only writes the reference
    target = io.BytesIO()
    made.save(target)
    assert found(decoded, workbook(merged=["down"]), target.getvalue()) == [("hidden-cells", 3, "B3")]


CELLS = st.text(st.sampled_from("абв 1"), max_size=4)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=12, deadline=None
)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=4),
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4).filter(
        lambda rows: any(rows[-1]) and any(rows[0])
    ),
    st.sampled_from(["exact", "until-names"]),
)
def test_a_sheet_is_read_as_text_with_the_same_cells(
    decoded: Decoded,
    source_with: Sources,
    titles: list[list[str]],
    rows: list[tuple[str, str, str]],
    above: str,
) -> None:
    said = {"rows_above": len(titles) if above == "exact" else above, "rows": 2, "joined_by": " "}
    names: list[Row] = [["Күні", "Саны", None], [None, "барлығы", "жаңа"]]
    columns = ("Күні", "Саны барлығы", "Саны жаңа")
    sent = [*titles, *names, *rows]

    of_text, text_cells = decoded(text(*sent), source_with(columns, header=said))
    of_sheet, sheet_cells = decoded(book(*sent), source_with(columns, header=said, format="xlsx"))

    assert [tuple(cell or None for cell in row) for row in text_cells] == [
        tuple(cell or None for cell in row) for row in sheet_cells
    ]
    assert (of_text.columns, of_text.first_row) == (of_sheet.columns, of_sheet.first_row)
