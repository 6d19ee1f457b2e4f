"""A header is a word in another form: other endings, another order, the other script, a neighbour's spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.declarations import Declarations
from pipelines.declarations.header_words import header_words
from pipelines.draft.forms import Forms

if TYPE_CHECKING:
    from pipelines.draft import Draft
    from pipelines.draft.drafted import Line
    from tests.draft.conftest import Drafted


def line(made: Draft, column: str) -> Line:
    return next(x for x in made.lines if x.column == column)


def forms(declared: Declarations, *languages: str) -> Forms:
    return Forms(declared, header_words(declared), frozenset(languages))


@pytest.mark.parametrize(("one", "other"), [
    ("Касаллик тарихи рақами", "Kasallik tarixi raqami"),
    ("Рўйхатга олинган сана", "Roʻyxatga olingan sana"),
    ("реанимация", "reanimatsiya"),
    ("реанимация", "reanimasiýa"),
    ("лейкоцитлар", "leykotsitlar"),
])  # fmt: skip
def test_what_sounds_the_same_is_written_the_same(declared: Declarations, one: str, other: str) -> None:
    assert forms(declared).sound(one) == forms(declared).sound(other)


@pytest.mark.parametrize(("language", "one", "other"), [
    ("tr", "yoğun bakım yatakları", "Yoğun bakım yatak sayısı"),
    ("az", "yaşı", "yaş"),
    ("kk", "вагондар", "вагон саны"),
    ("ky", "Керебеттер / бош эмес", "бош эмес керебеттер"),
    ("ky", "реанимацияда / бейтаптар", "реанимациядагы бейтаптар"),
    ("ru", "Число подтверждённых случаев", "подтверждённые случаи"),
    ("uz", "ЎСВ аппаратлари", "oʻsv apparati"),
])  # fmt: skip
def test_endings_order_and_small_words_make_no_other_word(
    declared: Declarations, language: str, one: str, other: str
) -> None:
    of = forms(declared, language).of
    assert of(one) == of(other) != frozenset()


def test_words_that_differ_are_kept_apart(declared: Declarations) -> None:
    of = forms(declared, "ky").of
    assert of("керебеттер") != of("реанимация керебеттери")
    assert of("каза болгондор") != of("ооругандар")


def test_a_header_in_the_other_script_of_its_language_is_likely_and_never_certain(drafted: Drafted) -> None:
    rows = "".join(f"{d}.07.2020;Andijon viloyati;{d % 7 + 90}\n" for d in range(10, 30))
    made = drafted(f"Сана;Вилоят;Ўлимларнинг сони\n{rows}".encode(), "uz", "deaths_all_cause")
    assert line(made, "Вилоят").field == "region"
    found = line(drafted(f"Sana;Viloyatlari;Soni\n{rows}".encode(), "uz", "deaths_all_cause"), "Viloyatlari")
    assert (found.field, found.confidence) == ("region", "likely")
    assert "in another form" in found.why


def test_a_word_that_a_neighbour_writes_alike_is_likely_where_the_cells_agree(drafted: Drafted) -> None:
    rows = "".join(f"D{d};{d}.07.2020;{d % 7 + 4},{d % 10}\n" for d in range(13, 30))
    found = line(drafted(f"Dosya no;İzlem tarihi;Leykosit\n{rows}".encode(), "tr", "clinical_daily"), "Leykosit")
    assert (found.field, found.confidence) == ("white_cells_e9_per_l", "likely")


def test_of_a_name_in_two_rows_no_part_alone_is_taken_for_the_whole(drafted: Drafted) -> None:
    rows = "".join(f"{d}.07.2020;Талас облусу;{900 + d};{400 + d};{3000 + d}\n" for d in range(10, 30))
    head = "Күнү;Облус;Реанимация;;Керебеттер\n;;керебеттер;бош эмес керебеттер;бардыгы\n"
    made = drafted(f"{head}{rows}".encode(), "kg", "hospital_capacity")
    assert line(made, "Реанимация / керебеттер").field == "icu_beds_count"
    assert line(made, "Реанимация / бош эмес керебеттер").field == "icu_beds_occupied_count"
    assert line(made, "Керебеттер / бардыгы").field == "beds_count"
