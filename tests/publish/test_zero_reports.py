"""A zero report stands in a register of its own until its source says otherwise, and no row is ever made of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelines import flow
from pipelines.artefacts import Envelope
from pipelines.cli import main
from pipelines.declarations import load_declarations
from pipelines.declarations.delivers import Delivers
from pipelines.declarations.source import declared_columns
from pipelines.envelope import envelope_of
from pipelines.ledger import Ledger
from pipelines.settings import Settings

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
THIRD = HEAD + "2020-04-03T06:00:00Z,30,3,0,Астана\n"
WEEK, NEXT = "2020-04-01/2020-04-07", "2020-04-08/2020-04-14"


class Home:
    """A home to which one source sends."""

    def __init__(self, folder: Path) -> None:
        """Make an empty one."""
        self.folder = folder

    def salamat(self, *arguments: object) -> Result:
        home = self.folder / "home"
        return CliRunner().invoke(main, ["--home", str(home), *map(str, arguments)], catch_exceptions=False)

    def sends(self, text: str, *options: str) -> Result:
        file = self.folder / "kz.csv"
        file.write_text(text, encoding="utf-8")
        return self.salamat("run", file, "--source", "kz/case_counts", *options)

    def reports_zero(self, period: str = WEEK, *options: str) -> Result:
        return self.sends(HEAD, "--zero-report", period, *options)

    def withdraws(self, *what: str) -> None:
        assert self.salamat("withdraw", *what, "--because", "a mistake").exit_code == 0

    def ask(self, sql: str, *options: object) -> Any:
        return json.loads(self.salamat("query", sql, "--format", "json", *options).stdout)

    def zeros(self) -> list[tuple[str, str]]:
        """Give the zero reports that stand: the first day, and which delivery it was, counted from one."""
        asked = "SELECT period_start::VARCHAR AS day, submission_id AS name FROM zero_reports ORDER BY 1"
        return [(row["day"][5:], str(self.ids().index(row["name"]) + 1)) for row in self.ask(asked)]

    def ids(self) -> list[str]:
        return [row["id"] for row in self.ask("SELECT submission_id AS id FROM submissions ORDER BY received_at")]

    def held(self) -> str:
        """Give the delivery that waits for a person."""
        ledger = Ledger(Settings.from_environment({"SALAMAT_HOME": str(self.folder / "home")}))
        (standing,) = ledger.standing_at("held")
        return standing.delivery.delivery_id

    def rows(self) -> int:
        return int(self.ask("SELECT count(*) AS n FROM case_counts")[0]["n"])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_it_is_registered_for_its_days_and_makes_no_row(home: Home) -> None:
    said = home.reports_zero(WEEK, "--lang", "tr")
    assert (said.exit_code, "Sıfır bildirildi, dönem: 1 Nisan 2020" in said.stdout) == (0, True), said.stdout
    (row,) = home.ask("FROM zero_reports")
    assert (row["source"], row["reporting_country"], row["table_name"]) == ("kz/case_counts", "KZ", "case_counts")
    assert (row["period_start"], row["period_end"], [row["submission_id"]]) == (
        "2020-04-01",
        "2020-04-07",
        home.ids(),
    )
    (told,) = home.ask("SELECT kind, period_start, rows_read, facts_read FROM submissions")
    assert told == {"kind": "zero_report", "period_start": "2020-04-01", "rows_read": 0, "facts_read": 0}
    assert home.rows() == 0


def test_what_is_said_later_counts_and_the_zero_report_again_when_that_is_withdrawn(home: Home) -> None:
    home.reports_zero(WEEK)
    home.reports_zero(NEXT)
    home.sends(THIRD)
    assert (home.zeros(), home.rows()) == ([("04-08", "2")], 3)
    home.withdraws(home.ids()[2])
    assert (home.zeros(), home.rows()) == ([("04-01", "1"), ("04-08", "2")], 0)


def test_the_same_said_twice_is_one_report_and_the_first_counts(home: Home) -> None:
    home.reports_zero()
    assert home.reports_zero().exit_code == 0
    assert home.zeros() == [("04-01", "1")]
    home.withdraws(home.ids()[0])
    assert home.zeros() == [("04-01", "2")]


def test_it_is_withdrawn_and_its_withdrawal_too(home: Home) -> None:
    home.reports_zero()
    home.withdraws(home.ids()[0])
    assert home.zeros() == []
    home.withdraws(home.ids()[1])
    assert home.zeros() == [("04-01", "1")]


def test_days_that_are_withdrawn_are_not_reported_any_more(home: Home) -> None:
    home.reports_zero(WEEK)
    home.reports_zero(NEXT)
    home.withdraws("--source", "kz/case_counts", "--period", "2020-04-07/2020-04-07")
    assert home.zeros() == [("04-08", "2")]


def test_over_days_that_have_rows_it_waits_for_a_person_who_may_let_it_take_them_out(home: Home) -> None:
    home.sends(THIRD)
    said = home.reports_zero()
    assert (said.exit_code, "mass-drop" in said.stdout, home.rows(), home.zeros()) == (1, True, 3, [])
    held = home.held()
    assert home.salamat("decide", held, "--publish", "--because", "all were of another state").exit_code == 0
    assert (home.rows(), home.zeros()) == (0, [("04-01", "2")])


def test_a_source_that_may_drop_everything_is_asked_all_the_same(tmp_path: Path) -> None:
    every, settings = load_declarations(), Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    free = every.sources["kz/case_counts"].model_copy(update={"delivers": Delivers(hold_above_dropped_share=1)})
    declared, file = replace(every, sources={**every.sources, free.source: free}), tmp_path / "kz.csv"
    decisions = []
    for text, envelope in ((THIRD, Envelope()), (HEAD, envelope_of(zero_report=True, period=WEEK))):
        file.write_text(text, encoding="utf-8")
        outcome = flow.run(file, free.source, declared, settings, progress=lambda _: None, envelope=envelope)
        decisions.append(outcome.verdict.decision)
    assert decisions == ["accepted", "held"]


def test_an_old_zero_report_does_not_take_out_what_came_after_it(home: Home) -> None:
    home.reports_zero()
    home.sends(THIRD)
    assert "mass-drop" in home.reports_zero().stdout
    held = home.held()
    home.salamat("decide", held, "--publish", "--because", "was it meant?")
    assert "superseded" in home.salamat("status", "kz/case_counts").stdout
    assert (home.rows(), home.zeros()) == (3, [])


def test_a_line_list_reports_zero_as_counts_do(tmp_path: Path, home: Home) -> None:
    columns = declared_columns(load_declarations().sources["uz/cases"])
    (tmp_path / "royxat_1.csv").write_text(";".join(columns), encoding="ptcp154")
    said = home.salamat("run", tmp_path / "royxat_1.csv", "--zero-report", WEEK, "--lang", "uz")
    assert (said.exit_code, "Nol xabar qilindi" in said.stdout) == (0, True), said.stdout
    assert home.ask("SELECT table_name, (SELECT count(*) FROM cases) AS n FROM zero_reports") == [
        {"table_name": "cases", "n": 0}
    ]


def test_it_cannot_be_said_together_with_a_replacement(home: Home) -> None:
    assert home.sends(HEAD, "--zero-report", WEEK, "--replace", WEEK).exit_code == 2


def test_a_release_has_it(tmp_path: Path, home: Home) -> None:
    home.reports_zero()
    assert home.salamat("release", tmp_path / "out").exit_code == 0
    folder = next(path.parent for path in (tmp_path / "out").rglob("salamat.duckdb"))
    said = home.salamat(
        "query", "SELECT period_end::VARCHAR AS d FROM zero_reports", "--release", folder, "--format", "json"
    )
    assert json.loads(said.stdout) == [{"d": "2020-04-07"}]
