"""A token that means two things in one scope is refused: in a language always, across languages in a source of both."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.folding import fold
from pipelines.declarations.source import Source
from pipelines.declarations.words import collisions, words
from pipelines.errors import DeclarationError

# What senders write with one letter, in the column of which field it means what, in which languages.
LETTERS = [
    ("e", "yes_no_unknown", {"tr": "Y"}),
    ("h", "yes_no_unknown", {"tr": "N", "az": "Y", "uz": "Y", "tk": "Y"}),
    ("n", "yes_no_unknown", {"hu": "N", "en": "N"}),
    ("y", "yes_no_unknown", {"az": "N", "uz": "N", "en": "Y"}),
    ("ж", "yes_no_unknown", {"kk": "N", "ky": "N"}),
    ("f", "sex", {"hu": "M", "en": "F"}),
    ("k", "sex", {"tr": "F", "az": "M"}),
    ("a", "sex", {"uz": "F", "tk": "F"}),
    ("e", "sex", {"tr": "M", "uz": "M", "tk": "M"}),
    ("n", "sex", {"hu": "F"}),
    ("ж", "sex", {"ru": "F"}),
]


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


def source(*languages: str) -> Source:
    return Source.model_validate(
        {
            "source": "xx/list",
            "title": "a list",
            "table": "cases",
            "language": list(languages),
            "arrives": {"by": "upload", "matching": "*.csv"},
            "decode": {"format": "csv", "encoding": ["utf-8"], "delimiter": ";", "decimal": ","},
            "map": {},
        }
    )


def field_of(codes: str, declared: Declarations) -> str:
    return next(name for name, entry in declared.fields.items() if entry.codes == codes)


@pytest.mark.parametrize(("letter", "codes", "meanings"), LETTERS)
def test_a_letter_means_in_each_language_what_its_senders_mean(
    letter: str, codes: str, meanings: dict[str, str], declared: Declarations
) -> None:
    for language, code in meanings.items():
        assert words(declared, source(language), field_of(codes, declared), {})[fold(letter)] == code


@pytest.mark.parametrize(("letter", "codes", "meanings"), LETTERS)
def test_a_letter_on_which_two_languages_disagree_is_refused_where_a_source_speaks_both(
    letter: str, codes: str, meanings: dict[str, str], declared: Declarations
) -> None:
    for one, other in combinations(meanings, 2):
        found = dict(collisions(declared, source(one, other), field_of(codes, declared), {}))
        assert (fold(letter) in found) == (meanings[one] != meanings[other])
        own = {letter: meanings[one]}
        assert fold(letter) not in dict(collisions(declared, source(one, other), field_of(codes, declared), own))


def test_a_false_friend_is_a_word_of_its_own_field_only(declared: Declarations) -> None:
    sex, answer = (field_of(codes, declared) for codes in ("sex", "yes_no_unknown"))
    assert words(declared, source("az"), sex, {})[fold("kişi")] == "M"
    assert fold("kişi") not in words(declared, source("tr"), sex, {})
    assert words(declared, source("hu"), answer, {})[fold("nem")] == "N"
    assert fold("nem") not in words(declared, source("hu"), sex, {})


def test_a_word_that_means_two_codes_in_one_language_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "schemas/codes/own_list.csv"
    file.parent.mkdir(parents=True)
    text = "code,standard_code,label_en,label_kk,synonyms_kk\nONE,,One,Бір,бірінші\nTWO,,Two,Екі,{}\n"
    for synonyms, refused in (("екінші", False), ("екінші|БІР", True), ("Бiрiншi", True)):  # the last has Latin i
        file.write_text(text.format(synonyms), encoding="utf-8")
        if not refused:
            load_declarations(tmp_path)
            continue
        with pytest.raises(DeclarationError, match="means ONE and TWO in the language kk") as told:
            load_declarations(tmp_path)
        assert [(c.file.name, c.line) for c in told.value.contradictions] == [("own_list.csv", 3)]
