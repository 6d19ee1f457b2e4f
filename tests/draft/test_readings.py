"""What a header says of its column beside the field: an age band, a lineage, a unit; and which day, which place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.draft import Draft, as_source
from pipelines.draft.drafted import Line

if TYPE_CHECKING:
    from tests.draft.conftest import Drafted


def line(made: Draft, column: str) -> Line:
    return next(x for x in made.lines if x.column == column)


def test_a_header_with_ages_is_an_age_band(drafted: Drafted) -> None:
    ages = {"0–39 éves": (0, 39), "85 éves és idősebb": (85, 125), "85+": (85, 125), "18 éves kor alatt": (0, 17)}
    rows = f"Hét kezdete;Vármegye;{';'.join(ages)}\n2020.07.13.;Baranya;5;1;2;3\n2020.07.20.;Baranya;7;1;2;3\n"
    made = drafted(rows.encode(), "hu", "deaths_all_cause")
    for header, (first, last) in ages.items():
        assert line(made, header).meaning == {"age_from_years": first, "age_to_years": last}


def test_a_header_that_is_written_as_a_lineage_is_one_and_is_never_certain(drafted: Drafted) -> None:
    rows = "Hét kezdete;B.1.1.7 (alfa);Egyéb\n2020.07.13.;5;1\n2020.07.20.;7;2\n"
    made = drafted(rows.encode(), "hu", "variant_counts")
    assert line(made, "B.1.1.7 (alfa)").meaning == {"lineage": "B.1.1.7", "who_label": "ALPHA"}
    assert line(made, "B.1.1.7 (alfa)").confidence == "likely"
    assert line(made, "Egyéb").meaning == {"lineage": "Other"}


def test_the_unit_in_a_header_is_declared_where_it_is_not_that_of_the_field_and_asked_for_where_nobody_knows_it(
    drafted: Drafted,
) -> None:
    rows = "Dosya no;İzlem tarihi;Hb (g/dL);CRP (mg/L);D-dimer (kg/L);Glukoz\n" + "".join(
        f"D{day};{day}.07.2020;13,{day % 10};4{day};0,5;5,{day % 10}\n" for day in range(13, 30)
    )
    made = drafted(rows.encode(), "tr", "clinical_daily")
    drafted_map = as_source(made).map
    assert drafted_map["haemoglobin_g_per_l"].unit == "g/dL"
    assert drafted_map["crp_mg_per_l"].unit is None
    assert line(made, "Glukoz").confidence == "likely"
    assert "might be" in line(made, "Glukoz").why
    assert line(made, "D-dimer (kg/L)").confidence == "question"
    assert any("in which unit is it? the header says kg/L" in question for question in made.questions)


def test_a_figure_that_is_in_range_in_one_unit_alone_is_of_that_unit(drafted: Drafted) -> None:
    rows = "Dosya no;İzlem tarihi;FiO2\n" + "".join(f"D{d};{d}.07.2020;0,{d}\n" for d in range(21, 30))
    found = line(drafted(rows.encode(), "tr", "clinical_daily"), "FiO2")
    assert (found.unit, found.confidence) == ("1", "likely")


def test_a_name_of_two_places_is_the_one_of_the_level_of_its_column(drafted: Drafted) -> None:
    rows = "Dátum;Vármegye;Fertőzött\n2020.07.13.;Baranya;5\n2020.07.13.;Somogy;5\n2020.07.13.;Veszprém;7\n"
    found = line(drafted(rows.encode(), "hu", "case_counts"), "Vármegye")
    assert (found.codes, found.confidence) == ({"Veszprém": "HU-VE"}, "likely")


def test_a_word_for_both_sexes_is_known_where_persons_are_counted_and_asked_for_in_a_line_list(
    drafted: Drafted,
) -> None:
    rows = "".join(f"{d}.07.2020;{n};{sex}\n" for d, n, sex in ((13, 4, "Ер"), (13, 9, "Әйел"), (14, 5, "Барлығы")))
    counted = line(drafted(f"Күні;Жаңа жағдай;Жынысы\n{rows}".encode(), "kz", "case_counts"), "Жынысы")
    listed = line(drafted(f"Тіркелген күні;Тіркеу нөмірі;Жынысы\n{rows}".encode(), "kz", "cases"), "Жынысы")
    assert (counted.unknown, listed.unknown) == ((), ("Барлығы",))


WEEKS = "Tarih;İl;Vaka sayısı\n{0}.06.2020;Muğla;5\n{1}.06.2020;Muğla;7\n{2}.06.2020;Muğla;9\n"


@pytest.mark.parametrize(("days", "names", "confidence"), [
    (("08", "15", "22"), None, "certain"),  # Mondays
    (("07", "14", "21"), "last-day", "likely"),  # Sundays
    (("10", "17", "24"), None, "question"),  # Wednesdays
])  # fmt: skip
def test_the_day_that_a_week_is_named_by_is_measured(
    drafted: Drafted, days: tuple[str, ...], names: str | None, confidence: str
) -> None:
    made = drafted(WEEKS.format(*days).encode(), "tr", "case_counts")
    found = line(made, "Tarih")
    assert (found.names, found.confidence) == (names, confidence)
    assert any("which day of its week" in q for q in made.questions) is (confidence == "question")


def test_a_column_that_says_the_same_in_every_row_is_not_passed_over_in_silence(drafted: Drafted) -> None:
    rows = "Tarih;İl;Vaka sayısı;Xyz\n08.06.2020;Muğla;5;abc\n15.06.2020;Muğla;7;abc\n"
    made = drafted(rows.encode(), "tr", "case_counts")
    assert line(made, "Xyz").confidence == "question"
    assert any("'Xyz'" in q for q in made.questions)


def test_figures_that_fall_are_new_unless_a_word_says_that_they_are_there_now(drafted: Drafted) -> None:
    days = "".join(f"{d}.06.2020;Muğla;{10 - d % 4};{5 - d % 3}\n" for d in range(10, 30))
    made = drafted(f"Tarih;İl;Vefat;Yoğun bakım\n{days}".encode(), "tr", "case_counts")
    assert line(made, "Vefat").meaning == {"indicator": "DEATHS", "measure_type": "INCIDENT"}
    assert line(made, "Yoğun bakım").meaning == {"indicator": "ICU", "measure_type": "PREVALENT"}
    assert line(made, "Vefat").confidence == "likely"


def test_two_columns_of_the_same_figure_are_a_question_and_never_both_taken(drafted: Drafted) -> None:
    days = "".join(f"{d}.06.2020;Muğla;{10 - d % 4};{9 - d % 4}\n" for d in range(10, 30))
    made = drafted(f"Tarih;İl;Vaka;Vaka sayısı\n{days}".encode(), "tr", "case_counts")
    assert [line(made, column).confidence for column in ("Vaka", "Vaka sayısı")] == ["question", "question"]
    assert any("'Vaka sayısı': 'Vaka' would be the same figure" in question for question in made.questions)


def test_a_figure_of_which_nothing_says_whether_it_is_new_is_asked_for(drafted: Drafted) -> None:
    days = "".join(f"{d}.06.2020;Muğla;{10 - d % 4};{d}\n" for d in range(10, 14))
    made = drafted(f"Tarih;İl;Yoğun bakım;Vefat\n{days}".encode(), "tr", "case_counts")
    assert line(made, "Vefat").confidence == "question"
    assert any("'Vefat': are its figures new, a running total, or there now?" in q for q in made.questions)


def test_a_running_total_that_is_written_down_several_times_a_day_is_no_new_figure(drafted: Drafted) -> None:
    days = "".join(f"{d}.06.2020;Muğla;{n}\n" for d in range(10, 30) for n in (d * 9, d * 9 - 4, d * 9 - 2))
    made = drafted(f"Tarih;İl;Vaka\n{days}".encode(), "tr", "case_counts")
    assert made.constants["measure_type"].value == "CUMULATIVE"


def test_a_column_without_cells_is_a_field_only_by_a_word_for_it(drafted: Drafted) -> None:
    rows = "".join(f"{n};{n}.07.2020;;\n" for n in range(10, 30))
    made = drafted(f"Case no.;Report date;Name of hospital admitted;Sex\n{rows}".encode(), table="cases")
    assert line(made, "Name of hospital admitted").role == "ignore"
    assert line(made, "Sex").field == "sex"


def test_a_header_is_like_a_word_by_the_words_that_say_something(drafted: Drafted) -> None:
    rows = "".join(f"D{d};{d}.07.2020;{d}\n" for d in range(13, 30))
    made = drafted(f"Dosya no;İzlem tarihi;Skor Glasgow\n{rows}".encode(), "tr", "clinical_daily")
    found = line(made, "Skor Glasgow")
    assert found.field == "glasgow_coma_score" or found.candidates[:1] == ("glasgow_coma_score",)
    assert found.confidence != "certain"


def test_a_column_of_numbers_without_a_number_is_a_question(drafted: Drafted) -> None:
    rows = "".join(f"{n};10-14\n" for n in range(10, 30))
    found = line(drafted(f"Case no.;Age\n{rows}".encode(), table="cases"), "Age")
    assert (found.role, found.candidates) == ("open", ("age_years",))
    assert "no cell is a number: 10-14" in found.why


def test_the_whole_country_is_not_taken_where_an_open_column_may_name_places(drafted: Drafted) -> None:
    rows = "".join(f"Austria;2020-W{n};ILI;{n % 7}.5\n" for n in range(20, 40))
    made = drafted(f"countryname;yearweek;indicator;value\n{rows}".encode(), "hu", "rates")
    assert "region" not in made.constants
    assert any(question.startswith("region: no column says it") for question in made.questions)
    assert (line(made, "value").field, line(made, "value").confidence) == ("rate", "likely")


def test_a_column_that_says_no_more_than_figure_and_is_empty_is_not_taken_for_one(drafted: Drafted) -> None:
    rows = "".join(f"{n}/11/2020;%2{n % 7},{n % 10};\n" for n in range(10, 30))
    made = drafted(f"date;pneumoniaPercent;cases\n{rows}".encode(), "tr", "rates")
    assert line(made, "cases").role == "ignore"
    assert line(made, "pneumoniaPercent").meaning == {"rate_indicator": "PNEUMONIA_SHARE"}
