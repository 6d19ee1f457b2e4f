"""What a workbook keeps of the one that was sent, what does not fit into it, and the commands that write it."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from pipelines.cli import main
from pipelines.errors import StoreError
from pipelines.report import Speech, write_report
from pipelines.report.as_xlsx.pen import TONES, written
from pipelines.report.mistakes import every_place

from .conftest import (
    FLAWED,
    HEADER,
    MISTAKES,
    NOW,
    OWN,
    SUMMARY,
    Made,
    Make,
    looks,
    placed,
    sheet,
    targets,
    told,
    words,
)


def test_a_workbook_keeps_its_formats_and_nothing_that_is_not_in_its_sheet(sent: Made) -> None:
    own, book = sent.own, sent.book
    assert book.sheetnames == ["Тізім", SUMMARY, MISTAKES]
    assert (own["B1"].fill.fgColor.rgb[-6:], own["B1"].font.b, own.column_dimensions["B"].width) == ("1F4E78", True, 33)
    assert (own["E2"].value, own["E2"].number_format) == (datetime(2020, 3, 5), "dd.mm.yyyy")  # noqa: DTZ001  a cell
    assert own["B11"].comment is not None
    assert own["B11"].comment.text.startswith("asked by telephone\n\nREJECTED (unknown-place)")
    with ZipFile(sent.report) as parts:
        every = b"".join(parts.read(name) for name in parts.namelist())
    assert not any(secret.encode() in every for secret in ("what nobody else may see", "Somebody Else", "Sheet!A1"))
    assert book.properties.creator == "salamat"
    assert not own.tables


def test_a_workbook_too_large_to_keep_is_shown_as_it_was_read(sent: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    harmonised = sent.verdict.harmonised
    source = sent.declared.sources["kz/workbook"]
    limit(monkeypatch, "sent_sheet", MOST_BYTES=1_000)
    assert harmonised is not None
    report = sent.report.with_name("again.xlsx")
    write_report(sent.verdict, source, Speech(sent.declared, "en"), "sent.xlsx", "0f" * 32, NOW, report)
    again = Made(sent.rows, sent.verdict, sent.declared, report)
    assert again.title == OWN
    assert "Its formats could not be kept" in words(again.book)
    assert "Its formats could not be kept" not in words(sent.book)
    assert looks(again.own) == looks(sent.own)


def limit(monkeypatch: pytest.MonkeyPatch, module: str, **limits: int) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(sys.modules[f"pipelines.report.as_xlsx.{module}"], name, value)


def test_a_large_file_is_shown_by_its_rows_with_problems(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, "own_sheet", MOST_ROWS=12)
    made = make([HEADER, *FLAWED])
    rows = told(made.book, OWN)
    with_problems = sorted({row for row, _ in placed(made)})
    assert [row["salamat: row of your file"] for row in rows] == with_problems
    sent = made.rows
    assert [row["Нөмірі"] or "" for row in rows] == [(sent[n - 1] or [""])[0] for n in with_problems]
    assert f"too large to be shown whole ({len(FLAWED)} rows)" in words(made.book)
    assert "all of them" in words(made.book)
    led = [targets(row) for row in sheet(made.book, MISTAKES).iter_rows(min_row=2)]
    for found, lead in zip(every_place(made.verdict), led, strict=True):
        for title, cell in lead:
            marked = sheet(made.book, title)[cell]
            assert sheet(made.book, title).cell(marked.row, 1).value == found.row
            assert found.rule in (marked.comment.text if marked.comment else "")


def test_what_does_not_fit_is_said(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, "own_sheet", MOST_ROWS=2)
    limit(monkeypatch, "marking", MOST_COMMENTS=1)
    limit(monkeypatch, "mistakes_sheet", MOST=3)
    made = make([HEADER, *FLAWED])
    every = len(every_place(made.verdict))
    assert len(told(made.book, OWN)) == 2
    assert len(told(made.book, MISTAKES)) == 3
    assert "the first 2 of them" in words(made.book)
    assert f"The first 3 are listed; `salamat check --json` lists the other {every - 3} too." in words(made.book)
    assert len([c for row in made.own.iter_rows() for c in row if c.comment]) == 1
    links = [targets(row) for row in sheet(made.book, MISTAKES).iter_rows(min_row=2)]
    assert all(int(re.sub(r"\D", "", at)) <= 3 for lead in links for _, at in lead)


@pytest.mark.parametrize(
    ("value", "held"),
    [
        ("a\x00b\x1fc\x0b", "a\u2400b\u241fc\u240b"),
        ("\ufffe", "<U+FFFE>"),
        ("a\rb", "a_x000D_b"),
        ("_x000D_", "_x005F_x000D_"),
        ("_xyz_", "_xyz_"),
        ("a\tb\nc", "a\tb\nc"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 4_000 + "… (32,768 characters)"),
        ("\U0001f600" * 20_000, "\U0001f600" * 4_000 + "… (20,000 characters)"),
    ],
)
def test_a_text_is_written_as_the_format_can_hold_it(value: str, held: str) -> None:
    assert written(value) == held


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("look", TONES)
def test_marked_text_can_be_read_on_its_colour(look: str) -> None:
    low, high = sorted(map(luminance, TONES[look]))
    assert (high + 0.05) / (low + 0.05) >= 4.5


EXAMPLES = Path(__file__).resolve().parents[3] / "docs/examples"


@pytest.mark.parametrize("command", ["check", "run"])
def test_both_commands_write_it(command: str, tmp_path: Path) -> None:
    report = tmp_path / "report.XLSX"
    arguments = ["--home", str(tmp_path / "home"), command, str(EXAMPLES / "kz_april_with_errors.csv")]
    said = CliRunner().invoke(main, [*arguments, "--report", str(report)], catch_exceptions=False)
    assert said.exit_code == 1
    assert load_workbook(report.rename(tmp_path / "report.xlsx")).sheetnames == [OWN, SUMMARY, MISTAKES]


@pytest.mark.parametrize(
    ("name", "reason"), [("report.pdf", ".xlsx"), ("report", ".html"), ("no/report.xlsx", "no folder")]
)
def test_a_report_that_cannot_be_is_refused_before_any_work(name: str, reason: str, tmp_path: Path) -> None:
    arguments = [
        "--home",
        str(tmp_path / "home"),
        "run",
        str(EXAMPLES / "kz_april.csv"),
        "--report",
        str(tmp_path / name),
    ]
    said = CliRunner().invoke(main, arguments)
    assert said.exit_code == 2
    assert reason in said.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".html", ".xlsx"])
def test_a_report_that_cannot_be_written_is_an_error_that_names_it(refused: Made, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"report{ending}"
    target.mkdir()
    source = refused.declared.sources["kz/patients"]
    with pytest.raises(StoreError, match="name another file"):
        write_report(refused.verdict, source, Speech(refused.declared, "en"), "sent.csv", "0f" * 32, NOW, target)
