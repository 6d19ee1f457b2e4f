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

NAMED_SHEET, DOCUMENT, RECORDS, BUNDLE, BULK, TABLE, PACKED, TITLED, UNNAMED = (
    "uz/stranded_citizens",
    "kg/daily_counts",
    "tr/vaccinations",
    "hu/lab_results",
    "tm/lab_results",
    "kz/deaths_all_cause",
    "uz/hospital_capacity",
    "tm/vaccinations",
    "tm/case_notices",
)
OF_TEXT = {
    "broken-off": "row-too-short",
    "endless-line": "line-too-long",
    "half-packed": "broken-gzip",
    "invisible-mark": "control-character",
    "nothing-in-it": "empty-file",
    "nul-in-the-text": "nul-byte",
    "pages-in-a-cell": "unreadable-row",
    "quote-in-a-cell": "malformed-quote",
    "quote-never-closed": "unclosed-quote",
    "web-page": "not-delimited-text",
}
OF_JSON = {
    "key-twice": "duplicate-key",
    "lists-without-end": "nested-too-deep",
    "number-that-is-none": "no-json-number",
    "web-page": "not-json",
}
OF_RESOURCES = {
    **OF_JSON,
    "meaning-changed": "modifier-extension",
    "resource-lost": "dangling-reference",
    "resource-of-another-type": "unknown-resource",
    "resource-of-no-row": "resources-unused",
    "resource-twice": "duplicate-resource",
    "row-that-leads-to-two": "ambiguous-reference",
}
RULES = {
    NAMED_SHEET: {
        "blank-row-above-the-names": "no-header",
        "broken-off": "broken-workbook",
        "cells-merged": "merged-cells",
        "error-in-a-cell": "error-cell",
        "filled-to-the-last-column": "resource-limit",
        "formula-without-its-result": "formula-without-value",
        "locked-with-a-password": "locked-workbook",
        "macros-in-it": "unsafe-workbook",
        "row-hidden-by-a-filter": "hidden-cells",
        "rows-in-one-cell-each": "unsplit-cells",
        "sheet-not-agreed": "undeclared-sheet",
        "sheet-renamed": "missing-sheet",
        "sheet-that-is-hidden": "undeclared-sheet",
        "text-under-its-name": "not-a-workbook",
        "unpacks-without-end": "too-large",
        "workbook-of-the-old-format": "old-workbook",
    },
    DOCUMENT: {**OF_JSON, "broken-off": "broken-json", "key-beside-the-records": "unexpected-key"},
    RECORDS: {
        **OF_JSON,
        "broken-off": "broken-json",
        "key-beside-the-records": "unexpected-key",
        "keys-of-nothing-left-out": "missing-key",
    },
    BUNDLE: {
        **OF_RESOURCES,
        "broken-off": "broken-json",
        "bundle-of-another-type": "unfit-bundle",
        "page-of-several": "incomplete-bundle",
    },
    BULK: {
        **OF_RESOURCES,
        "broken-off": "broken-archive",
        "file-of-another-name": "unexpected-member",
        "locked-with-a-password": "locked-archive",
        "resource-that-is-not-taken-over": "resources-beside",
        "rows-in-two-files": "several-row-files",
        "sent-unpacked": "not-an-archive",
        "unpacks-without-end": "too-large",
        "way-out-of-the-archive": "unsafe-archive",
    },
    TABLE: {
        "another-number-of-rows-told": "row-count-differs",
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
        "unpacks-without-end": "too-large",
        "way-out-of-the-archive": "unsafe-archive",
    },
    TITLED: {**OF_TEXT, "names-lost": "header-not-found", "title-more": "rows-above-header"},
    UNNAMED: {
        **OF_TEXT,
        "column-added": "column-count-differs",
        "column-dropped": "column-count-differs",
        "names-in-a-file-without": "unexpected-header",
    },
}
NOTED = [  # what a note says only because of the fault: of a clean file it says something else, or is not there
    (TITLED, "title-more", "rows-above-header", "4"),
    (BULK, "resource-that-is-not-taken-over", "resources-beside", "Practitioner: 1"),
    (RECORDS, "keys-of-nothing-left-out", "missing-key", "of 243 records"),
    ("kg/hospital_capacity", "row-hidden-by-a-filter", "hidden-cells-taken", "11"),
    ("hu/case_counts", "row-that-stops-early", "short-row-not-reported", None),
]


IN_THE_LAST_ROW = {"broken-off", "nul-in-the-text", "quote-never-closed"}


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


@pytest.mark.parametrize(("name", "fault", "rule", "said"), NOTED)
def test_a_fault_that_stops_nothing_is_told_in_a_note_of_its_own(
    name: str, fault: str, rule: str, said: str | None, declared: Declarations, check: Check, tmp_path: Path
) -> None:
    clean = clean_file(asked_of(declared.sources[name], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    faulty = next(f for f in spoiled_files(clean, tmp_path) if f.name == fault)
    told = [
        [(f.value or "", f.facts) for f in check(file, name).verdict.findings if f.rule == rule]
        for file in (tmp_path / "clean" / faulty.path.name, faulty.path)
    ]
    assert told[0] != told[1]
    assert said is None or any(said in value for value, _ in told[1])
    assert said is None or not any(said in value for value, _ in told[0])


@pytest.mark.parametrize("name", [TITLED, UNNAMED, "az/deaths_all_cause"])
def test_a_fault_of_the_last_row_is_told_there_wherever_the_names_stand(
    name: str, declared: Declarations, check: Check, tmp_path: Path
) -> None:
    clean = clean_file(asked_of(declared.sources[name], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    for faulty in (f for f in spoiled_files(clean, tmp_path) if f.name in IN_THE_LAST_ROW):
        assert {finding.row for finding in check(faulty.path, name).verdict.findings} == {clean.places[-1]}, faulty.name


def test_an_unnamed_sheet_beside_the_one_that_is_read_may_not_be_there(declared: Declarations, tmp_path: Path) -> None:
    clean = clean_file(asked_of(declared.sources["uz/case_counts"], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    faults = {f.name: f.faults[0].rules[0] for f in spoiled_files(clean, tmp_path)}
    assert (faults["sheet-too-many"], faults["sheet-that-is-hidden"]) == ("several-sheets", "hidden-sheet")


def test_a_cell_of_pages_is_no_cell(declared: Declarations, check: Check, tmp_path: Path) -> None:
    clean = clean_file(asked_of(declared.sources["kg/vaccinations"], Worlds(declared, Window(3), 1, scale=0.05)))
    assert clean is not None
    faulty = next(f for f in spoiled_files(clean, tmp_path) if f.name == "pages-in-a-cell")
    assert [f.rule for f in check(faulty.path, faulty.source).verdict.findings] == ["unreadable-row"]
