"""A spreadsheet goes to a native speaker and comes back: what was changed is written, and nothing else."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.vocabulary import unlabelled, unnamed
from pipelines.errors import RowsRefused
from pipelines.labels import export_labels, import_labels
from pipelines.labels.entries import entries
from pipelines.labels.export_labels import HEADS

ROOT = Path(__file__).parents[2]
Row = dict[str, Any]
RULE = ("rule", "own-rule")
OWN = """
table: case_counts
rules:
  - id: own-rule
    consequence: flag
    sentence: {en: "Here stands {value}."}
    source: test
    fields: [value]
    fails_where: value < 0
"""
CODES = "code,standard_code,label_en,label_kk,synonyms_en\nONE,,One,Бір,\nTWO,,Two,,2nd|second\n"
PLACES = "place_id,geo_level,parent_id,name_en,valid_from,valid_to,source\nXK,country,,Far Land,,,test\n"
NAMES = (
    'place_id,language,name,kind,valid_from,valid_to,source\nXK,kk,Алыс Ел,name,,,test\nXK,kk,"Алыс, Ел",alias,,,test\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Declare in a folder of its own a rule, a code list, a place with its names, and Kazakh words."""
    for name, text in {
        "expectations/own.yaml": OWN,
        "schemas/codes/own_list.csv": CODES,
        "schemas/places/XK.csv": PLACES,
        "schemas/places/XK.names.csv": NAMES,
    }.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text(text, encoding="utf-8")
    return tmp_path / "own"


@pytest.fixture
def exported(folder: Path, tmp_path: Path) -> Path:
    return few(folder, tmp_path / "words.xlsx", "kk")


def loaded(folder: Path) -> Declarations:
    """Load all but the sources, which have no texts of their own."""
    return load_declarations(folder, only="of/nobody")


def few(folder: Path, file: Path, language: str) -> Path:
    """Export the few texts of the folder: a spreadsheet may come back with some of its rows."""
    every = entries(loaded(folder), language)
    book = Workbook()
    book.active.title = language  # type: ignore[union-attr]  # a new workbook has a sheet
    book.active.append(HEADS)  # type: ignore[union-attr]  # as above
    for key in (("place", "XK"), RULE, ("code", "own_list:ONE"), ("code", "own_list:TWO")):
        e = every[key]
        book.active.append([e.kind, e.id, e.english, e.text, e.checked_by, e.checked_on, e.remarks])  # type: ignore[union-attr]  # as above
    book.save(file)
    return file


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def changed(file: Path, key: tuple[str, str], **cells: Any) -> None:
    """Change cells of the row of one text."""
    book = load_workbook(file)
    sheet = book["kk"]
    row = next(r for r in sheet.iter_rows(min_row=2) if (r[0].value, r[1].value) == key)
    for head, value in cells.items():
        row[HEADS.index(head.replace("_", " "))].value = value
    book.save(file)


def take(folder: Path, file: Path) -> Declarations:
    import_labels(loaded(folder), file)
    return loaded(folder)


@pytest.fixture
def whole(folder: Path, tmp_path: Path) -> Path:
    file = tmp_path / "whole.xlsx"
    export_labels(loaded(folder), file, "kk")
    return file


def test_a_round_trip_without_changes_changes_no_byte(folder: Path, whole: Path) -> None:
    before = contents(folder) | contents(ROOT / "schemas")
    assert import_labels(loaded(folder), whole) == {"kk": 0}
    assert contents(folder) | contents(ROOT / "schemas") == before


def test_every_text_of_a_language_is_in_the_spreadsheet(folder: Path, whole: Path) -> None:
    declared = loaded(folder)
    rows = list(load_workbook(whole)["kk"].iter_rows(min_row=2, values_only=True))
    assert {(row[0], row[1]) for row in rows} == set(entries(declared, "kk"))
    kinds = {row[0] for row in rows}
    assert kinds == {"word", "count", "phrase", "rule", "mend", "field", "table", "code", "place"}
    assert ("code", "own_list:ONE", "One", "Бір") in {row[:4] for row in rows}
    assert ("place", "XK", "Far Land", "Алыс Ел") in {row[:4] for row in rows}


def test_a_changed_sentence_is_written_and_used(folder: Path, exported: Path) -> None:
    changed(exported, RULE, text="Мұнда {value} тұр.", checked_by="N. N.", checked_on=datetime(2026, 3, 1))  # noqa: DTZ001  as a spreadsheet has it
    row = take(folder, exported).wordings("kk")[RULE]
    assert (row.text, row.checked_by, row.checked_on) == ("Мұнда {value} тұр.", "N. N.", "2026-03-01")
    assert row.checked
    assert row.file == folder / "schemas/words/kk.csv"


def test_a_label_is_changed_in_its_cell_and_no_other_line_changes(folder: Path, exported: Path) -> None:
    changed(exported, ("code", "own_list:ONE"), text="Бірінші", checked_by="N. N.", checked_on="2026-03-01")
    declared = take(folder, exported)
    lines = (folder / "schemas/codes/own_list.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [line.replace("Бір", "Бірінші") for line in CODES.splitlines()]
    assert entries(declared, "kk")["code", "own_list:ONE"].checked_by == "N. N."


def test_a_label_changed_after_its_check_is_unchecked_again(folder: Path, exported: Path) -> None:
    changed(exported, ("code", "own_list:ONE"), checked_by="N. N.", checked_on="2026-03-01")
    take(folder, exported)
    (folder / "schemas/codes/own_list.csv").write_text(CODES.replace("Бір", "Біреу"), encoding="utf-8")
    entry = entries(loaded(folder), "kk")["code", "own_list:ONE"]
    assert (entry.text, entry.checked_by, entry.checked_on) == ("Біреу", "", "")


def test_a_language_without_labels_gets_a_column(folder: Path, tmp_path: Path) -> None:
    file = few(folder, tmp_path / "words.xlsx", "tr")
    book = load_workbook(file)
    row = next(r for r in book["tr"].iter_rows(min_row=2) if r[1].value == "own_list:TWO")
    row[3].value = "İki"
    book.save(file)
    declared = take(folder, file)
    assert declared.codes["own_list"].codes[1].labels == {"en": "Two", "tr": "İki"}
    assert {code for code in unlabelled(declared, "tr") if code.startswith("own_list:")} == {"own_list:ONE"}
    assert declared.codes["own_list"].codes[1].synonyms == {"en": ("2nd", "second")}


def test_a_name_is_changed_or_added_and_aliases_stay(folder: Path, exported: Path) -> None:
    changed(exported, ("place", "XK"), text="Алыс Жер")
    take(folder, exported)
    written = (folder / "schemas/places/XK.names.csv").read_text(encoding="utf-8")
    assert written == NAMES.replace("Алыс Ел,name", "Алыс Жер,name")


def test_a_place_without_a_name_is_missing_until_it_is_named(folder: Path, tmp_path: Path) -> None:
    assert "XK" not in unnamed(loaded(folder), "kk")
    assert unnamed(loaded(folder), "tr")["XK"] == "Far Land"
    file = few(folder, tmp_path / "words.xlsx", "tr")
    book = load_workbook(file)
    next(r for r in book["tr"].iter_rows(min_row=2) if r[1].value == "XK")[3].value = "Uzak Ülke"
    book.save(file)
    assert "XK" not in unnamed(take(folder, file), "tr")


@pytest.mark.parametrize(
    ("key", "cells", "said"),
    [
        (RULE, {"English": "Here stood {value}."}, "the English is now 'Here stands {value}.'"),
        (RULE, {"text": "Мұнда {valu} тұр."}, "lacks {value}; has {valu}"),
        (RULE, {"id": "no-rule"}, "there is no such text"),
        (RULE, {"text": "Мұнда {value}.", "checked_by": "N. N."}, "go together"),
        (RULE, {"text": "{value}", "checked_by": "N. N.", "checked_on": "1.3.2026"}, "is no day"),
        (RULE, {"text": "a\nb {value}"}, "control character"),
        (("code", "own_list:ONE"), {"text": None}, "cannot be taken away"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_written(
    folder: Path, exported: Path, key: tuple[str, str], cells: Row, said: str
) -> None:
    before = contents(folder)
    changed(exported, ("place", "XK"), text="Алыс Жер")
    row_number = next(
        n for n, row in enumerate(load_workbook(exported)["kk"].iter_rows(values_only=True), 1) if row[:2] == key
    )
    changed(exported, key, **cells)
    with pytest.raises(RowsRefused) as told:
        take(folder, exported)
    assert said in str(told.value)
    assert {row.line for row in told.value.rows} == {row_number}
    assert contents(folder) == before


def test_a_label_by_which_declarations_would_contradict_themselves_is_put_back(folder: Path, exported: Path) -> None:
    before = contents(folder)
    changed(exported, ("code", "own_list:TWO"), text="Бір")
    with pytest.raises(RowsRefused, match="would then be wrong"):
        take(folder, exported)
    assert contents(folder) == before


def test_another_file_is_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "words.xlsx"
    file.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(RowsRefused, match="no workbook"):
        take(folder, file)
    shutil.copy(ROOT / "schemas/codes/sex.csv", file)
    with pytest.raises(RowsRefused, match="no workbook"):
        take(folder, file)


@pytest.mark.parametrize("file", sorted((ROOT / "schemas/codes").glob("*.csv")), ids=lambda file: file.stem)
def test_lines_of_code_lists_are_written_as_they_stand(file: Path) -> None:
    from pipelines.labels.changes import _line  # noqa: PLC0415

    lines = file.read_text(encoding="utf-8").splitlines()
    assert [_line(next(csv.reader([line]))) for line in lines] == lines
