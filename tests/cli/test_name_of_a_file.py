"""A file under a name that no source takes: its sender hears which name was agreed, and what kind of file came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main

GOOD = Path(__file__).resolve().parents[2] / "docs/examples/kz_april.csv"
HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
OLD = HEAD + "Workbook".encode("utf-16-le")
LOCKED = HEAD + "EncryptedPackage".encode("utf-16-le")


def check(folder: Path, name: str, data: bytes, *options: str) -> Result:
    file = folder / name
    file.write_bytes(data)
    return CliRunner().invoke(main, ["check", str(file), *options], catch_exceptions=False)


def told(result: Result) -> list[tuple[str, str | None, str | None]]:
    assert result.exit_code == 1, result.output
    document = json.loads(result.stdout)
    assert document["decision"] == "refused"
    named = {"unexpected-file-name", "old-workbook", "locked-workbook", "not-a-workbook", "not-delimited-text"}
    return [(p["rule"], p["value"], p["expected"]) for p in document["problems"] if p["rule"] in named]


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("kasallanish_20210104.xls", OLD, "old-workbook"),
        ("kasallanish_20210104.xls", LOCKED, "locked-workbook"),
        ("KASALLANISH_20210104.XLSB", b"what is no workbook", "not-a-workbook"),
        ("tirkelgen_20210104.xls", OLD, "not-delimited-text"),
    ],
)
def test_another_ending_is_told_beside_what_kind_of_file_it_is(
    name: str, data: bytes, rule: str, tmp_path: Path
) -> None:
    agreed = "tirkelgen_20210104.csv" if name.startswith("tirkelgen") else "kasallanish_20210104.xlsx"
    said = {found[0]: found for found in told(check(tmp_path, name, data, "--json"))}
    assert said.keys() == {rule, "unexpected-file-name"}
    assert said["unexpected-file-name"] == ("unexpected-file-name", name, agreed)


@pytest.mark.parametrize("name", ["kz_april.txt", "KZ_APRIL.CSV"])
def test_a_file_that_is_right_but_for_its_name_is_read_and_refused_for_its_name_alone(
    name: str, tmp_path: Path
) -> None:
    result = check(tmp_path, name, GOOD.read_bytes(), "--json")
    assert [rule for rule, _, _ in told(result)] == ["unexpected-file-name"]
    assert json.loads(result.stdout)["facts"]["by_fate"]["accepted"] > 0


@pytest.mark.parametrize("name", ["kasallanish_20210104.xlsx.md5", "kasallanish_20210104.docx", "kasallanish"])
def test_what_only_lies_beside_a_table_is_no_delivery(name: str, tmp_path: Path) -> None:
    assert check(tmp_path, name, b"0f0f").exit_code == 2


def test_a_name_that_no_source_takes_is_told_in_the_language_with_the_nearest_names(tmp_path: Path) -> None:
    said = check(tmp_path, "kasalanish-2021.xlsx", b"", "--lang", "kk")
    assert said.exit_code == 2
    assert "kasalanish-2021.xlsx атты немесе осындай атты файлды алатын сипатталған дереккөз жоқ." in said.output
    assert "[No declared source is called kasalanish-2021.xlsx" in said.output
    assert "Ең жақындары: kasallanish_20210104.xlsx (uz/case_counts)" in said.output


def test_a_source_that_is_misspelt_is_told_in_the_language_with_the_nearest_ones(tmp_path: Path) -> None:
    said = check(tmp_path, "a.csv", b"", "--source", "kz/case_count", "--lang", "tr")
    assert "En yakınları: kz/case_counts" in said.output


def test_a_file_without_anything_near_is_told_without_a_guess(tmp_path: Path) -> None:
    said = check(tmp_path, "Xqwy.docx", b"")
    assert "unknown-source: No declared source is called Xqwy.docx" in said.output
    assert "Nearest" not in said.output
