"""`salamat new-source`: it prints or writes, never over what is there, and says what is left to be answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main

ROWS = "Дата;Область;Случаи\n" + "".join(f"{d}.07.2020;Алматинская область;{1010 - d % 7}\n" for d in range(10, 28))


@pytest.fixture
def weekly(tmp_path: Path) -> Path:
    (tmp_path / "weekly_2020-07-27.csv").write_text(ROWS, encoding="utf-8")
    return tmp_path / "weekly_2020-07-27.csv"


def salamat(file: Path, *arguments: object) -> Result:
    told = ["--home", str(file.parent / "home"), *map(str, arguments)]
    return CliRunner().invoke(main, told, catch_exceptions=False, env={"COLUMNS": "120"})


def drafted(file: Path, *more: object) -> Result:
    return salamat(file, "new-source", file, "--state", "kz", "--table", "case_counts", *more)


def test_a_draft_is_printed_and_its_questions_are_told_beside_it(weekly: Path) -> None:
    told = drafted(weekly)
    assert told.exit_code == 0
    assert "  period_start: {from: Дата, read: dd.MM.yyyy}  # certain:" in told.stdout
    assert "case_basis" in told.stdout.partition("questions:")[2]
    assert "3 open questions:" in told.stderr


def test_a_draft_is_written_once_and_what_is_there_is_not_written_over(weekly: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine" / "schemas" / "sources" / "kz" / "drafted.yaml"
    told = drafted(weekly, "--name", "drafted", "--out", tmp_path / "mine")
    assert (told.exit_code, told.stdout) == (0, "")
    written = target.read_text(encoding="utf-8")
    assert f"--declarations {tmp_path / 'mine'} lint" in told.stderr
    again = drafted(weekly, "--name", "drafted", "--out", tmp_path / "mine")
    assert again.exit_code != 0
    assert "is there already" in again.stderr
    assert target.read_text(encoding="utf-8") == written


def test_lint_says_what_is_left_until_the_last_question_is_answered(weekly: Path, tmp_path: Path) -> None:
    mine, name = tmp_path / "mine", ("--name", "drafted")
    drafted(weekly, *name, "--out", mine)
    target = mine / "schemas" / "sources" / "kz" / "drafted.yaml"
    left = salamat(weekly, "--declarations", mine, "lint")
    assert left.exit_code != 0
    assert "3 questions of a draft are open, and nothing contradicts itself" in left.output
    assert re.findall(r"drafted\.yaml:\d+: an open question of the draft: (\w+)", left.output) == [
        "pathogen",
        "case_basis",
        "date_basis",
    ]
    answered = target.read_text(encoding="utf-8").partition("questions:")[0]
    answers = "constants:\n  pathogen: SARSCOV2\n  case_basis: UNK\n  date_basis: NOTIFICATION\n"
    target.write_text(answered.replace("constants:\n", answers), encoding="utf-8")
    done = salamat(weekly, "--declarations", mine, "lint")
    assert done.exit_code == 0, done.output


def test_a_draft_without_a_question_is_checked_on_its_file(weekly: Path) -> None:
    told = drafted(weekly, "--set", "pathogen=SARSCOV2", "--set", "case_basis=CONF_LAB", "--set", "date_basis=UNK")
    assert "questions:" not in told.stdout
    assert "18" in told.output
    assert told.exit_code == 0, told.output


def test_a_constant_that_is_no_code_is_refused_with_those_that_are(weekly: Path) -> None:
    told = drafted(weekly, "--set", "measure_type=NEW")
    assert told.exit_code != 0
    assert "'NEW' is not a code of measure_type; known are CUMULATIVE, INCIDENT, PREVALENT" in told.stderr


@pytest.mark.parametrize(("stream", "what", "mend"), [
    ("Workbook", "a workbook of the old format (XLS)", "save it as a workbook of today (.xlsx)"),
    ("EncryptedPackage", "locked with a password", "Take the password off"),
])  # fmt: skip
def test_an_old_and_a_locked_workbook_are_told_apart_each_with_its_mend(
    tmp_path: Path, stream: str, what: str, mend: str
) -> None:
    sent = tmp_path / "weekly.xls"
    sent.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + stream.encode("utf-16-le") + bytes(512))
    told = drafted(sent)
    assert told.exit_code == 1
    assert what in told.stderr
    assert mend in told.stderr


@pytest.mark.parametrize("header", ["ИИН", "ЖСН", "TC Kimlik No", "Жшшир", "ФИО пациента", "ИИН / ЖСН"])
def test_who_sends_personal_numbers_is_to_be_asked_to_leave_them_out(tmp_path: Path, header: str) -> None:
    rows = "".join(f"{d}.07.2020;Алматинская область;{d};9001013{d}123\n" for d in range(10, 30))
    sent = tmp_path / "weekly_2020-07-27.csv"
    sent.write_text(f"Дата;Область;Случаи;{header}\n{rows}", encoding="utf-8")
    told = drafted(sent)
    assert re.search(rf'- "?{header}"?  # likely: a personal number.*ask the sender to leave it out', told.stdout)
    assert f"'{header}' is a personal number" in told.stderr
