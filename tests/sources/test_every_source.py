"""What holds for every source: nothing is lost, the register agrees with the lake, and every cell can be traced."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tests.sources.real_files_page import on_the_page, told_by_rules

if TYPE_CHECKING:
    from tests.sources.conftest import Ran


def test_every_row_and_every_fact_of_the_file_has_one_fate(each: Ran) -> None:
    accounts = each.outcome.verdict.accounts
    assert accounts.rows == len(each.records)
    assert accounts.rows == sum(accounts.rows_by_fate.values())
    assert accounts.facts == sum(accounts.facts_by_fate.values())


def test_the_page_on_real_files_says_what_became_of_this_one(each: Ran) -> None:
    accounts = each.outcome.verdict.accounts
    said = told_by_rules(each.outcome.verdict)
    source = each.source
    assert on_the_page(source.source) == (source.table, accounts.rows, accounts.facts, accounts.facts_by_fate, said)


def test_every_fact_that_is_accepted_is_a_row_of_the_lake(each: Ran) -> None:
    publication = each.outcome.publication
    assert publication is not None
    assert publication.inserted == each.outcome.verdict.accounts.facts_by_fate["accepted"]
    assert (publication.updated, publication.unchanged) == (0, 0)
    assert each.one("SELECT count(*) FROM {t}") == publication.inserted


def test_the_register_of_submissions_says_what_the_lake_holds(each: Ran) -> None:
    accounts = each.outcome.verdict.accounts
    told = each.one(
        "SELECT rows_read, facts_read, facts_inserted, facts_updated, facts_unchanged, facts_rejected, facts_set_aside"
        " FROM lake.submissions"
    )
    rows, facts, inserted, updated, unchanged, rejected, aside = told
    assert (rows, facts) == (accounts.rows, accounts.facts)
    assert facts == inserted + updated + unchanged + rejected + aside
    assert inserted == each.one("SELECT count(*) FROM {t}")
    assert rejected == each.one("SELECT count(DISTINCT (source_row, source_column)) FROM lake.rejected_facts")
    assert rejected == accounts.facts_by_fate.get("rejected", 0)


def test_every_row_leads_to_the_digest_of_its_file(each: Ran) -> None:
    digest = hashlib.sha256(each.file.read_bytes()).hexdigest()
    joined = "FROM {t} JOIN lake.submissions s USING (submission_id)"
    assert each.rows(f"SELECT DISTINCT s.sha256, s.file_name, s.source, s.table_name {joined}") == [
        (digest, each.file.name, each.source.source, each.source.table)
    ]
    assert each.one(f"SELECT count(*) {joined}") == each.one("SELECT count(*) FROM {t}")


def test_every_row_leads_to_its_row_in_the_file(each: Ran) -> None:
    first, last = each.one("SELECT min(source_row), max(source_row) FROM {t}")
    assert (first, last) <= (len(each.cells), len(each.cells))
    assert first >= each.first_row


def test_every_figure_of_a_wide_file_stands_in_the_cell_to_which_it_leads(each: Ran) -> None:
    if each.source.unpivot is None:
        assert each.rows("SELECT DISTINCT source_column FROM {t}") == [(None,)]
        return
    found = each.rows(f"SELECT source_row, source_column, {each.source.unpivot.into} FROM {{t}}")
    at = {column: i for i, column in enumerate(each.header)}
    codes = each.declared.codes.get(each.declared.fields[each.source.unpivot.into].codes or "")
    sent = {code.code: code.standard_code for code in codes.codes} if codes else {}
    assert [f for f in found if float(each.cells[f[0] - 1][at[f[1]]]) != float(sent.get(f[2], f[2]))] == []
    assert len({(row, column) for row, column, _ in found}) == len(found)


def test_every_field_leads_to_its_column_and_every_record_to_its_own_row(each: Ran) -> None:
    columns = dict(each.rows("SELECT field, source_column FROM lake.column_mappings WHERE source_column IS NOT NULL"))
    assert columns == {field: mapping.from_ for field, mapping in each.source.map.items()}
    assert set(columns.values()) <= set(each.header)
    for field in set(columns) & set(each.declared.tables[each.source.table].key):
        if each.declared.fields[field].type == "text":
            at, meant = each.header.index(columns[field]), each.source.map[field].codes
            found = each.rows(f"SELECT source_row, {field} FROM {{t}}")
            written = [(row, text, each.cells[row - 1][at]) for row, text in found]
            assert [w for w in written if meant.get(w[2], w[2]) != w[1]] == []


def test_no_text_of_the_state_tier_is_published_by_a_source_that_is_not_asked_for_it(each: Ran) -> None:
    table = each.declared.tables[each.source.table]
    guarded = {f for f in table.fields if each.declared.fields[f].tier == "state"}
    assert guarded & set(each.source.map) == ({"preconditions_text"} if each.source.source == "hu/cases" else set())
    for field in guarded - set(each.source.map):
        assert each.one(f"SELECT count({field}) FROM {{t}}") == 0
