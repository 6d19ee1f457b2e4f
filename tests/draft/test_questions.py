"""What a file cannot say is a question in the draft, and a draft with a question is not used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.declarations import Declarations
from pipelines.draft import as_source
from pipelines.draft.proven import proven
from pipelines.errors import DeclarationError, Refused

if TYPE_CHECKING:
    from tests.draft.conftest import Drafted

GIVEN = {"pathogen": "SARSCOV2", "case_basis": "CONF_LAB", "date_basis": "UNK"}
DAYS = "Дата;Область;Случаи\n{};Алматинская область;1\n{};Актюбинская область;12\n"


def test_a_date_that_could_be_read_in_two_ways_is_a_question(drafted: Drafted) -> None:
    made = drafted(DAYS.format("03/04/2020", "05/06/2020").encode(), table="case_counts")
    line = next(x for x in made.lines if x.column == "Дата")
    assert line.confidence == "question"
    assert line.candidates == ("dd/MM/yyyy", "MM/dd/yyyy")
    assert any("dd/MM/yyyy or MM/dd/yyyy" in q for q in made.questions)
    assert "period_start" not in as_source(made).map


def test_one_day_behind_the_twelfth_decides_which_is_the_month(drafted: Drafted) -> None:
    made = drafted(DAYS.format("03/04/2020", "25/06/2020").encode(), table="case_counts", period_type="D")
    line = next(x for x in made.lines if x.column == "Дата")
    assert (line.read, line.confidence) == ("dd/MM/yyyy", "certain")
    assert "1 only so" in line.why


def test_a_word_that_no_label_explains_is_a_question(drafted: Drafted) -> None:
    made = drafted("Номер случая;Пол\n1;муж\n2;жен\n3;Q7\n".encode(), table="cases")
    assert next(x for x in made.lines if x.column == "Пол").unknown == ("Q7",)
    assert any("'Q7'" in q for q in made.questions)


def test_marks_that_contradict_each_other_are_a_question(drafted: Drafted) -> None:
    rows = "Dosya no;Ateş;Kilo\n1;36,6;70.5\n2;38,1;81.25\n"
    made = drafted(rows.encode(), "tr", "clinical_admissions")
    assert any("contradict" in q for q in made.questions)


def test_a_draft_with_a_question_is_refused_with_the_question_and_its_line(
    drafted: Drafted, declared: Declarations, tmp_path: Path
) -> None:
    made = drafted(DAYS.format("03/04/2020", "05/06/2020").encode(), table="case_counts")
    with pytest.raises(DeclarationError, match=r"kz/case_counts\.yaml:\d+: an open question of the draft: 'Дата'"):
        proven(made, declared, tmp_path)


def test_what_the_file_says_is_what_was_drafted(drafted: Drafted, declared: Declarations, tmp_path: Path) -> None:
    rows = "Дата;Область;Случаи\n" + "".join(f"{d}.07.2020;Алматинская область;{1000 - d % 7}\n" for d in range(10, 30))
    made = drafted(rows.encode(), table="case_counts", **GIVEN)
    assert made.questions == ()
    assert proven(made, declared, tmp_path).sources["kz/case_counts"] == as_source(made)


def test_a_picture_is_refused_and_not_drafted(drafted: Drafted) -> None:
    with pytest.raises(Refused, match="not-delimited-text"):
        drafted(b"%PDF-1.7 nothing to see")


@pytest.mark.parametrize(("text", "encoding", "state"), [
    ("Күні;Облыс;Жаңа жағдайлар\n13.07.2020;Қарағанды облысы;5\n14.07.2020;Түркістан облысы;7\n", "kz1048", "kz"),
    ("Күні;Облыс;Жаңа жағдайлар\n13.07.2020;Қарағанды облысы;5\n14.07.2020;Түркістан облысы;7\n", "ptcp154", "kz"),
    ("Tarih;İl;Vaka sayısı\n13.07.2020;Muğla;5\n14.07.2020;Iğdır;7\n15.07.2020;Eskişehir;9\n", "cp1254", "tr"),
    ("Dátum;Vármegye;Fertőzött\n2020.07.13.;Győr-Moson-Sopron;5\n2020.07.14.;Nógrád;7\n", "cp1250", "hu"),
    ("Дата;Область;Случаи\n13.07.2020;Чуйская область;5\n14.07.2020;Нарынская область;7\n", "cp866", "kg"),
    ("Tarix;Rayon;Yoluxan\n13.07.2020;Şəki;5\n14.07.2020;Gəncə;7\n", "utf-16", "az"),
])  # fmt: skip
def test_an_older_encoding_is_told_by_the_letters_of_the_state(
    drafted: Drafted, text: str, encoding: str, state: str
) -> None:
    assert drafted(text.encode(encoding), state, "case_counts").decode["encoding"].value == encoding
