"""A rule says which relations it looks at, and nothing of them that is not so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.declarations import load_declarations
from pipelines.declarations.model import TableRule
from pipelines.declarations.relations import Relation, relations, what_it_needs
from pipelines.errors import DeclarationError

TABLE = """\
table: tried
title: Tried
grain: One row is one try.
key: [region]
time: period_start
fields: {region: {required: true}, period_start: {required: true}, value: {}}
"""


HEAD = {"id": "tried-rule", "consequence": "flag", "sentence": {"en": "Wrong."}, "source": "none"}


def rule(sql: str) -> TableRule:
    return TableRule.model_validate({**HEAD, "fails_for": sql})


def test_relations_are_what_stands_in_braces_but_the_facts() -> None:
    looked_at = rule("FROM {facts} JOIN {table:cases} JOIN {series} JOIN {table:cases}")
    assert relations(looked_at) == (Relation("table", "cases"), Relation("series"))


@pytest.mark.parametrize(
    ("sql", "needed"),
    [
        ("FROM {facts}", "file"),
        ("FROM {facts} JOIN {populations}", "file"),  # declared, so at hand offline too
        ("FROM {facts} JOIN {places}", "file"),
        ("FROM {history}", "history"),
        ("FROM {series} JOIN {populations}", "history"),
        ("FROM {series} JOIN {table:cases}", "lake"),
        ("FROM {mirror:cases}", "lake"),
        ("FROM {new}", "history"),
        ("FROM {facts} JOIN {new:case_counts}", "lake"),
    ],
)
def test_what_a_rule_needs_follows_from_what_it_names(sql: str, needed: str) -> None:
    assert what_it_needs(rule(sql)) == needed


@pytest.mark.parametrize(
    ("totals", "fact", "told"),
    [
        ("{field: sex, total: F, new: M}", "value", "'sex' is not a field of the table tried"),
        ("{field: measure_type, total: SUM, new: INCIDENT}", "value", "'SUM' is not a code of measure_type"),
        ("{field: measure_type, total: CUMULATIVE, new: INCIDENT}", "row", "only a figure can be a running total"),
    ],
)
def test_what_a_table_says_of_its_totals_is_so(totals: str, fact: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "schemas/tables").mkdir(parents=True)
    table = TABLE.replace("value: {}", "measure_type: {}, value: {}") + f"totals: {totals}\nfact: {fact}\n"
    (tmp_path / "schemas/tables/tried.yaml").write_text(table, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        load_declarations(tmp_path, only="of/nobody")
    assert told in str(error.value)


FACTS = "SELECT * FROM {facts}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"fails_for": f"{FACTS} JOIN {{history}}"}, "needs: file, and its SQL needs the history"),
        ({"needs": "lake", "fails_for": FACTS}, "needs: lake, and its SQL needs the file"),
        ({"needs": "lake", "fails_for": f"{FACTS} JOIN lake.cases"}, "never by its own name"),
        ({"needs": "lake", "fails_for": "FROM {table:nowhere}"}, "there is no table 'nowhere'"),
        ({"needs": "lake", "fails_for": "FROM {mirror}"}, "'{mirror}' names no table"),
        ({"needs": "history", "fails_for": "FROM {history:cases}"}, "is written {history}"),
        ({"needs": "history", "fails_for": "FROM {new}"}, "the table tried has no `totals`"),
        ({"needs": "lake", "fails_for": "FROM {new:cases}"}, "the table cases has no `totals`"),
        ({"needs": "lake", "fails_for": "FROM {neighbours}"}, "is no relation; there are facts, history"),
        ({"fails_where": "value > 1", "looks_back_weeks": 2}, "looks back, and sees nothing but the file"),
        ({"needs": "history", "needs_weeks": 2, "fails_for": "FROM {series}"}, "needs 2 weeks and looks back 0"),
        (
            {"needs": "history", "needs_rows": {"history": {"value": [1]}}, "fails_for": "FROM {series}"},
            "needs rows of history, and its SQL does not name it",
        ),
        (
            {"needs": "history", "needs_rows": {"series": {"sex": ["F"]}}, "fails_for": "FROM {series}"},
            "'sex' is not a field of the table tried",
        ),
        (
            {"needs": "history", "needs_rows": {"series": {"value": ["F"]}}, "fails_for": "FROM {series}"},
            "'value' is a whole number, and 'F' is not",
        ),
        ({"fails_where": "value > 1", "compared_with": "other"}, "compared_with names a column of fails_for"),
    ],
)
def test_what_is_said_wrongly_is_refused(said: dict[str, object], told: str, tmp_path: Path) -> None:
    (tmp_path / "schemas/tables").mkdir(parents=True)
    (tmp_path / "schemas/tables/tried.yaml").write_text(TABLE, encoding="utf-8")
    (tmp_path / "expectations").mkdir()
    text = f"table: tried\nrules:\n  - {json.dumps({**HEAD, **said})}\n"
    (tmp_path / "expectations/tried.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        load_declarations(tmp_path, only="of/nobody")  # the rule is of a table: no source says anything of it
    assert told in str(error.value)
    assert "tried.yaml:3" in str(error.value)
