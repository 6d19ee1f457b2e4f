"""The page of checks that look beyond a file names every one of them, and no other."""

from __future__ import annotations

from pathlib import Path

from pipelines.declarations import load_declarations
from pipelines.declarations.relations import relations
from tests.validate.beside import EVERY

PAGE = Path(__file__).parents[2] / "docs" / "checks-of-a-network.md"


def test_the_page_names_each_check_that_looks_beyond_a_file_and_it_has_a_breaking_row() -> None:
    lines = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = {(rule.strip("|` "), table, consequence) for rule, table, consequence, *_ in lines}
    declared = {
        (rule.id, table, rule.consequence)
        for table, rules in load_declarations().table_rules.items()
        for rule in rules
        if relations(rule)
    }
    assert told == declared
    assert len(lines) == len(told)
    assert {rule for rule, _, _ in told} == {case.rule for case in EVERY}
