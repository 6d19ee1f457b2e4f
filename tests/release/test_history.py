"""What a release says of the past: for every publication, each table is what the lake was then."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipelines import flow, lake
from pipelines.artefacts import Envelope, Release
from pipelines.errors import QueryError
from pipelines.moment import Moment
from pipelines.query import query
from pipelines.query.of_the_lake import named
from pipelines.release import release
from pipelines.settings import Settings
from pipelines.steps import Steps
from pipelines.verify import verify

if TYPE_CHECKING:
    from pipelines.declarations import Declarations

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
DAY = "2020-{},{},1,0,{}\n"
START = datetime(2020, 7, 6, 8, tzinfo=UTC)  # a Monday
SENT = (  # what is sent on this day after the start: the running totals of the source's days
    (0, (("06-30T06:00:00Z", 100, "Астана"), ("07-02T06:00:00Z", 300, "Астана"))),
    (1, (("06-30T06:00:00Z", 101, "Астана"), ("07-03T06:00:00Z", 310, "Шымкент"))),
    (9, (("06-30T06:00:00Z", 101, "Астана"), ("07-02T06:00:00Z", 290, "Астана"))),
    (9, (("07-03T06:00:00Z", 311, "Шымкент"), ("07-04T06:00:00Z", 320, "Шымкент"))),  # in the very same instant
    (11, (("07-04T06:00:00Z", 321, "Шымкент"),)),
)
WITHDRAWN = 10  # on this day the fourth delivery is withdrawn: 310 stands again, and 320 stands no more


@dataclass(frozen=True)
class Told:
    """A lake whose every publication is known, and a release of it."""

    settings: Settings
    cut: Release

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.cut.folder / "salamat.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> Told:
    home = tmp_path_factory.mktemp("history")
    settings = Settings.from_environment({"SALAMAT_HOME": str(home / "home")})
    sent = [_send(home, settings, declared, *told) for told in SENT[:-1]]
    steps = Steps(declared, settings, lambda: START + timedelta(days=WITHDRAWN))
    flow.withdraw(Envelope("withdraw", withdraws=sent[-1], because="of another state"), "kz/case_counts", steps)
    _send(home, settings, declared, *SENT[-1])
    with lake.opened(settings) as opened:
        return Told(settings, release(home / "out", opened, declared, START + timedelta(days=30)))


def _send(home: Path, settings: Settings, declared: Declarations, days: int, figures: Any) -> str:
    file, at = home / "kz.csv", START + timedelta(days=days)
    file.write_text(HEAD + "".join(DAY.format(*figure) for figure in figures), encoding="utf-8")
    return flow.run(file, "kz/case_counts", declared, settings, lambda: at, lambda _: None).delivery.delivery_id


@pytest.fixture
def publications(told: Told) -> Iterator[list[tuple[int, datetime, lake.Lake]]]:
    """Every moment at which anything was published, with the last snapshot of it."""
    with lake.opened(told.settings, read_only=True) as opened:
        last = f"SELECT max(snapshot_id), recorded_at FROM ({lake.PUBLICATIONS}) GROUP BY 2 ORDER BY 2"
        yield [(snapshot, at, opened) for snapshot, at in opened.con.execute(last).fetchall()]


def test_as_of_each_publication_a_release_says_what_the_lake_was_then(
    told: Told, publications: list[tuple[int, datetime, lake.Lake]]
) -> None:
    assert len(publications) == 5
    for snapshot, at, opened in publications:
        then = opened.con.execute(f"SELECT * FROM {opened.as_of('case_counts', snapshot)} ORDER BY ALL").fetchall()
        assert told.rows(f"SELECT * EXCLUDE (recorded_at) FROM case_counts_as_of('{at}') ORDER BY ALL") == then
        just_before = at - timedelta(microseconds=1)
        assert told.rows(f"SELECT * EXCLUDE (recorded_at) FROM case_counts_as_of('{just_before}') ORDER BY ALL") != then


def test_the_histories_hold_every_version_with_its_time_and_who_ended_it(told: Told) -> None:
    found = told.rows(
        "SELECT value, recorded_at - TIMESTAMP '2020-07-06 08:00:00', superseded_at - TIMESTAMP '2020-07-06 08:00:00',"
        " superseded_by = max(submission_id) OVER (ORDER BY recorded_at ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING)"
        " FROM case_counts_history WHERE indicator = 'CASES' AND region = 'KZ-71' AND period_start = '2020-06-30'"
        " ORDER BY recorded_at"
    )
    assert found == [(100, timedelta(), timedelta(days=1), True), (101, timedelta(days=1), None, None)]


def test_revisions_say_what_was_changed_taken_back_and_said_again(told: Told) -> None:
    found = told.rows(
        "SELECT day(r.period_start), revision, (revised_at::DATE - DATE '2020-07-06')::INT, s.kind, value_before,"
        " value, value_change, fields_changed FROM case_counts_revisions r JOIN submissions s USING (submission_id)"
        " WHERE indicator = 'CASES' ORDER BY 3, 1"
    )
    assert found == [
        (30, "changed", 1, "add_update", 100, 101, 1, "value"),
        (2, "changed", 9, "add_update", 300, 290, -10, "value"),
        (3, "changed", 9, "add_update", 310, 311, 1, "value"),
        (3, "changed", 10, "withdraw", 311, 310, -1, "value"),
        (4, "gone", 10, "withdraw", 320, None, None, None),
        (4, "returned", 11, "add_update", 320, 321, 1, "value"),
    ]


def test_a_reporting_triangle_has_what_was_known_at_the_end_of_each_period(told: Told) -> None:
    asked = "SELECT reference_period, recorded_period, lag, value FROM case_counts_reporting_triangle('week', {})"
    of_astana = (
        "WHERE region = 'KZ-71' AND indicator = 'CASES' AND period_start = '2020-07-02' ORDER BY recorded_period"
    )
    weeks = [
        row[0]
        for row in told.rows(
            "SELECT DISTINCT recorded_period::VARCHAR FROM case_counts_reporting_triangle('week', 9) ORDER BY 1"
        )
    ]
    assert weeks == ["2020-07-06", "2020-07-13"]
    assert [row[2:] for row in told.rows(f"{asked.format(9)} {of_astana}")] == [(1, 300), (2, 290)]
    assert [row[2:] for row in told.rows(f"{asked.format(1)} {of_astana}")] == [(1, 300)]
    days = told.rows(
        "SELECT lag, value FROM case_counts_reporting_triangle('day', 99)"
        " WHERE region = 'KZ-71' AND indicator = 'CASES' AND period_start = '2020-06-30' ORDER BY lag"
    )
    assert days == [(6, 100), (7, 101), (15, 101), (16, 101), (17, 101)]


def test_a_line_list_counts_the_rows_that_were_known(told: Told) -> None:
    assert told.rows("SELECT * FROM cases_reporting_triangle('week', 9)") == []


def test_series_are_parted_where_a_definition_breaks_and_a_sum_across_is_flagged(told: Told) -> None:
    found = told.rows(
        "SELECT period_start::VARCHAR, comparable_segment, comparable_since::VARCHAR, comparable_until::VARCHAR,"
        " break_id FROM case_counts_comparable WHERE indicator = 'CASES' AND region = 'KZ-71' ORDER BY 1"
    )
    assert found == [
        ("2020-06-30", 1, None, "2020-07-01", None),
        ("2020-07-02", 2, "2020-07-01", "2020-08-01", "KZ-2020-feed"),
    ]
    sums = "SELECT indicator, count(DISTINCT comparable_segment) > 1 FROM case_counts_comparable GROUP BY 1 ORDER BY 1"
    assert told.rows(sums) == [("CASES", True), ("DEATHS", False), ("RECOVERED", False)]


def test_a_sum_across_a_break_is_flagged_or_refused_and_one_of_several_places_is_not(told: Told) -> None:
    of = "FROM case_counts_comparable WHERE indicator = 'CASES'"
    sums = f"SELECT region, is_across_break(region, comparable_segment) {of} GROUP BY 1 ORDER BY 1"
    assert told.rows(sums) == [("KZ-71", True), ("KZ-79", False)]
    assert told.rows(f"SELECT is_across_break(region, comparable_segment) {of}") == [(True,)]
    total = f"SELECT comparable_sum(value, region, comparable_segment) {of}"
    assert told.rows(f"{total} AND period_start > '2020-07-01'") == [(290 + 310 + 321,)]
    assert told.rows(f"{total} AND (region <> 'KZ-71' OR period_start < '2020-07-01')") == [(101 + 310 + 321,)]
    with pytest.raises(duckdb.InvalidInputException, match="this sum goes across a break of a definition"):
        told.rows(total)
    joined = """SELECT count(*) FROM (FROM case_counts_comparable WHERE indicator = 'CASES') AS a
        JOIN (FROM case_counts_comparable WHERE indicator = 'CASES') AS b USING (region, comparable_segment)
        WHERE region = 'KZ-71' AND a.period_start <> b.period_start"""
    assert told.rows(joined) == [(0,)]


def test_the_same_snapshot_gives_the_same_histories_whatever_was_merged(
    told: Told, declared: Declarations, tmp_path: Path
) -> None:
    with lake.opened(told.settings) as opened:
        opened.tend()
        again = release(tmp_path / "out", opened, declared, START + timedelta(days=60))

    def digests(made: Release) -> dict[str, str]:
        found = sorted((made.folder / "parquet").rglob("*.parquet"))
        return {str(f.relative_to(made.folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in found}

    assert digests(again) == digests(told.cut)
    assert "parquet/case_counts_superseded/KZ/2020.parquet" in digests(again)


def test_a_release_with_corrections_and_a_withdrawal_is_whole(told: Told) -> None:
    found = verify(told.cut.folder, told.settings)
    assert found.problems == ()
    assert found.rows["case_counts_superseded"] > 0


def test_a_release_is_asked_as_of_a_moment_like_the_lake(
    told: Told, publications: list[tuple[int, datetime, lake.Lake]], capsys: pytest.CaptureFixture[str]
) -> None:
    sql = "SELECT region, period_start, indicator, value FROM case_counts ORDER BY ALL"
    for _, at, _ in publications:
        moment = Moment(at.replace(tzinfo=UTC), "then")
        answers = []
        for where in (told.cut.folder, None):
            query(sql, told.settings, release=where, as_of=moment, format="csv")
            captured = capsys.readouterr()
            assert "as of then: the last publication was " in captured.err
            answers.append(captured.out)
        assert answers[0] == answers[1]


def test_macros_views_and_registers_of_a_release_follow_the_moment(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    def asked(sql: str, days: float) -> str:
        moment = Moment(START + timedelta(days=days), "then")
        query(sql, told.settings, release=told.cut.folder, as_of=moment, format="csv")
        return capsys.readouterr().out.split()[-1]

    assert asked("SELECT count(*) FROM submissions", 5) == "2"
    assert asked("SELECT count(DISTINCT submission_id) FROM check_results", 5) == "2"
    assert asked("SELECT max(cumulative_value) FROM case_counts_incident WHERE region = 'KZ-71'", 5) == "300"
    assert asked("SELECT sum(value) FROM region_values('CASES')", 5) == str(101 + 300 + 310)
    assert asked("SELECT count(*) FROM case_counts_revisions", 5) == "1"
    assert asked("SELECT count(*) FROM case_counts_history WHERE superseded_at > '2020-07-11 08:00'", 5) == "0"
    assert asked("SELECT count(*) FROM case_counts_reporting_triangle('week', 9) WHERE indicator = 'CASES'", 5) == "3"
    assert asked("SELECT count(*) FROM case_counts", -1) == "0"
    assert asked("SELECT count(*) > 100 FROM codes", -1) == "true"
    with pytest.raises(QueryError, match="is after this release was cut"):
        asked("SELECT 1", 31)


ASKED = [
    "SELECT * FROM case_counts_history",
    "SELECT * FROM case_counts_superseded",
    "SELECT * FROM case_counts_revisions",
    "SELECT * FROM case_counts_comparable",
    "SELECT * FROM case_counts_incident",
    "SELECT * FROM case_counts_reporting_triangle('week', 9)",
    "SELECT * FROM case_counts_reporting_triangle('day', 99)",
    "SELECT * FROM CASE_COUNTS_AS_OF('2020-07-15T09:00Z')",
    "SELECT * FROM region_values('CASES')",
    "SELECT * FROM definition_breaks",
    "SELECT c.value, t.sha256, t.source_row FROM case_counts c, trace(c.submission_id, c.source_row, 'x') t",
    "SELECT sum(value), is_across_break(region, comparable_segment) FROM case_counts_comparable GROUP BY region",
]


ITS_OWN = "SELECT * FROM region_values('CASES')"  # gives the table's own columns; a lake's has no recorded_at


def test_the_lake_answers_what_its_release_answers(told: Told, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for sql in ASKED:
        answers = []
        for where in (told.cut.folder, None):
            query(f"{sql} ORDER BY ALL", told.settings, release=where, format="csv")
            answers.append(capsysbinary.readouterr().out)
        assert answers[1] == answers[0] or sql == ITS_OWN, sql
        assert answers[1].count(b"\r\n") > 1, sql


@pytest.mark.parametrize("days", [5, 9, 10])
def test_of_a_moment_the_lake_answers_what_its_release_answers(
    told: Told, days: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """All at once: to make the past of a release takes longer than to ask it."""
    every = (f"SELECT {n} AS asked, CAST(to_json(row) AS VARCHAR) FROM ({sql}) AS row" for n, sql in enumerate(ASKED))
    asked, moment = f"FROM ({' UNION ALL '.join(every)}) ORDER BY ALL", Moment(START + timedelta(days=days), "then")
    answers = []
    for where in (told.cut.folder, None):
        query(asked, told.settings, release=where, as_of=moment, format="csv")
        lines = capsys.readouterr().out.splitlines()[1:]
        answers.append([[line for line in lines if line.startswith(f"{n},")] for n, _ in enumerate(ASKED)])
    for sql, of_release, of_lake in zip(ASKED, *answers, strict=True):
        assert of_lake == of_release or sql == ITS_OWN, sql
        assert of_lake or (days == 5 and "superseded" in sql), sql


def test_before_the_first_publication_the_lakes_histories_are_empty(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    before = Moment(START - timedelta(days=1), "then")
    calls = ("reporting_triangle('week', 9)", "as_of('2021-01-01')")
    for view in ("history", "superseded", "revisions", "comparable", *calls):
        query(f"SELECT count(*) FROM case_counts_{view}", told.settings, as_of=before, format="csv")
        assert capsys.readouterr().out.split()[-1] == "0"


def test_a_history_of_a_table_that_is_not_there_is_an_error_that_names_what_is(told: Told) -> None:
    with pytest.raises(QueryError, match=r"rates_history does not exist(.|\n)*The tables here are: case_counts"):
        query("SELECT * FROM rates_history", told.settings)


def test_a_statement_that_names_none_of_them_reads_no_declarations(told: Told) -> None:
    assert not named("SELECT region, sum(value) FROM case_counts GROUP BY 1", told.settings)
    assert named("SELECT * FROM Case_Counts_History", told.settings)
    assert named("FROM trace('a', 1, 'b')", told.settings)
    assert named("FROM case_counts JOIN codes ON code = indicator", told.settings)


def test_the_page_shows_how_two_moments_are_compared_on_a_release_and_on_the_lake(
    told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Path(__file__).parents[2] / "docs" / "for-researchers.md"
    (sql,) = re.findall(
        r"```sql\n(SELECT region, period_start, indicator, a\.value.*?)\n```", page.read_text("utf-8"), re.DOTALL
    )
    sql = sql.replace("2021-03-01", "2020-07-06").replace("2021-06-01", "2020-07-16")
    for where in (told.cut.folder, None):
        query(sql, told.settings, release=where, format="csv")
        figures = [line for line in capsys.readouterr().out.splitlines() if "CASES" in line]
        assert figures == [
            "KZ-71,2020-06-30,CASES,100,101",
            "KZ-71,2020-07-02,CASES,300,290",
            "KZ-79,2020-07-03,CASES,,310",
        ]
