"""A value below what can be measured is a number and its comparator, in every form; never the number alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.declarations import load_declarations
from tests.harmonise.conftest import through

SOURCE = """\
source: kz/small
title: small
table: {table}
language: [ru]
arrives: {{by: upload, matching: "small*.csv"}}
decode: {{delimiter: ";", decimal: "{decimal}", thousands: "{thousands}", nothing: [н/д]}}
map:
{key}
"""
DAILY = """\
  patient_pseudonym: {from: id}
  assessment_date: {from: day, read: yyyy-MM-dd}
  crp_mg_per_l: {from: crp}
  haemoglobin_g_per_l: {from: hb}
  creatinine_umol_per_l: {from: crea, unit: mg/dL}"""
HEAD = "id;day;crp;hb;crea\n"
ASKED = "SELECT * EXCLUDE (source_row, source_column, set_aside)"


def read(
    folder: Path, cells: str, key: str = DAILY, decimal: str = ",", thousands: str = "none", asked: str = ASKED
) -> dict[str, Any]:
    file = folder / "schemas/sources/kz/small.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {"table": "clinical_daily", "decimal": decimal, "thousands": thousands, "key": key}
    file.write_text(SOURCE.format(**told), encoding="utf-8")
    declared = load_declarations(folder, only="kz/small")
    made = through(HEAD + f"p1;2021-03-01;{cells}\n", "kz/small", declared, folder)
    found = duckdb.sql(f"{asked} FROM '{made.path}'")
    return dict(zip(found.columns, found.fetchall()[0], strict=True)) | {"columns": made.columns}


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "value", "comparator"),
    [
        ("<0,5", ",", "none", 0.5, "<"),
        ("< 0.5", ".", "none", 0.5, "<"),
        ("<=0,5", ",", "none", 0.5, "<="),
        ("≤0,5", ",", "none", 0.5, "<="),
        ("≥ 300", ",", "none", 300, ">="),
        (">1 000", ",", "space", 1000, ">"),
        (">=5", ",", "none", 5, ">="),
        ("0,5", ",", "none", 0.5, None),
        ("", ",", "none", None, None),
        ("н/д", ",", "none", None, None),
    ],
)
def test_a_bound_is_its_number_and_its_comparator(
    tmp_path: Path, cell: str, decimal: str, thousands: str, value: float, comparator: str
) -> None:
    said = read(tmp_path, f"{cell};120;", decimal=decimal, thousands=thousands)
    assert (said["crp_mg_per_l"], said["crp_comparator"]) == (value, comparator)
    assert said["columns"]["crp_comparator"] == "crp"
    assert said["problems"] is None


@pytest.mark.parametrize("cell", ["<", "<<5", "<abc", "~5", "5<", "<0.5", "=5", "<= >5", "-<5"])
def test_what_is_no_bound_of_a_number_is_a_problem_and_gives_no_number(tmp_path: Path, cell: str) -> None:
    said = read(tmp_path, f"{cell};120;")
    assert (said["crp_mg_per_l"], said["crp_comparator"]) == (None, None)
    assert said["problems"]["crp_mg_per_l"] in {"wrong-number-form", "not-a-number"}


def test_where_the_table_has_no_comparator_a_bound_is_no_number(tmp_path: Path) -> None:
    said = read(tmp_path, "1;<120;")
    assert (said["haemoglobin_g_per_l"], said["problems"]["haemoglobin_g_per_l"]) == (None, "wrong-number-form")


def test_a_bound_is_converted_to_the_unit_of_its_field(tmp_path: Path) -> None:
    said = read(tmp_path, "1;120;<0,5")
    assert (round(said["creatinine_umol_per_l"], 1), said["creatinine_comparator"]) == (44.0, "<")


def test_where_a_column_of_its_own_has_the_comparator_the_number_has_none(tmp_path: Path) -> None:
    own = DAILY.replace("haemoglobin_g_per_l", "crp_comparator")
    asked = "SELECT crp_mg_per_l, crp_comparator, problems"
    assert read(tmp_path, "0,5;>=;", own, asked=asked) | {"columns": 0} == {
        "crp_mg_per_l": 0.5,
        "crp_comparator": ">=",
        "problems": None,
        "columns": 0,
    }
    said = read(tmp_path, "<0,5;;", own, asked=asked)
    assert (said["crp_mg_per_l"], said["problems"]["crp_mg_per_l"]) == (None, "wrong-number-form")
