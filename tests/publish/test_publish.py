"""One transaction or nothing; the same again changes nothing; a correction is told apart from what stands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines import flow, lake, publish
from pipelines.declarations import Declarations, load_declarations
from pipelines.declarations.decoding import Sheets
from pipelines.errors import SalamatError, StoreError
from pipelines.ledger import Ledger
from pipelines.settings import Settings

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
FIRST = HEAD + "2020-04-01T06:00:00Z,10,1,0,Астана\n2020-04-01T06:00:00Z,20,2,0,Шымкент\n"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHAT = ("Kasallanganlar", "Sogʻayganlar", "Vafot etganlar", "Testlar soni")


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})


@pytest.fixture
def send(tmp_path: Path, settings: Settings, declared: Declarations) -> Callable[[str], flow.Outcome]:
    moments = iter(NOW + timedelta(seconds=i) for i in range(10_000))

    def sent(text: str) -> flow.Outcome:
        file = tmp_path / "kz.csv"
        file.write_text(text, encoding="utf-8")
        return flow.run(file, "kz/case_counts", declared, settings, lambda: next(moments), lambda _: None)

    return sent


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with lake.opened(settings) as opened:
        return opened.con.execute(sql).fetchall()


def counts(outcome: flow.Outcome) -> tuple[int, int, int]:
    assert outcome.publication is not None
    return outcome.publication.inserted, outcome.publication.updated, outcome.publication.unchanged


def test_what_is_published_can_be_read_with_its_lineage(send: Any, settings: Settings) -> None:
    assert counts(send(FIRST)) == (6, 0, 0)
    sql = """SELECT region, value, source_row, source_column, s.sha256 = d.sha256 FROM lake.case_counts c
             JOIN lake.submissions s USING (submission_id), (SELECT sha256 FROM lake.submissions LIMIT 1) d
             WHERE indicator = 'CASES' ORDER BY region"""
    assert rows(settings, sql) == [("KZ-71", 10, 2, "Confirmed", True), ("KZ-79", 20, 3, "Confirmed", True)]


def test_the_same_bytes_again_are_a_delivery_that_changes_nothing(send: Any, settings: Settings) -> None:
    first, second = send(FIRST), send(FIRST)
    assert first.delivery.delivery_id != second.delivery.delivery_id
    assert counts(second) == (0, 0, 6)
    assert [f.value for f in second.verdict.findings if f.rule == "same-bytes-again"] == [first.delivery.delivery_id]
    assert rows(settings, "SELECT DISTINCT submission_id FROM lake.case_counts") == [(first.delivery.delivery_id,)]


def test_a_correction_updates_its_keys_and_leaves_the_others(send: Any, settings: Settings) -> None:
    send(FIRST)
    assert counts(send(FIRST.replace("10,1", "11,1") + "2020-04-02T06:00:00Z,30,3,1,Астана\n")) == (3, 1, 5)
    told = "region = 'KZ-71' AND indicator = 'CASES'"
    changed = f"SELECT value, source_row FROM lake.case_counts WHERE {told} ORDER BY period_start"
    assert rows(settings, changed) == [(11, 2), (30, 4)]


def test_a_rejected_value_never_takes_the_place_of_a_good_one(send: Any, settings: Settings) -> None:
    send(FIRST)
    outcome = send(FIRST.replace("10,1", "1O,1"))
    assert outcome.verdict.decision == "partly-accepted"
    assert counts(outcome) == (0, 0, 5)
    assert (10,) in rows(settings, "SELECT value FROM lake.case_counts WHERE indicator = 'CASES'")
    told = "SELECT rule, field, source_row, source_column FROM lake.rejected_facts"
    assert rows(settings, told) == [("not-a-number", "value", 2, "Confirmed")]


def test_publishing_once_more_under_the_same_declarations_does_nothing(
    send: Any, settings: Settings, declared: Declarations
) -> None:
    outcome = send(FIRST)
    again = flow.reprocess(outcome.delivery.delivery_id, declared, settings, progress=lambda _: None)
    assert again.publication is not None
    assert again.publication.repeated
    assert again.publication.recorded_at == outcome.publication.recorded_at
    assert rows(settings, "SELECT count(*) FROM lake.submissions") == [(1,)]


def test_reprocessing_under_mended_declarations_publishes_anew(tmp_path: Path, send: Any, settings: Settings) -> None:
    outcome = send(FIRST)
    extra = tmp_path / "more/schemas/sources/kz"
    extra.mkdir(parents=True)
    (tmp_path / "more/expectations").mkdir()
    mended = load_declarations(tmp_path / "more")
    again = flow.reprocess(outcome.delivery.delivery_id, mended, settings, progress=lambda _: None)
    assert again.publication is not None
    assert again.publication.repeated  # nothing that is declared has changed
    text = "source: kz/none\ntitle: n\ntable: rates\nlanguage: [kk]\narrives: {matching: n}\nmap:\n"
    text += "  rate: {from: a}\nconstants: {region: KZ, period_type: D, period_start: 2020-01-01, pathogen: SARSCOV2, "
    text += "rate_indicator: PNEUMONIA_SHARE, rate_unit: PERCENT}\n"
    (extra / "none.yaml").write_text(text, encoding="utf-8")
    again = flow.reprocess(
        outcome.delivery.delivery_id, load_declarations(tmp_path / "more"), settings, progress=lambda _: None
    )
    assert again.publication is not None
    assert (again.publication.repeated, counts(again)) == (False, (0, 0, 6))
    assert rows(settings, "SELECT count(*) FROM lake.submissions") == [(1,)]


@pytest.mark.parametrize("broken", ["_apply", "_register", "_submission"])
def test_a_failure_in_the_middle_leaves_nothing_behind(
    send: Any, settings: Settings, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send(FIRST)
    before = rows(settings, "SELECT * FROM lake.case_counts ORDER BY ALL")
    writing: Any = vars(sys.modules["pipelines.publish"])["_Writing"]  # the module: its function's name would hide it
    real = getattr(writing, broken)

    def done_then_broken(*arguments: object) -> None:
        real(*arguments)
        raise OSError("no space left on device")

    monkeypatch.setattr(writing, broken, done_then_broken)
    with pytest.raises(StoreError, match="no space left"):
        send(FIRST.replace("10,1", "99,1"))
    assert rows(settings, "SELECT * FROM lake.case_counts ORDER BY ALL") == before
    for register in lake.REGISTERS:
        told = rows(settings, f"SELECT DISTINCT submission_id FROM lake.{register}")
        assert told in ([], [(first.delivery.delivery_id,)])
    monkeypatch.undo()
    assert counts(send(FIRST.replace("10,1", "99,1"))) == (0, 1, 5)


def test_a_refused_delivery_leaves_no_trace_in_the_lake_and_its_reason_in_the_ledger(
    send: Any, settings: Settings
) -> None:
    send(FIRST)
    before = rows(settings, "SELECT * FROM lake.case_counts ORDER BY ALL")
    outcome = send(FIRST.replace("Deaths", "Dead"))
    assert (outcome.verdict.decision, outcome.publication) == ("refused", None)
    assert rows(settings, "SELECT * FROM lake.case_counts ORDER BY ALL") == before
    standing = Ledger(settings).standing(outcome.delivery.delivery_id)
    assert standing.state == "refused"
    assert "missing-column" in standing.entries[-1].reason


def test_a_held_delivery_waits_and_publishes_nothing(send: Any, settings: Settings, declared: Declarations) -> None:
    half = HEAD + "".join(f"2020-04-0{d}T06:00:00Z,{d},x,y,Астана\n" for d in range(1, 9))
    outcome = send(half)
    assert outcome.verdict.decision == "held"
    assert Ledger(settings).standing(outcome.delivery.delivery_id).entries[-1].reason == "too-many-rejected"
    with lake.opened(settings) as opened, pytest.raises(SalamatError, match="held"):
        publish.publish(outcome.verdict, declared.sources["kz/case_counts"], declared, opened, lambda: NOW)
    assert rows(settings, "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake'") == [(0,)]


def test_the_ledger_follows_the_lake_where_a_process_died_between_them(
    send: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Ledger.record

    def dies_before_it_is_written(self: Ledger, delivery_id: str, state: Any, *more: Any) -> None:
        if state == "published":
            raise KeyboardInterrupt
        real(self, delivery_id, state, *more)

    monkeypatch.setattr(Ledger, "record", dies_before_it_is_written)
    with pytest.raises(KeyboardInterrupt):
        send(FIRST)
    monkeypatch.undo()
    (standing,) = Ledger(settings).standings()
    assert standing.state == "validated"
    assert flow.reconcile(settings) == [standing.delivery.delivery_id]
    assert [e.state for e in Ledger(settings).standings()[0].entries][-2:] == ["validated", "published"]
    assert flow.reconcile(settings) == []
    assert counts(send(FIRST)) == (0, 0, 6)


def test_the_ledger_tells_every_state_with_its_time(send: Any, settings: Settings) -> None:
    outcome = send(FIRST)
    entries = Ledger(settings).standing(outcome.delivery.delivery_id).entries
    assert [e.state for e in entries] == ["received", "decoded", "harmonised", "validated", "published"]
    assert [e.at for e in entries] == sorted(e.at for e in entries)
    assert entries[-1].reason == "6 inserted, 0 updated, 0 unchanged"


def test_each_row_of_several_sheets_is_published_with_its_sheet_and_the_row_that_it_shows(
    tmp_path: Path, settings: Settings, declared: Declarations
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Toshkent"
    sent = {"Toshkent": [f"{n:02}.04.2020" for n in (*range(1, 8), 32)], "Nukus!": ["08.04.2020"]}
    for name, days in sent.items():
        page = book[name] if name in book.sheetnames else book.create_sheet(name)
        page.append(["Sana", "Viloyat", *(f"{what}, jami" for what in WHAT)])
        for day in days:
            page.append([day, "Toshkent sh.", 1, 2, 3, 4])
    book.save(tmp_path / "kasallanish_1.xlsx")
    source = declared.sources["uz/case_counts"]
    several = source.decode.model_copy(update={"sheets": Sheets(read=("*",))})
    changed = {**declared.sources, source.source: source.model_copy(update={"decode": several})}
    ours = replace(declared, sources=changed)

    outcome = flow.run(tmp_path / "kasallanish_1.xlsx", source.source, ours, settings, lambda: NOW, lambda _: None)

    placed = "SELECT DISTINCT period_start, source_sheet, source_row FROM lake.case_counts ORDER BY 1"
    assert [row[1:] for row in rows(settings, placed)] == [*(("Toshkent", n) for n in range(2, 9)), ("Nukus!", 2)]
    rejected = "SELECT DISTINCT rule, source_sheet, source_row, source_column FROM lake.rejected_facts"
    assert rows(settings, rejected) == [("not-a-date", "Toshkent", 9, "Sana")]
    (found,) = (f for f in outcome.verdict.findings if f.rule == "not-a-date")
    assert (found.sheet, found.row, found.place()) == ("Toshkent", 9, "sheet Toshkent, row 9, column Sana")
