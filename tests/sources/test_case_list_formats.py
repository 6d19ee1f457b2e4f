"""National case lists, a few rows each: every fact stands in a golden file that was read beside the rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from pipelines import flow
from pipelines.settings import Settings
from tests.sources.real_files_page import on_the_page, told_by_rules

if TYPE_CHECKING:
    from pipelines.declarations import Declarations

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {
    "ar/cases": "argentina/sample_data.csv",
    "br/cases": "brazil_ceara/sample_data.csv",
    "ca/cases": "canada/sample_data.csv",
    "co/cases": "colombia/sample_data.csv",
    "ee/cases": "estonia/sample_data.csv",
    "gb/case_counts": "scotland/sample_data.csv",
    "gb/cases": "england/sample_data.csv",
    "hk/cases_2": "hongkong/sample_data.csv",
    "in/cases": "india/sample_data.json",
    "jp/cases": "japan/sample_data.json",
    "kr/cases": "republic_of_korea/sample_data.csv",
    "pe/cases": "peru/sample_data.csv",
    "py/cases": "paraguay/sample_data.csv",
    "th/cases": "thailand/sample_data.json",
    "tw/case_counts": "taiwan/sample_data.csv",
    "za/cases": "south_africa/sample_data.csv",
}


def file_of(name: str, real_data: Path) -> Path:
    return real_data / "formats_globalhealth" / FORMATS[name]


def told(outcome: flow.Outcome, declared: Declarations) -> list[list[str]]:
    """Give each fact: its row, its fate, the rules that it breaks, and every field that the source reads."""
    verdict = outcome.verdict
    assert verdict.harmonised, verdict.findings
    table = declared.tables[declared.sources[outcome.delivery.source].table]
    fields = [f for f in table.fields if f in verdict.harmonised.columns]
    rules = f"SELECT fact, string_agg(DISTINCT rule, ' ' ORDER BY rule) AS rules FROM '{verdict.problems}' GROUP BY 1"
    numbered = f"read_parquet('{verdict.harmonised.path}', file_row_number = true)"
    facts = duckdb.sql(
        f"SELECT source_row, coalesce(set_aside, fate, 'accepted'), rules, {', '.join(fields)}"
        f" FROM (SELECT *, file_row_number AS fact FROM {numbered})"
        f" LEFT JOIN '{verdict.fates}' USING (fact) LEFT JOIN ({rules}) USING (fact) ORDER BY source_row, fact"
    ).fetchall()
    said = [["" if value is None else str(value) for value in fact] for fact in facts]
    return [["source_row", "fate", "rules", *fields], *said]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_fact_of_a_national_case_list_is_the_expected_one(
    name: str, real_data: Path, declared: Declarations, tmp_path: Path
) -> None:
    file = file_of(name, real_data)
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    outcome = flow.check(file, name, declared, settings, tmp_path / "work", progress=lambda _: None)
    with (GOLDEN / f"{name.replace('/', '_')}.csv").open(encoding="utf-8", newline="") as lines:
        expected = list(csv.reader(lines))
    assert told(outcome, declared) == expected
    accounts = outcome.verdict.accounts
    assert accounts.facts == len(expected) - 1
    assert accounts.rows == len({row for row, *_ in expected[1:]})
    assert accounts.balanced()
    said, source = told_by_rules(outcome.verdict), declared.sources[name]
    assert on_the_page(name) == (source.table, accounts.rows, accounts.facts, accounts.facts_by_fate, said)


def test_every_golden_has_its_format() -> None:
    assert {file.stem for file in GOLDEN.glob("*.csv")} == {name.replace("/", "_") for name in FORMATS}
