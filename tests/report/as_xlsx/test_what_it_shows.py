"""A report is judged as who receives it would: opened with two readers, mended, saved as CSV, and checked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from pipelines.artefacts import Finding
from pipelines.report import Speech
from pipelines.report.as_xlsx.explained import follows
from pipelines.report.mistakes import every_place

from .conftest import (
    BECAME,
    EVIL,
    FLAWED,
    HEADER,
    MISTAKES,
    NOW,
    OWN,
    SUMMARY,
    WHY,
    Made,
    Make,
    looks,
    placed,
    sheet,
    shown,
    targets,
    told,
    words,
)


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
