"""What stands in a column says what it is where its header does not: and then it is likely, or asked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.draft import Draft, as_source
from pipelines.draft.drafted import Line
from tests.workbook.of_sheets import Rows, of_sheets

if TYPE_CHECKING:
    from tests.draft.conftest import Drafted

NAMES = ("Күні", "Облыс", "Жаңа жағдайлар")


def line(made: Draft, column: str) -> Line:
    return next(x for x in made.lines if x.column == column)


def test_texts_that_are_written_as_a_field_demands_are_of_it(drafted: Drafted) -> None:
    lineages = ("B.1.1.7", "B.1.617.2", "AY.4", "B.1.1")
    rows = "".join(f"S{n:03};{n % 20 + 10}.07.2020;{lineages[n % 4]}\n" for n in range(40))
    made = drafted(f"Номер образца;Дата забора;Яяя\n{rows}".encode(), "kz", "genome_samples")
    assert (line(made, "Яяя").field, line(made, "Яяя").confidence) == ("lineage", "likely")


def test_days_are_no_numbers(drafted: Drafted) -> None:
    rows = "".join(f"D{d};{d}.07.2020;{d}\n" for d in range(13, 30))
    made = drafted(f"Dosya no;Yoğun bakımdaki günler;Skor\n{rows}".encode(), "tr", "clinical_outcomes")
    assert "icu_stay_days" not in as_source(made).map


def test_a_unit_that_one_field_alone_takes_tells_the_field(drafted: Drafted) -> None:
    rows = "".join(f"D{d};{d}.07.2020;13,{d % 10}\n" for d in range(13, 30))
    made = drafted(f"Dosya no;İzlem tarihi;Zzz (g/dL)\n{rows}".encode(), "tr", "clinical_daily")
    found = line(made, "Zzz (g/dL)")
    assert (found.field, found.unit, found.confidence) == ("haemoglobin_g_per_l", "g/dL", "likely")


def test_a_column_whose_cells_are_other_rows_refers_to_them(drafted: Drafted) -> None:
    rows = "".join(f"HU-{n};{f'HU-{n - 1}' if n % 3 == 0 else ''};{n % 20 + 10}.07.2020\n" for n in range(10, 40))
    made = drafted(f"Azonosító;Yyy;Kezdete\n{rows}".encode(), "hu", "measures")
    assert (line(made, "Yyy").field, line(made, "Yyy").confidence) == ("supersedes_measure_id", "likely")


def test_two_columns_of_which_the_cells_alone_say_the_same_are_questions(drafted: Drafted) -> None:
    rows = "".join(f"D{d};{d}.07.2020;B.1.{d};AY.{d}\n" for d in range(13, 30))
    made = drafted(f"Номер образца;Дата забора;Яяя;Ююю\n{rows}".encode(), "kz", "genome_samples")
    assert {line(made, c).confidence for c in ("Яяя", "Ююю")} == {"question"}


def test_figures_that_were_written_down_several_times_a_day_are_asked_for(drafted: Drafted) -> None:
    rows = "".join(
        f"2020-07-{d}T{h:02}:00:00Z,Алматинская область,{1000 + d * 9 + h}\n" for d in range(10, 30) for h in (3, 9, 15)
    )
    made = drafted(f"Дата,Область,Случаи\n{rows}".encode(), table="case_counts")
    (asked,) = (q for q in made.questions if "keep_last_per" in q)
    assert asked.startswith("'Дата': up to 3 rows")
    assert "keep_last_per: {per: [region, period_start, indicator], by: Дата}" in asked


def test_figures_of_one_time_a_day_are_not_asked_for(drafted: Drafted) -> None:
    rows = "".join(f"2020-07-{d}T09:00:00Z,Алматинская область,{1000 + d * 9}\n" for d in range(10, 30))
    made = drafted(f"Дата,Область,Случаи\n{rows}".encode(), table="case_counts")
    assert not any("keep_last_per" in q for q in made.questions)


def booked(path: Path, days: Sequence[object]) -> Path:
    rows: Rows = [NAMES, *((day, "Шымкент", 100 + n * 37 % 53) for n, day in enumerate(days))]
    path.write_bytes(of_sheets({"Деректер": rows}))
    return path


def test_real_days_and_texts_of_days_in_one_column_are_read_together(drafted: Drafted, tmp_path: Path) -> None:
    days = [date(2020, 7, d) if d % 4 else f"{d}.07.2020" for d in range(10, 30)]
    found = line(drafted(booked(tmp_path / "book.xlsx", days), table="case_counts"), "Күні")
    assert (found.field, found.read) == ("period_start", "dd.MM.yyyy")
    assert "20 of 20 cells" in found.why


def test_real_days_do_not_decide_what_texts_of_days_leave_open(drafted: Drafted, tmp_path: Path) -> None:
    days = [date(2020, 7, d) if d > 12 else f"07/{d:02}/2020" for d in range(1, 30)]
    made = drafted(booked(tmp_path / "book.xlsx", days), table="case_counts")
    assert line(made, "Күні").confidence == "question"
    assert any("dd/MM/yyyy or MM/dd/yyyy" in q for q in made.questions)


def test_a_workbook_in_an_archive_is_drafted_as_one(drafted: Drafted, tmp_path: Path) -> None:
    book = booked(tmp_path / "book.xlsx", [date(2020, 7, d) for d in range(10, 30)])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(book, "деректер.xlsx")
    (tmp_path / "book.zip").write_bytes(packed.getvalue())
    made = drafted(tmp_path / "book.zip", table="case_counts")
    assert (made.decode["zip"].value, made.decode["format"].value) == ("*.xlsx", "xlsx")
    assert as_source(made).map["period_start"].from_ == "Күні"
