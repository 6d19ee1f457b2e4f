"""A row that says DELETE takes its record out, by its key alone: now, as of before, and when it is withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines import lake
from pipelines.cli import main
from pipelines.declarations import load_declarations
from pipelines.errors import DeclarationError
from pipelines.ledger import Ledger
from pipelines.settings import Settings

SOURCE = """\
source: kz/register
title: a register
table: cases
language: [ru]
arrives: {by: upload, matching: "register*.csv"}
constants: {pathogen: SARSCOV2}
map:
  case_id: {from: id}
  region_notification: {from: region}
  report_date: {from: day, read: yyyy-MM-dd}
  sex: {from: sex}
  record_status: {from: status}
hold_above_rejected_share: 1
"""
HEAD = "id,region,day,sex,status\n"
FIRST = HEAD + "".join(f"c{n},Алматы,2021-03-0{n},ж,новая\n" for n in range(1, 5))
Send = Callable[..., Result]


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that declares the register: one for all, so that it is loaded once."""
    return _declared(tmp_path_factory.mktemp("declared"), SOURCE)


def _declared(folder: Path, source: str) -> Path:
    file = folder / "schemas/sources/kz/register.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(source, encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path, declared: Path) -> Path:
    (tmp_path / "declared").symlink_to(declared)
    return tmp_path / "home"


@pytest.fixture
def sent(tmp_path: Path, home: Path) -> Send:
    """Write rows as a file of the register and take it through a command."""

    def through(text: str, *options: str, command: str = "run") -> Result:
        file = tmp_path / "register.csv"
        file.write_text(text if text.startswith(HEAD) else HEAD + text, encoding="utf-8")
        return salamat(home, command, file, "--source", "kz/register", "--lang", "en", *options)

    return through


def salamat(home: Path, *arguments: object) -> Result:
    declared = home.parent / "declared"
    told = ["--home", home, "--declarations", declared, *arguments]
    return CliRunner().invoke(main, [*map(str, told)], catch_exceptions=False)


def settings(home: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(home)})


def known(home: Path, sql: str = "SELECT case_id FROM lake.cases ORDER BY 1") -> list[Any]:
    with lake.opened(settings(home)) as opened:
        found = opened.con.execute(sql).fetchall()
    return [row[0] if len(row) == 1 else row for row in found]


def newest(home: Path) -> str:
    return Ledger(settings(home)).standings()[-1].delivery.delivery_id


def test_a_row_that_says_delete_takes_out_its_record_and_needs_its_key_only(home: Path, sent: Send) -> None:
    sent(FIRST)
    said = sent("c2,,,,DELETE\nc3,Nowhere,no day,?,удалить\nc5,Алматы,2021-03-05,м,\n")
    assert said.exit_code == 0
    assert "2 rows deleted" in said.stdout
    assert known(home) == ["c1", "c4", "c5"]
    counts = "SELECT facts_read, facts_inserted, facts_set_aside, facts_rejected, rows_deleted FROM lake.submissions"
    assert known(home, f"{counts} ORDER BY received_at") == [(4, 4, 0, 0, 0), (3, 1, 2, 0, 2)]
    assert known(home, "SELECT source_column FROM lake.column_mappings WHERE field = 'record_status'") == ["status"] * 2


def test_the_past_keeps_what_was_deleted_and_a_withdrawal_brings_it_back(home: Path, sent: Send) -> None:
    sent(FIRST)
    sent("c2,,,,DELETE\n")
    with lake.opened(settings(home)) as opened:
        before, after = opened.snapshot() - 1, opened.snapshot()
    count = "SELECT count(*) FROM lake.cases AT (VERSION => {})"
    assert (known(home, count.format(before)), known(home, count.format(after))) == ([4], [3])
    assert salamat(home, "withdraw", newest(home), "--because", "c2 is a case after all").exit_code == 0
    assert known(home) == ["c1", "c2", "c3", "c4"]


def test_a_record_that_was_deleted_may_come_again(home: Path, sent: Send) -> None:
    sent(FIRST)
    sent("c2,,,,DELETE\n")
    sent("c2,Астана,2021-03-02,ж,новая\n")
    assert known(home) == ["c1", "c2", "c3", "c4"]


def test_a_preview_shows_what_would_be_gone(home: Path, sent: Send, tmp_path: Path) -> None:
    sent(FIRST)
    said = sent("c2,,,,DELETE\n", "--against-lake", "--changes", str(tmp_path / "all.csv"), command="check")
    assert said.exit_code == 0
    assert (tmp_path / "all.csv").read_text().splitlines()[1:] == ["gone,c2,,,"]
    assert known(home) == ["c1", "c2", "c3", "c4"]


def test_of_a_record_that_was_never_there_its_row_is_told_and_nothing_stops(home: Path, sent: Send) -> None:
    first = sent("c8,,,,DELETE\n", "--json")
    assert (first.exit_code, _told(first, "no-such-record")) == (0, [(2, "status", "c8", 1)])
    sent(FIRST)
    said = sent("c1,,,,DELETE\nc7,,,,DELETE\nc8,,,,DELETE\n", "--json")
    assert (said.exit_code, _told(said, "no-such-record")) == (0, [(3, "status", "c7", 2)])
    assert known(home) == ["c2", "c3", "c4"]


def test_a_word_that_is_in_no_list_rejects_its_row_and_deletes_nothing(home: Path, sent: Send) -> None:
    sent(FIRST)
    said = sent("c2,Алматы,2021-03-02,ж,erase\nc3,Алматы,2021-03-03,м,\n", "--json")
    assert _told(said, "unknown-code") == [(2, "status", "erase", 1)]
    assert known(home, "SELECT sex FROM lake.cases ORDER BY case_id") == ["F", "F", "M", "F"]


def test_a_row_that_says_delete_and_lacks_its_key_is_rejected(home: Path, sent: Send) -> None:
    sent(FIRST)
    said = sent(",Алматы,2021-03-02,ж,DELETE\nc3,Алматы,2021-03-03,м,\n", "--json")
    assert [row for row, *_ in _told(said, "missing-value")] == [2]
    assert known(home) == ["c1", "c2", "c3", "c4"]


def test_of_a_key_that_is_both_deleted_and_said_both_rows_are_rejected(home: Path, sent: Send) -> None:
    sent(FIRST)
    torn = "c2,,,,DELETE\nc2,Астана,2021-03-09,м,новая\nc4,Алматы,2021-03-04,ж,\nc4,Алматы,2021-03-04,ж,DELETE\n"
    torn += "c1,Алматы,2021-03-01,ж,\nc1,Алматы,2021-03-01,ж,новая\n"  # an empty cell and NEW/UPDATE are the same
    said = sent(torn + "c3,,,,DELETE\nc3,,,,DELETE\n", "--json")
    assert [row for row, *_ in _told(said, "conflicting-duplicate")] == [2, 3, 4, 5]
    assert known(home, "SELECT case_id, sex FROM lake.cases ORDER BY 1") == [("c1", "F"), ("c2", "F"), ("c4", "F")]


def test_a_replacement_that_deletes_a_record_in_so_many_words_is_no_file_that_was_cut_short(
    home: Path, sent: Send
) -> None:
    sent(FIRST)
    said = sent("c1,Алматы,2021-03-01,ж,\nc2,,,,DELETE\nc3,,,,DELETE\nc4,Алматы,2021-03-04,ж,\n", "--replace", "file")
    assert said.exit_code == 0, said.stdout
    assert known(home) == ["c1", "c4"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("table: cases", "table: case_counts", "'record_status' is not a field of the table case_counts"),
        ("constants: {", "constants: {record_status: DELETE, ", "comes from a column, or not at all"),
        ("hold_above", "unpivot: {into: outcome, columns: [outcome]}\nhold_above", "'unpivot' is for figures"),
    ],
)
def test_only_a_column_of_records_deletes_and_only_where_the_table_allows_it(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    folder = _declared(tmp_path, SOURCE.replace(before, after))
    with pytest.raises(DeclarationError, match=told):
        load_declarations(folder, only="kz/register")


def _told(said: Result, rule: str) -> list[tuple[Any, ...]]:
    told = json.loads(said.stdout)
    found = [*told["problems"], *told["notes"]]
    return [(f["row"], f["column"], f["value"], f["facts"]) for f in found if f["rule"] == rule]
