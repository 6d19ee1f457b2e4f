"""A level for every day becomes spells; no day is lost, none is filled in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.artefacts import Harmonised
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.lint_spells import wrong_spells
from pipelines.errors import Refused

from .conftest import Run, through

WIDE = """\
source: kz/levels
title: levels
table: measures
language: [en]
arrives: {by: upload, matching: "levels*.csv"}
decode: {nothing: [NA], header: {unnamed: number}}
constants: {measure_indicator: C1}
map: {region: {from: r}}
unpivot: {into: measure_value, columns: dates, name_is: {field: measure_start_date, read: ddMMMyyyy}}
spells: {of: measure_value, per: [region, measure_indicator], until: measure_end_date, numbered: measure_id}
ignore: [number]
"""
LONG = """\
source: kz/long_levels
extends: levels
arrives: {by: upload, matching: "long*.csv"}
map: {measure_value: {from: v}, measure_start_date: {from: d, read: yyyy-MM-dd}}
unpivot: null
title: levels, one row for each day
"""


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    folder = tmp_path_factory.mktemp("declared")
    file = folder / "schemas/sources/kz/levels.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(WIDE, encoding="utf-8")
    file.with_name("long_levels.yaml").write_text(LONG, encoding="utf-8")
    return load_declarations(folder)


@pytest.fixture
def run(tmp_path: Path, declared: Declarations) -> Run:
    """Decode and harmonise a text under one of the declarations."""

    def made(name: str, text: str) -> Harmonised:
        return through(text, name, declared, tmp_path)

    return made


def facts(harmonised: Harmonised, columns: str, where: str = "set_aside IS NULL") -> list[tuple[Any, ...]]:
    order = "source_row, measure_start_date"
    return duckdb.sql(f"SELECT {columns} FROM '{harmonised.path}' WHERE {where} ORDER BY {order}").fetchall()


SPELL = "measure_id, source_column, measure_value, measure_end_date"


def test_days_with_one_level_are_one_spell_and_each_other_day_is_accounted_for(run: Run) -> None:
    found = run("kz/levels", ",r,30Jan2020,31Jan2020,01Feb2020,02Feb2020,03Feb2020\n1,Astana,0,0,2,2,0\n")
    assert facts(found, SPELL) == [
        ("KZ-71:C1:2020-01-30", "30Jan2020", 0, date(2020, 1, 31)),
        ("KZ-71:C1:2020-02-01", "01Feb2020", 2, date(2020, 2, 2)),
        ("KZ-71:C1:2020-02-03", "03Feb2020", 0, None),
    ]
    assert (found.facts, found.set_aside) == (5, {"same-spell": 2})


def test_a_day_that_says_nothing_breaks_a_spell_and_is_not_filled_in(run: Run) -> None:
    found = run("kz/levels", ",r,01Feb2020,02Feb2020,03Feb2020,04Feb2020\n1,Astana,1,NA,1,\n")
    assert facts(found, SPELL) == [
        ("KZ-71:C1:2020-02-01", "01Feb2020", 1, date(2020, 2, 1)),
        ("KZ-71:C1:2020-02-03", "03Feb2020", 1, None),
    ]
    assert found.set_aside == {"not-reported": 2}


def test_a_level_that_cannot_be_read_is_no_part_of_a_spell_and_keeps_its_problem(run: Run) -> None:
    rows = "1,Astana,1,x,1\n2,Atlantis,1,1,1\n3,Shymkent,1,1,1\n"
    found = run("kz/levels", ",r,01Feb2020,02Feb2020,03Feb2020\n" + rows)
    told = "source_row, problems['measure_value'], problems['region']"
    unknown = [(3, None, "unknown-place")] * 3
    assert facts(found, told, "problems IS NOT NULL") == [(2, "not-a-number", None), *unknown]
    spells = facts(found, "source_row, measure_end_date", "set_aside IS NULL AND problems IS NULL")
    assert spells == [(2, date(2020, 2, 1)), (2, None), (4, None)]
    assert found.set_aside == {"same-spell": 2}


def test_two_levels_on_one_day_bear_one_number_so_that_none_is_chosen_in_silence(run: Run) -> None:
    found = run("kz/levels", ",r,01Feb2020\n1,Astana,1\n2,Astana,2\n")
    both = [("KZ-71:C1:2020-02-01", 1, None), ("KZ-71:C1:2020-02-01", 2, None)]
    assert facts(found, "measure_id, measure_value, set_aside", "true") == both


def test_a_month_of_no_language_of_the_source_makes_no_day(run: Run) -> None:
    found = run("kz/levels", ",r,01Feb2020,02Foo2020\n1,Astana,1,1\n")
    assert dict(facts(found, "source_column, problems['measure_start_date']")) == {
        "01Feb2020": None,
        "02Foo2020": "not-a-date",
    }


def test_a_long_file_of_levels_becomes_spells_as_well_in_whatever_order_its_rows_stand(run: Run) -> None:
    found = run("kz/long_levels", "r,d,v\nAstana,2020-02-03,2\nAstana,2020-02-02,1\nAstana,2020-02-01,1\n")
    assert facts(found, "source_row, measure_value, measure_end_date") == [(2, 2, None), (4, 1, date(2020, 2, 2))]
    assert found.set_aside == {"same-spell": 1}


def test_two_columns_without_a_name_are_not_told_apart_and_the_file_is_refused(run: Run) -> None:
    with pytest.raises(Refused) as refused:
        run("kz/levels", ",r,,01Feb2020\n1,Astana,2,1\n")
    assert [found.rule for found in refused.value.findings] == ["duplicate-column"]


def test_spells_need_a_day_a_level_and_series(declared: Declarations) -> None:
    source, table = declared.sources["kz/levels"], declared.tables["measures"]
    given = {"region", "measure_indicator", "measure_value", "measure_start_date"}
    assert list(wrong_spells(source, table, given)) == []
    (lacking,) = wrong_spells(source, table, given - {"measure_value"})
    assert "'measure_value' gets no value" in lacking[0]
    (figure,) = wrong_spells(source, table.model_copy(update={"fact": "measure_value"}), given)
    assert "is a figure and no spell" in figure[0]
    of_days = source.spells.model_copy(update={"per": ("measure_start_date",)}) if source.spells else None
    told = wrong_spells(source.model_copy(update={"spells": of_days}), table, given)
    assert ["tells no series apart" in what for what, _ in told] == [True]
