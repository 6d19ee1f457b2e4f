"""What stands behind a comma, in brackets or behind a stroke may make another figure of the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipelines.draft.drafted import Line
    from tests.draft.conftest import Drafted

BEDS = {
    "kz": ("Дата;Область", "Алматинская область"),
    "tr": ("Tarih;İl", "Ankara"),
    "uz": ("Sana;Viloyat", "Andijon viloyati"),
    "kg": ("Күнү;Облус", "Талас облусу"),
}


def of_beds(drafted: Drafted, state: str, header: str) -> Line:
    """Draft a file of one column of figures."""
    names, place = BEDS[state]
    rows = "".join(f"{d}.07.2020;{place};{900 + d % 7}\n" for d in range(10, 30))
    made = drafted(f"{names};{header}\n{rows}".encode(), state, "hospital_capacity")
    return next(x for x in made.lines if x.column == header)


@pytest.mark.parametrize(("state", "header", "field", "confidence"), [
    ("kz", "Койки, занято", "beds_occupied_count", "certain"),
    ("kz", "Реанимационные койки, занято", "icu_beds_occupied_count", "likely"),
    ("kz", "Койки, всего", "beds_count", "certain"),
    ("kz", "Төсектер / барлығы", "beds_count", "certain"),
    ("tr", "Yataklar, toplam", "beds_count", "certain"),
    ("uz", "Oʻrinlar, jami", "beds_count", "certain"),
    ("kg", "Керебеттер, бардыгы", "beds_count", "certain"),
    ("kz", "Койки (шт.)", "beds_inpatient_count", "certain"),
    ("kz", "Койки / Beds", "beds_inpatient_count", "certain"),
    ("kz", "Койки (хирургия)", "beds_inpatient_count", "likely"),
])  # fmt: skip
def test_the_words_of_the_whole_header_say_what_is_counted(
    drafted: Drafted, state: str, header: str, field: str, confidence: str
) -> None:
    found = of_beds(drafted, state, header)
    assert (found.field, found.confidence) == (field, confidence)


@pytest.mark.parametrize(("state", "header"), [
    ("kz", "Койки (свободно)"),
    ("kz", "Койки, свободно"),
    ("kz", "Свободные койки"),
    ("kz", "Төсектер, бос"),
    ("tr", "Yatak, boş"),
    ("tr", "Yoğun bakım yatağı, boş"),
])  # fmt: skip
def test_what_is_free_is_no_figure_of_ours_and_is_asked(drafted: Drafted, state: str, header: str) -> None:
    assert of_beds(drafted, state, header).confidence == "question"


@pytest.mark.parametrize(("state", "header"), [("kg", "Керебеттер, бош эмес"), ("kz", "Төсектер (бос емес)")])
def test_what_is_not_free_is_a_figure_of_ours(drafted: Drafted, state: str, header: str) -> None:
    assert "occupied" in (of_beds(drafted, state, header).field or "")


def test_a_figure_beside_a_word_that_nobody_knows_is_never_certain(drafted: Drafted) -> None:
    rows = "".join(f"{d}.07.2020;Алматинская область;{900 + d % 7}\n" for d in range(10, 30))
    header = "Новые случаи (прошлая неделя)"
    made = drafted(f"Дата;Область;{header}\n{rows}".encode(), "kz", "case_counts")
    assert next(x for x in made.lines if x.column == header).confidence == "likely"


def test_a_word_for_a_total_among_the_years_of_age_bands_is_all_ages(drafted: Drafted) -> None:
    bands = ("0;39", "40;64", "65;125", "jami;jami")
    rows = "".join(f"01.{m:02}.2020;Andijon viloyati;{band};{100 + m}\n" for m in range(1, 9) for band in bands)
    made = drafted(f"Sana;Viloyat;Yosh, dan;Yosh, gacha;Soni\n{rows}".encode(), "uz", "deaths_all_cause")
    assert [x.codes for x in made.lines if x.column.startswith("Yosh")] == [{"jami": "-1"}] * 2
