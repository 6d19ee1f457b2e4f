"""Every contradiction between declarations is refused, with the file and the line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines.declarations import load_declarations
from pipelines.errors import DeclarationError

GOOD = """\
source: kz/weekly
title: weekly
table: case_counts
language: [kk, ru]
arrives: {by: upload, matching: "weekly*.csv"}
decode: {encoding: [utf-8], delimiter: ";", decimal: ","}
constants: {period_type: W, pathogen: SARSCOV2, indicator: CASES, measure_type: INCIDENT}
map:
  period_start: {from: Күні, read: dd.MM.yyyy}
  region: {from: Облыс}
  value: {from: Жаңа}
ignore: [Ескерту]
"""


def declared(folder: Path, text: str, name: str = "kz/weekly", *, alone: bool = True) -> None:
    """Load a source, alone or beside all that salamat has: to type and check those takes most of the time."""
    file = folder / "schemas" / "sources" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    load_declarations(folder, only=name if alone else None)


def test_the_example_of_the_docs_is_accepted(tmp_path: Path) -> None:
    declared(tmp_path, GOOD, alone=False)


WRONG = [
    ("source: kz/weekly", "source: kz/other", 1, "the file is kz/weekly"),
    ("table: case_counts", "table: kases", 3, "no table 'kases'"),
    ("language: [kk, ru]", "language: [kk, xx]", 4, "no language 'xx'"),
    ("matching:", "mathcing:", 5, "arrives.matching"),
    ("[utf-8]", "[utf-9]", 6, "no encoding 'utf-9'"),
    ('decimal: ","', 'decimal: ",", thousands: comma', 6, "is the decimal mark"),
    ('decimal: ","', 'decimal: ",", sheets: {read: [A]}', 6, "'sheets' says nothing about format: csv"),
    ('decimal: ","', 'decimal: ",", merged: [down]', 6, "'merged' says nothing about format: csv"),
    ('decimal: ","', 'decimal: ",", hidden: taken', 6, "'hidden' says nothing about format: csv"),
    ("{encoding", "{format: xlsx, sheets: {read: [A], ignore: [A]}, encoding", 6, "the sheet 'A' is read and ignored"),
    ("{encoding", "{format: xlsx, sheets: {column: A}, encoding", 6, "no field is read from 'A'"),
    ("{encoding", "{format: xlsx, encoding", 6, "'encoding' says nothing about format: xlsx"),
    ("{encoding", "{format: xlsx, encoding", 6, "'delimiter' says nothing about format: xlsx"),
    ("{encoding", "{format: ndjson, records: {keyed_by: day}, encoding", 6, "ndjson has a record in each line"),
    ("dd.MM.yyyy", "serial", 9, "read: serial is for format: xlsx"),
    ("indicator: CASES", "indicator: KASES", 7, "'KASES' is not a code of indicator"),
    ("indicator: CASES", "indicater: CASES", 7, "'indicater' is not a field"),
    ("dd.MM.yyyy", "dd.QQ.yyyy", 9, "not a form of dates"),
    (", read: dd.MM.yyyy", "", 9, "say how it is written"),
    ("read: dd.MM.yyyy", "read: instant", 9, "read: instant and zone go together"),
    ("{from: Облыс}", "{from: Облыс, codes: {Қала: KZ-99}}", 10, "'KZ-99' is not a place"),
    ("{from: Облыс}", "{from: Облыс, codes: {Астана: KZ-71}}", 10, "means KZ-71 already"),
    ("{from: Жаңа}", '{from: Жаңа, read: "x"}', 11, "not a form of numbers"),
    ("dd.MM.yyyy}", "dd.MM.yyyy, codes: {a: 1}}", 9, "has no codes"),
    ("{from: Жаңа}", "{from: Жаңа, codes: {a: b}}", 11, "is a whole number, and 'b' is not"),
    ("{from: Облыс}", '{from: Облыс, part: {parted_by: "/", take: 3}}', 10, "'part' takes one of 2 parts"),
    ("{from: Облыс}", "{from: Облыс, level: planet}", 10, "'level' is for places and one of country"),
    ("{from: Жаңа}", "{from: Жаңа, level: country}", 11, "'level' is for places"),
    ("{from: Облыс}", "{from: Облыс, place_codes: SOATO}", 10, "'place_codes' is for places and one of ISO 3166-1"),
    ("{from: Жаңа}", "{from: Жаңа, place_codes: KATO}", 11, "'place_codes' is for places"),
    ("{from: Облыс}", "{from: Облыс, rest: nothing}", 10, "'rest' needs codes"),
    ("{from: Облыс}", "{from: Облыс, codes: {Қала: KZ-71}, rest: nothing}", 10, "another field that reads every cell"),
    ("{from: Облыс}", "{from: Облыс, names: last-day}", 10, "names: last-day is for period_start"),
    ("  value: {from: Жаңа}\n", "", 8, "'value' of the table case_counts gets no value"),
    ("  value:", "  region: {from: X}\n  value:", 11, "stands twice"),
    ("ignore: [Ескерту]", "ignore: [Облыс]", 12, "is mapped and ignored"),
    ("ignore: [Ескерту]", "repair: [nonsense]", 12, "no repair 'nonsense'"),
    ("ignore: [Ескерту]", "stale_after: {days: 9}", 12, "only a feed of cumulative figures"),
    ("ignore: [Ескерту]", "not_collected: {region: never}", 10, "gets its value twice"),
    ("ignore: [Ескерту]", "extends: nothing", 12, "extends 'nothing'"),
    ("ignore: [Ескерту]", "ignore: [a", 13, "is not YAML"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "said"), WRONG, ids=[w[3] for w in WRONG])
def test_a_contradiction_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, line: int, said: str) -> None:
    assert right in GOOD
    with pytest.raises(DeclarationError) as told:
        declared(tmp_path, GOOD.replace(right, wrong, 1))
    found = [c for c in told.value.contradictions if said in str(c)]
    assert found, str(told.value)
    assert (found[0].file.name, found[0].line) == ("weekly.yaml", line)


CASES = """\
source: kz/weekly
title: line list
table: cases
language: [kk]
arrives: {by: upload, matching: "weekly*.csv"}
constants: {pathogen: SARSCOV2, case_classification: CONF}
map:
  case_id: {from: Нөмірі}
  report_date: {from: Күні, read: dd.MM.yyyy}
  region_notification: {from: Облыс}
  sex: {from: Жынысы}
"""


def test_a_person_has_no_code_that_adds_up_persons(tmp_path: Path) -> None:
    declared(tmp_path, CASES)
    for own in (CASES.replace("Жынысы}", "Жынысы, codes: {Екеуі: _T}}"), CASES.replace("CONF}", "CONF, sex: _T}")):
        with pytest.raises(DeclarationError, match="'_T' is not a code of sex in the table cases"):
            declared(tmp_path, own)


def test_a_table_is_without_codes_that_its_field_has(tmp_path: Path) -> None:
    table = tmp_path / "schemas" / "tables" / "own.yaml"
    table.parent.mkdir(parents=True)
    said = "table: own\ntitle: t\ngrain: One row is one.\nkey: [case_id]\ntime: report_date\nfields:\n"
    said += "  case_id: {required: true}\n  report_date: {required: true}\n  sex: {without: [_T, XX]}\n"
    table.write_text(said, encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"own.yaml:9: 'XX' is not a code that 'sex' could have") as told:
        load_declarations(tmp_path)
    assert len(told.value.contradictions) == 1


MEANINGS = """\
source: tr/wide
title: wide
table: case_counts
language: [tr]
arrives: {by: upload, matching: "wide*.csv"}
constants: {period_type: D, pathogen: SARSCOV2, region: TR, measure_type: INCIDENT}
map:
  period_start: {from: date, read: dd/MM/yyyy}
unpivot:
  into: value
  columns:
    patients:
      - {until: 2020-12-09, indicator: CASES}
      - {from: 2020-12-10, indicator: DEATHS}
"""


def test_meanings_that_follow_each_other_are_accepted(tmp_path: Path) -> None:
    declared(tmp_path, MEANINGS, "tr/wide")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("from: 2020-12-10", "from: 2020-12-12"), ("from: 2020-12-10", "from: 2020-12-01"), ("until: 2020-12-09, ", "")],
    ids=["a gap", "an overlap", "no end"],
)
def test_a_cell_between_two_meanings_or_under_both_is_refused(tmp_path: Path, right: str, wrong: str) -> None:
    with pytest.raises(DeclarationError, match="must follow each other"):
        declared(tmp_path, MEANINGS.replace(right, wrong), "tr/wide")


def test_a_word_that_means_two_codes_in_the_senders_languages_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("table: case_counts", "table: cases").replace("language: [kk, ru]", "language: [hu, en]")
    text = text.replace("kz/weekly", "hu/weekly").split("constants:")[0]
    text += "constants: {pathogen: SARSCOV2}\nmap:\n  case_id: {from: a}\n  report_date: {from: b, read: yyyy-MM-dd}\n"
    text += "  region_notification: {from: c}\n  sex: {from: d}\n"
    with pytest.raises(DeclarationError, match=r"'f' means .* say which"):
        declared(tmp_path, text, "hu/weekly")


def test_a_folder_without_declarations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="neither schemas/ nor expectations/"):
        load_declarations(tmp_path)


def test_a_source_declared_twice_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("kz/weekly", "kz/case_counts")
    with pytest.raises(DeclarationError, match="declared already"):
        declared(tmp_path, text, "kz/case_counts", alone=False)


def test_the_digest_follows_every_declaration(tmp_path: Path) -> None:
    declared(tmp_path, GOOD)
    before = load_declarations(tmp_path, only="kz/weekly").digest
    declared(tmp_path, GOOD.replace("title: weekly", "title: Weekly"))
    assert load_declarations(tmp_path, only="kz/weekly").digest != before


def test_a_copy_of_salamats_own_rules_is_told_in_one_sentence_with_both_folders(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "expectations", tmp_path / "expectations")
    with pytest.raises(DeclarationError) as refused:
        load_declarations(tmp_path)
    (told,) = refused.value.contradictions
    assert told.file == tmp_path / "expectations"
    assert re.search(r"declares \d+ rules, .* again: .*expectations does; .* own declarations are always", told.what)


def test_a_rule_that_stands_twice_in_a_folder_is_told_with_both_files(tmp_path: Path) -> None:
    (tmp_path / "expectations").mkdir()
    rule = "{id: twice, consequence: flag, sentence: {en: A.}, source: A., fields: [value], fails_where: value < 0}"
    for name in ("one", "two"):
        file = tmp_path / "expectations" / f"{name}.yaml"
        file.write_text(f"table: case_counts\nrules:\n  - {rule}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"two\.yaml: declares the rule 'twice' again: .*one\.yaml does$"):
        load_declarations(tmp_path)
