"""As of a moment every table is what a reader could see then, by `recorded_at` and by no other clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines import flow, lake
from pipelines.cli import main
from pipelines.declarations import load_declarations
from pipelines.errors import LakeError, QueryError
from pipelines.moment import Moment
from pipelines.query import query
from pipelines.settings import Settings

HEAD = "Date,Confirmed,Recovered,Deaths,Region\n"
FIRST = HEAD + "2020-04-01T06:00:00Z,10,1,0,Астана\n"
SECOND = HEAD + "2020-04-01T06:00:00Z,11,1,0,Астана\n2020-04-02T06:00:00Z,30,1,0,Астана\n"
DEATHS = "date,NR,Neme,Kor,Alapbetegségek\n"
MONDAY, TUESDAY, FRIDAY = (datetime(2021, 3, day, 8, tzinfo=UTC) for day in (1, 2, 5))
SAID = "SELECT period_start, value FROM case_counts WHERE indicator = 'CASES' ORDER BY ALL"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake of two publications: on Monday, and a correction on Friday; then its small files were merged."""
    home = tmp_path_factory.mktemp("as_of")
    settings = Settings.from_environment({"SALAMAT_HOME": str(home / "home")})
    declared = load_declarations()
    for text, at in ((FIRST, MONDAY), (SECOND, FRIDAY)):
        file = home / "kz.csv"
        file.write_text(text, encoding="utf-8")
        flow.run(file, "kz/case_counts", declared, settings, lambda at=at: at, lambda _: None)  # type: ignore[misc]
    with lake.opened(settings) as opened:
        opened.tend()
        with opened.transaction("a table more", lambda: FRIDAY + timedelta(hours=1)):
            opened.ensure(declared, declared.tables["rates"])
    return settings


def asked(settings: Settings, sql: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(settings.home), "query", sql, "--format", "csv", *options])


def figures(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.rpartition(",")[2] for line in result.stdout.split()[1:]]


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2021-03-01T08:00Z", ["10"]),
        ("2021-03-01", ["10"]),
        ("2021-03-05T07:59:59.999999Z", ["10"]),
        ("2021-03-05T13:00+05:00", ["11", "30"]),
        ("2021-03-05", ["11", "30"]),
        ("2021-03-04", ["10"]),
    ],
)
def test_a_table_is_what_a_reader_could_see_then(settings: Settings, moment: str, seen: list[str]) -> None:
    assert figures(asked(settings, SAID, "--as-of", moment)) == seen
    assert figures(asked(settings, SAID.replace("case_counts", "lake.case_counts"), "--as-of", moment)) == seen
    deliveries = asked(settings, "SELECT count(*) FROM submissions", "--as-of", moment)
    assert figures(deliveries) == [str(len(seen))]


def test_it_is_told_which_publication_was_the_last_and_how_the_moment_was_read(settings: Settings) -> None:
    result = asked(settings, "SELECT submission_id FROM submissions", "--as-of", "2021-03-02T09:00")
    (delivery,) = figures(result)
    assert result.stderr == (
        "salamat: as of 2021-03-02 09:00 UTC (no zone is said, so it is UTC): "
        f"the last publication was {delivery}, recorded 2021-03-01 08:00:00 UTC\n"
    )


def test_before_the_first_publication_every_table_is_empty_and_it_is_said(settings: Settings) -> None:
    result = asked(settings, "SELECT count(*) AS n, sum(value) AS total FROM case_counts", "--as-of", "2021-02-28")
    assert result.stdout.split() == ["n,total", "0,"]
    assert "nothing was published yet, so every table is empty" in result.stderr


def test_a_table_that_came_later_is_empty_before(settings: Settings) -> None:
    assert figures(asked(settings, "SELECT count(*) FROM rates", "--as-of", "2021-03-05T08:30Z")) == ["0"]


def test_a_moment_in_the_future_or_none_is_refused(settings: Settings) -> None:
    for moment, told in (("2999-01-01", "has not come yet"), ("Tuesday", "is no moment")):
        result = asked(settings, SAID, "--as-of", moment)
        assert (result.exit_code, result.stdout) == (2, "")
        assert told in result.stderr


def test_where_nothing_was_ever_published_it_is_said(tmp_path: Path) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    with lake.opened(settings):
        pass
    with pytest.raises(QueryError, match="nothing has been published"):
        query(SAID, settings, as_of=Moment(TUESDAY, "Tuesday"))


def test_recorded_moments_run_in_the_order_of_commits_even_where_the_clock_goes_back(unclocked: lake.Lake) -> None:
    for minutes, expected in ((0, 0), (-5, 0), (3, 3)):
        with unclocked.transaction("one more", lambda m=minutes: MONDAY + timedelta(minutes=m)) as at:  # type: ignore[misc]
            unclocked.con.execute(f"CREATE TABLE lake.t{minutes + 5} (a INTEGER)")
        assert at == MONDAY + timedelta(minutes=expected)


def test_a_publication_that_does_not_say_when_is_an_error_and_never_guessed(unclocked: lake.Lake) -> None:
    unclocked.con.execute("BEGIN")
    unclocked.con.execute("CREATE TABLE lake.old (a INTEGER)")
    unclocked.con.execute("CALL lake.set_commit_message('salamat', 'of an early version')")
    unclocked.con.execute("COMMIT")
    with pytest.raises(LakeError, match="does not say when its snapshot 1 was recorded"):
        unclocked.published_by(FRIDAY)


@pytest.fixture
def unclocked(tmp_path: Path) -> Iterator[lake.Lake]:
    """An empty lake."""
    with lake.opened(Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})) as opened:
        yield opened
