"""Files of every format are spoiled as wholes, and each of them is refused by the rule that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.declarations import Declarations
from pipelines.simulate.asked import asked_of
from pipelines.simulate.faults import clean_file, spoiled_files
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from tests.simulate.conftest import Check

NAMED_SHEET, DOCUMENT, BUNDLE, TABLE, PACKED = (
    "uz/stranded_citizens",
    "kg/daily_counts",
    "hu/lab_results",
    "kz/deaths_all_cause",
    "uz/hospital_capacity",
)
RULES = {
    NAMED_SHEET: {
        "blank-row-above-the-names": "no-header",
        "broken-off": "broken-workbook",
        "cells-merged": "merged-cells",
        "error-in-a-cell": "error-cell",
        "formula-without-its-result": "formula-without-value",
        "locked-with-a-password": "locked-workbook",
        "macros-in-it": "unsafe-workbook",
        "row-hidden-by-a-filter": "hidden-cells",
        "rows-in-one-cell-each": "unsplit-cells",
        "sheet-not-agreed": "undeclared-sheet",
        "sheet-renamed": "missing-sheet",
        "sheet-that-is-hidden": "undeclared-sheet",
        "text-under-its-name": "not-a-workbook",
        "workbook-of-the-old-format": "old-workbook",
    },
    DOCUMENT: {
        "broken-off": "broken-json",
        "key-beside-the-records": "unexpected-key",
        "key-twice": "duplicate-key",
        "lists-without-end": "nested-too-deep",
        "number-that-is-none": "no-json-number",
        "web-page": "not-json",
    },
    BUNDLE: {
        "broken-off": "broken-json",
        "bundle-of-another-type": "unfit-bundle",
        "key-twice": "duplicate-key",
        "lists-without-end": "nested-too-deep",
        "meaning-changed": "modifier-extension",
        "number-that-is-none": "no-json-number",
        "page-of-several": "incomplete-bundle",
        "resource-lost": "dangling-reference",
        "resource-of-another-type": "unknown-resource",
        "resource-of-no-row": "resources-unused",
        "resource-twice": "duplicate-resource",
        "web-page": "not-json",
    },
    TABLE: {
        "broken-off": "broken-parquet",
        "list-in-a-column": "unfit-column",
        "number-that-is-none": "not-finite",
        "text-under-its-name": "not-parquet",
    },
    PACKED: {
        "broken-off": "broken-archive",
        "file-of-another-name": "unexpected-member",
        "file-twice": "several-members",
        "locked-with-a-password": "locked-archive",
        "sent-unpacked": "not-an-archive",
        "way-out-of-the-archive": "unsafe-archive",
    },
}


@pytest.mark.parametrize("name", RULES)
def test_a_file_that_is_spoiled_as_a_whole_is_found_by_its_rule(
    name: str, declared: Declarations, check: Check, tmp_path: Path
) -> None:
    clean = clean_file(asked_of(declared.sources[name], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    found = dict[str, set[str]]()
    for faulty in spoiled_files(clean, tmp_path):
        verdict = check(faulty.path, name).verdict
        found[faulty.name] = {finding.rule for finding in verdict.findings} & {*faulty.faults[0].rules}
        assert verdict.decision == "refused" or faulty.faults[0].consequence == "note", faulty.name
    assert found.keys() == RULES[name].keys()
    assert [fault for fault, rule in RULES[name].items() if rule not in found[fault]] == []


def test_an_unnamed_sheet_beside_the_one_that_is_read_may_not_be_there(declared: Declarations, tmp_path: Path) -> None:
    clean = clean_file(asked_of(declared.sources["uz/case_counts"], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    faults = {f.name: f.faults[0].rules[0] for f in spoiled_files(clean, tmp_path)}
    assert (faults["sheet-too-many"], faults["sheet-that-is-hidden"]) == ("several-sheets", "hidden-sheet")
