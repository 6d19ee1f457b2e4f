"""Where the names of columns stand is declared; whatever stands above them, rows are told as the sender sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.artefacts import Extract
from pipelines.declarations.source import Source
from pipelines.errors import Refused
from pipelines.headings import joined

Decoded = Callable[..., tuple[Extract, list[tuple[str | None, ...]]]]
Sources = Callable[..., Source]
NAMES = ("Күні", "Облыс", "Саны")
TITLES = ["COVID-19 бойынша есеп", "", 'Дерекк"өз; ДСМ;;', "Барлығы: 9"]
ROWS = ["13.07.2020;Абай;1", "14.07.2020;Абай;2"]


def text(*lines: str, end: str = "\n") -> bytes:
    return end.join([*lines, ""]).encode()


def found(decoded: Decoded, source: Source, data: bytes) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as refused:
        decoded(data, source)
    return [(f.rule, f.row, f.value) for f in refused.value.findings]


@pytest.fixture(params=[4, "until-names"])
def titled(request: pytest.FixtureRequest, source_with: Sources) -> Source:
    return source_with(NAMES, delimiter=";", header={"rows_above": request.param})


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_rows_above_the_names_are_counted_and_left_out(decoded: Decoded, titled: Source, end: str, mark: bytes) -> None:
    extract, cells = decoded(mark + text(*TITLES, ";".join(NAMES), *ROWS, end=end), titled)

    assert cells == [("13.07.2020", "Абай", "1"), ("14.07.2020", "Абай", "2")]
    assert extract.columns == NAMES
    assert extract.first_row == 6
    assert [(n.rule, n.facts) for n in extract.notes] == [("rows-above-header", 4)]


def test_a_packed_file_in_another_encoding_has_rows_above_its_names_too(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(NAMES, delimiter=";", encoding="kz1048", header={"rows_above": 4})
    data = text(*TITLES, ";".join(NAMES), *ROWS).decode().encode("kz1048")

    extract, cells = decoded(data, source)

    assert (len(cells), extract.first_row, extract.encoding) == (2, 6, "kz1048")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([*TITLES, ";".join(NAMES), *ROWS, "15.07.2020;Абай"], [("row-too-short", 8, "2 cells")]),
        ([*TITLES, ";".join(NAMES), ROWS[0], "", '15.07.2020;"Аб;1'], [("unclosed-quote", 8, '"Аб;1')]),
        ([*TITLES, ";".join(NAMES), ROWS[0], "15.07.2020;А\x07;1"], [("control-character", 7, "U+0007")]),
        ([*TITLES, ";".join(NAMES)], [("no-rows", 5, None)]),
        ([*TITLES, ";".join([*NAMES, "Жаңа"]), *ROWS], [("unexpected-column", 5, "Жаңа")]),
        ([*TITLES, "Күні;Саны", *ROWS], [("missing-column", 5, None)]),
    ],
)
def test_what_is_wrong_is_told_with_its_row_in_the_file(
    decoded: Decoded, titled: Source, lines: list[str], told: list[Any]
) -> None:
    assert found(decoded, titled, text(*lines)) == told


def test_a_blank_row_below_titles_is_told_with_its_row(decoded: Decoded, titled: Source) -> None:
    extract, cells = decoded(text(*TITLES, ";".join(NAMES), ROWS[0], "", ROWS[1]), titled)

    assert cells[1] == (None, None, None)
    assert [(n.rule, n.row) for n in extract.notes][1:] == [("blank-row", 7)]


def test_a_byte_that_cannot_be_read_is_told_with_its_row(decoded: Decoded, titled: Source) -> None:
    data = text(*TITLES, ";".join(NAMES), *ROWS).replace("Абай;2".encode(), b"\xff;2")

    assert found(decoded, titled, data) == [("invalid-byte", 7, "0xFF")]


def test_one_title_more_than_agreed_stops_the_delivery(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(NAMES, delimiter=";", header={"rows_above": 1})

    assert found(decoded, source, text("a", "b", ";".join(NAMES), *ROWS)) == [("header-elsewhere", 3, None)]


def test_a_title_where_none_was_agreed_stops_the_delivery(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(NAMES, delimiter=";")

    assert found(decoded, source, text("a", ";".join(NAMES), *ROWS)) == [("header-elsewhere", 2, None)]


def test_a_file_without_the_names_is_refused(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(NAMES, delimiter=";", header={"rows_above": "until-names"})

    assert found(decoded, source, text("a;b;c", *ROWS)) == [("header-not-found", None, None)]


def test_names_that_stand_nowhere_are_those_declared(decoded: Decoded, source_with: Sources) -> None:
    source = source_with(NAMES, delimiter=";", header={"columns": NAMES})

    extract, cells = decoded(text(*ROWS), source)

    assert (extract.first_row, extract.columns, len(cells)) == (1, NAMES, 2)
    assert found(decoded, source, text(*ROWS, "a;b")) == [("row-too-short", 3, "2 cells")]
    assert found(decoded, source, text(ROWS[0] + ";9", *ROWS)) == [("column-count-differs", 1, "4 cells")]
    assert found(decoded, source, text(";".join(NAMES), *ROWS)) == [("unexpected-header", 1, "Күні, Облыс, Саны")]


def test_names_in_two_rows_are_joined(decoded: Decoded, source_with: Sources) -> None:
    names = ("Облыс", "Жұқтырған: барлығы", "Жұқтырған: жаңа", "Қайтыс")
    source = source_with(names, delimiter=";", header={"rows_above": 1, "rows": 2, "joined_by": ": "})
    data = text("Есеп", "Облыс;Жұқтырған;;Қайтыс", ";барлығы;жаңа;", "Абай;9;1;0")

    extract, cells = decoded(data, source)

    assert (extract.columns, extract.first_row, cells) == (names, 4, [("Абай", "9", "1", "0")])


@given(st.lists(st.tuples(st.text("аб", max_size=2), st.text("вг", min_size=1, max_size=2)), min_size=1, max_size=6))
def test_every_column_of_two_storeys_has_a_name(pairs: list[tuple[str, str]]) -> None:
    upper, lower = [p[0] for p in pairs], [p[1] for p in pairs]

    names = joined([upper, lower], " / ")

    assert len(names) == len(pairs)
    assert all(name.endswith(under) for name, under in zip(names, lower, strict=True))


def test_names_in_three_rows_are_joined_and_no_group_reaches_beyond_the_one_above_it() -> None:
    storeys = [["Облыс", "Ерлер", "", "", "Әйелдер"], ["", "0-17", "", "18+", ""], ["", "a", "b", "a", "b"]]
    names = ("Облыс", "Ерлер / 0-17 / a", "Ерлер / 0-17 / b", "Ерлер / 18+ / a", "Әйелдер / b")
    assert joined(storeys, " / ") == names


def test_a_merged_name_covers_exactly_the_names_beneath_it() -> None:
    storeys = [["Саны", "", "", "Үлес"], ["барлығы", "жаңа", "Ескерту", "жаңа"]]
    assert joined(storeys, ": ", [{0: 1}, {}]) == ("Саны: барлығы", "Саны: жаңа", "Ескерту", "Үлес: жаңа")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=20)
@given(
    st.lists(st.text(st.sampled_from('абв;"\n 1'), max_size=8), max_size=6), st.sampled_from(["exact", "until-names"])
)
def test_no_title_is_ever_read_as_a_row(decoded: Decoded, source_with: Sources, titles: list[str], above: str) -> None:
    written = ['"' + t.replace('"', '""') + '"' for t in titles]
    said = len(titles) if above == "exact" else above
    source = source_with(NAMES, delimiter=";", header={"rows_above": said})

    extract, cells = decoded(text(*written, ";".join(NAMES), *ROWS), source)

    assert (len(cells), extract.first_row) == (2, len(titles) + 2)
