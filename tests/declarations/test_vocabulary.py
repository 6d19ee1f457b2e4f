"""What has to be said in every language, and what is wrong with how it is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.vocabulary import coverage, english, missing, stale, unlabelled, unnamed
from pipelines.declarations.wordings import rows_of
from pipelines.declarations.write_words import add_missing, write_rows
from pipelines.errors import DeclarationError, UnknownLanguage

RULES = """
table: case_counts
rules:
  - id: own-rule
    consequence: flag
    sentence: {en: "Here stands {value}."}
    mend: {en: "Look at {value} in {column}."}
    source: test
    fields: [value]
    fails_where: value < 0
"""
HEAD = "kind,id,english,text,checked_by,checked_on,remarks\n"


def declared_with(folder: Path, rows: str = "", sentence: str = "Here stands {value}.") -> Declarations:
    (folder / "expectations").mkdir(exist_ok=True)
    (folder / "expectations/own.yaml").write_text(RULES.replace("Here stands {value}.", sentence), encoding="utf-8")
    (folder / "schemas/words").mkdir(parents=True, exist_ok=True)
    if rows:
        (folder / "schemas/words/kk.csv").write_text(HEAD + rows, encoding="utf-8")
    return load_declarations(folder, only="of/nobody")


@pytest.mark.parametrize(
    ("text", "said"),
    [("тұр", "lacks {value}"), ("{value} {colum} тұр", r"has {colum}, which is not filled"), ("{ value }", "lacks")],
)
def test_a_translation_with_other_braces_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said) as told:
        declared_with(tmp_path, f"rule,own-rule,Here stands {{value}}.,{text},,,\n")
    (found,) = told.value.contradictions
    assert (found.file.name, found.line) == ("kk.csv", 2)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("rule,own-rule,a,b,,,\nrule,own-rule,a,c,,,\n", "stands twice"),
        ("rool,own-rule,a,b,,,\n", "kind is one of"),
        ("rule,own-rule,a\n", "has 7 cells"),
    ],
)
def test_a_malformed_file_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        declared_with(tmp_path, rows)


def test_a_row_whose_english_has_changed_is_stale_and_missing(tmp_path: Path) -> None:
    rows = "rule,own-rule,Here stands {value}.,Мұнда {value} тұр.,N. N.,2026-01-02,\n"
    before = declared_with(tmp_path, rows)
    assert ("rule", "own-rule") not in missing(before, "kk")
    after = declared_with(tmp_path, sentence="There stands {value}.")
    assert ("rule", "own-rule") in missing(after, "kk")
    assert ("rule", "own-rule") in {row.key for row in stale(after, "kk")}


def test_rows_are_added_for_what_is_missing_and_the_old_text_is_kept_as_a_remark(tmp_path: Path) -> None:
    rows = "rule,own-rule,Here stood {value}.,Мұнда {value} тұрды.,N. N.,2026-01-02,\nrule,gone,It went.,Кетті.,,,\n"
    declared = declared_with(tmp_path, rows)
    file = add_missing(declared, "kk")
    found = {row.key: row for row in rows_of(file)}
    changed = found["rule", "own-rule"]
    assert (changed.english, changed.text, changed.remarks) == (
        "Here stands {value}.",
        "",
        "before: Мұнда {value} тұрды.",
    )
    assert not changed.checked
    assert ("rule", "gone") not in found
    assert found["mend", "own-rule"].english == "Look at {value} in {column}."
    assert not stale(load_declarations(tmp_path, only="of/nobody"), "kk")


def test_adding_what_is_missing_twice_changes_no_byte(tmp_path: Path) -> None:
    file = add_missing(declared_with(tmp_path), "kk")
    once = file.read_bytes()
    add_missing(load_declarations(tmp_path, only="of/nobody"), "kk")
    assert file.read_bytes() == once


def test_the_words_of_reports_decide_nothing_and_are_not_in_the_digest(tmp_path: Path) -> None:
    before = declared_with(tmp_path).digest
    add_missing(declared_with(tmp_path), "kk")
    assert load_declarations(tmp_path, only="of/nobody").digest == before


def test_the_files_of_salamat_are_written_as_the_command_writes_them(tmp_path: Path) -> None:
    declared = load_declarations()
    for language in declared.languages:
        file = declared.roots[0] / f"schemas/words/{language}.csv"
        if file.is_file():
            copy = tmp_path / file.name
            write_rows(copy, [replace(row, file=copy) for row in rows_of(file)])
            assert copy.read_bytes() == file.read_bytes()


def test_every_text_is_counted_for_every_language() -> None:
    declared = load_declarations()
    for language, (every, said, checked) in coverage(declared).items():
        assert every == len(english(declared, language)) == said + len(missing(declared, language))
        assert checked <= said


@pytest.mark.parametrize("language", sorted({*load_declarations().languages} - {"en"}))
def test_everything_is_said_in_every_language(language: str) -> None:
    declared = load_declarations()
    assert dict(missing(declared, language)) == {}
    assert [row.english for row in stale(declared, language)] == []
    assert unlabelled(declared, language) == {}
    assert unnamed(declared, language) == {}


def test_a_language_that_is_not_declared_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownLanguage, match="no language is called 'xx'; known are az, en, hu"):
        load_declarations().wordings("xx")


UZBEK = dict(zip("абвгдезийклмнопрстуфхқҳ", "abvgdeziyklmnoprstufxqh", strict=True))
UZBEK |= {"ў": "oʻ", "ғ": "gʻ", "ж": "j", "ц": "ts", "ч": "ch", "ш": "sh", "э": "e", "ю": "yu", "я": "ya", "ё": "yo"}
VOWELS = "аеёиоуэюяў"


def in_latin_letters(uzbek: str) -> str:
    """Write Uzbek of Cyrillic letters in Latin ones, as the state's rules of spelling do: е is ye after a vowel."""
    letters = uzbek.lower()
    said = [
        "ye" if letter == "е" and letters[i - 1 : i] in VOWELS else UZBEK.get(letter, letter)
        for i, letter in enumerate(letters)
    ]
    return "".join(said)


def test_a_crossing_has_one_name_in_both_scripts_of_uzbek() -> None:
    labels = [code.labels for code in load_declarations().codes["border_crossing"].codes]
    both = [(said["uz"].lower(), in_latin_letters(said["uz-Cyrl"])) for said in labels if "uz" in said]
    assert len(both) > 20
    assert [pair for pair in both if pair[0] != pair[1]] == []
    assert [said for said in labels if ("uz" in said) != ("uz-Cyrl" in said)] == []


def test_a_place_has_one_name_in_both_scripts_of_uzbek() -> None:
    rows = [row for row in load_declarations().registers["place_names"].rows if row["kind"] == "name"]
    latin = {row["place_id"]: str(row["name"]).lower() for row in rows if row["language"] == "uz"}
    spelled = [row for row in rows if str(row["source"]).startswith("transliterated")]
    pairs = [(latin[row["place_id"]], in_latin_letters(str(row["name"]))) for row in spelled]
    assert len(pairs) > 90
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
