"""Days, forms of days and numbers in what is expected are written as the language of the report writes them."""

from __future__ import annotations

import pytest

from pipelines.artefacts import Finding
from pipelines.declarations import Declarations
from pipelines.report import Speech


@pytest.mark.parametrize(
    ("language", "english_text", "said"),
    [
        ("kk", "not after 2026-11-30", "2026 ж. 30 қараша"),
        ("ru", "2020-01-01 to 2026-11-30", "1 января 2020"),
        ("hu", "2021-03-01/2021-03-07", "2021. március 1. – 2021. március 7."),
        ("tr", "at most 12000000", "12.000.000"),
        ("tr", "0.5 to 12.25", "12,25"),
        ("tr", "0.0001 to 1", "0,0001"),
        ("ru", "1900 to 2100", "1900"),
        ("kk", "dd.MM.yyyy", "мысалы, 31.12.2020"),
        ("hu", "d MMMM yyyy", "például 31 december 2020"),
        ("ru", "yyyy-'W'ww", "например, 2020-W53"),
    ],
)
def test_days_forms_and_numbers_of_an_expectation_are_written_as_the_language_does(
    language: str, english_text: str, said: str, declared: Declarations
) -> None:
    told = Speech(declared, language).expected(english_text)
    assert said in (told.text or "")
    assert english_text not in (told.text or "")
    assert Speech(declared, "en").phrase(english_text) == english_text


def test_a_form_of_days_is_told_by_an_example_in_the_sentence_too(declared: Declarations) -> None:
    found = Finding("not-a-date", 4, "Күні", "period_start", "2020/4/1", "dd.MM.yyyy")
    mend = Speech(declared, "kk").mend(declared.rules["not-a-date"], found)
    assert mend
    assert "мысалы, 31.12.2020" in (mend.text or "")
    assert "dd.MM.yyyy" in (mend.english or "")


def test_no_day_is_made_of_what_is_none(declared: Declarations) -> None:
    speech = Speech(declared, "kk")
    for text in ("2020-02-30", "2020-01-01/x", "a/b/c", "Облыс", "serial", "12"):
        assert speech.phrase(text) == text
