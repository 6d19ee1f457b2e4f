"""Declarations are read once by a process, and again as soon as one of their files is another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.declarations import load_declarations
from pipelines.errors import DeclarationError

FOLDER = Path(__file__).parents[1] / "eighth_state" / "declarations"


def test_a_changed_a_new_and_a_lost_file_are_seen(tmp_path: Path) -> None:
    own = tmp_path / "declarations"
    shutil.copytree(FOLDER, own)
    first = load_declarations(own)
    assert load_declarations(own) is first
    source = own / "schemas/sources/xe/cases.yaml"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("neither the state nor its list exists", "invented"), encoding="utf-8")
    assert load_declarations(own).sources["xe/cases"].title.endswith("invented")
    another = source.with_name("more_cases.yaml")
    another.write_text(text.replace("xe/cases", "xe/more_cases").replace("kazoj_", "pliaj_"), encoding="utf-8")
    assert "xe/more_cases" in load_declarations(own).sources
    source.unlink()
    assert "xe/cases" not in load_declarations(own).sources


def test_what_sources_share_is_read_again_when_it_has_changed_and_not_when_a_source_has(tmp_path: Path) -> None:
    own = tmp_path / "declarations"
    shutil.copytree(FOLDER, own)
    first = load_declarations(own)
    source = own / "schemas/sources/xe/cases.yaml"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("neither the state nor its list exists", "invented"), encoding="utf-8")
    second = load_declarations(own)
    assert (second.places is first.places, second.fields is first.fields) == (True, True)
    assert load_declarations(own, only="xe/cases").places is first.places
    names = own / "schemas/places/XE.names.csv"
    names.write_text(names.read_text(encoding="utf-8").replace("Nordo", "Nordlando"), encoding="utf-8")
    told = {name.name for name in load_declarations(own).place_names}
    assert told - {name.name for name in first.place_names} == {"Nordlando"}


def test_what_is_wrong_with_a_source_and_with_what_it_shares_is_told_together(tmp_path: Path) -> None:
    own = tmp_path / "declarations"
    shutil.copytree(FOLDER, own)
    source = own / "schemas/sources/xe/cases.yaml"
    source.write_text(source.read_text(encoding="utf-8").replace("table: cases", "table: kases"), encoding="utf-8")
    places = own / "schemas/places/XE.csv"
    places.write_text(places.read_text(encoding="utf-8").replace("region", "planet"), encoding="utf-8")
    with pytest.raises(DeclarationError) as told:
        load_declarations(own)
    assert {c.file.name for c in told.value.contradictions} >= {"cases.yaml", "XE.csv"}


def test_an_error_is_told_as_often_as_one_asks(tmp_path: Path) -> None:
    own = tmp_path / "declarations"
    shutil.copytree(FOLDER, own)
    (own / "schemas/sources/xe/cases.yaml").write_text("source: xe/cases\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DeclarationError):
            load_declarations(own)
