"""What laboratories and registers write: `<0.5`, and rows that say that their record is to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.draft import Draft, as_source
from pipelines.draft.drafted import Line

if TYPE_CHECKING:
    from tests.draft.conftest import Drafted

DAILY = "Dosya no;İzlem tarihi;CRP (mg/L);Prokalsitonin\n" + "".join(
    f"D{day};{day}.07.2020;{'<0,5' if day % 2 else f'4{day},2'};<0,0{day}\n" for day in range(13, 30)
)


def line(made: Draft, column: str) -> Line:
    return next(x for x in made.lines if x.column == column)


def test_numbers_behind_a_comparator_are_numbers_where_the_table_takes_bounds(drafted: Drafted) -> None:
    made = drafted(DAILY.encode(), "tr", "clinical_daily")
    found = line(made, "CRP (mg/L)")
    assert (found.field, found.confidence, found.read) == ("crp_mg_per_l", "certain", None)
    assert "8 of 17 cells are numbers" in found.why
    assert "9 are bounds such as <0.5: their comparator goes into crp_comparator" in found.why
    assert line(made, "Prokalsitonin").field == "procalcitonin_ug_per_l"
    assert as_source(made).map["procalcitonin_ug_per_l"].read is None
    assert made.decode["decimal"].value == ","


def test_bounds_are_no_numbers_of_a_table_that_takes_none(drafted: Drafted) -> None:
    rows = "Numune no;Numune tarihi;Ct değeri\n" + "".join(
        f"N{day};{day}.07.2020;{'>37' if day == 20 else f'{day},5'}\n" for day in range(10, 30)
    )
    found = line(drafted(rows.encode(), "tr", "genome_samples"), "Ct değeri")
    assert (found.field, found.confidence) == ("ct_value", "likely")
    assert "1 are bounds" in found.why
    assert "rejects them" in found.why
    assert line(drafted(rows.encode(), "tr", "lab_results"), "Ct değeri").confidence == "certain"


@pytest.mark.parametrize(("state", "names", "words"), [
    ("kz", "Номер случая;Пол;Статус записи", ("добавлена", "исправлена", "удалить")),
    ("tr", "Vaka no;Cinsiyet;İşlem", ("ekle", "güncelleme", "sil")),
    ("hu", "Esetszám;Nem;Művelet", ("hozzáadás", "módosítás", "törlés")),
    ("kz", "Case ID;Sex;Action", ("add", "UPDATE", "DELETE")),
])  # fmt: skip
def test_a_column_that_adds_and_deletes_records_is_their_status(
    drafted: Drafted, state: str, names: str, words: tuple[str, ...]
) -> None:
    rows = "".join(f"{n};;{words[n % 3]}\n" for n in range(1, 20))
    made = drafted(f"{names}\n{rows}".encode(), state, "cases")
    found = line(made, names.rpartition(";")[2])
    assert (found.field, found.confidence, found.unknown) == ("record_status", "certain", ())


def test_a_header_that_says_status_alone_is_told_by_its_cells(drafted: Drafted) -> None:
    rows = "".join(f"{n};{'DELETE' if n % 4 else 'NEW/UPDATE'}\n" for n in range(1, 20))
    found = line(drafted(f"Case ID;Status\n{rows}".encode(), table="cases"), "Status")
    assert (found.field, found.confidence) == ("record_status", "likely")


def test_rows_that_delete_are_asked_for_where_the_table_deletes_none(drafted: Drafted) -> None:
    rows = "".join(f"{n}.07.2020;Алматинская область;{n};{'удалить' if n % 4 else 'новая'}\n" for n in range(10, 30))
    made = drafted(f"Дата;Область;Случаи;Статус записи\n{rows}".encode(), table="case_counts")
    (asked,) = (question for question in made.questions if "Статус записи" in question)
    assert "5 cells" not in asked
    assert "15 of 20 rows" in asked
    assert "delete" in asked
