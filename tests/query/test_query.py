from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipelines import lake
from pipelines.declarations import load_declarations
from pipelines.errors import LakeError, NotARelease, QueryError
from pipelines.query import query
from pipelines.query.shown import fitting
from pipelines.release import release
from pipelines.settings import Settings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AWKWARD = ("=1+1", '"quoted", with comma', "two\nlines", "", None, "\ttab", "ő")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake with seven figures, whose notes are awkward, and a release of it under `out`."""
    home = tmp_path_factory.mktemp("query")
    settings = Settings.from_environment({"SALAMAT_HOME": str(home / "home")})
    declared = load_declarations()
    with lake.opened(settings) as opened:
        opened.ensure(declared, declared.tables["case_counts"])
        with opened.transaction("seven figures", lambda: NOW):
            opened.con.execute(
                "INSERT INTO lake.submissions (submission_id, source, reporting_country, received_at, recorded_at)"
                " VALUES ('s0', 'kz/case_counts', 'KZ', ?, ?)",
                [NOW, NOW],
            )
            for row, note in enumerate(AWKWARD):
                opened.con.execute(
                    "INSERT INTO lake.case_counts"
                    " (reporting_country, source, region, value, note, submission_id, period_start)"
                    " VALUES ('KZ', 'kz/case_counts', ?, ?, ?, 's0', DATE '2020-07-01')",
                    [f"KZ-{row}", row, note],
                )
        release(home / "out", opened, declared, NOW)
    return settings


@pytest.fixture
def out(settings: Settings) -> Path:
    """The folder of releases."""
    return settings.home.parent / "out"


NOTES = "SELECT region, value, note FROM case_counts ORDER BY region"


def test_a_table_says_how_many_rows_there_are(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert query(NOTES, settings, limit=3) == 3
    shown = capsys.readouterr().out
    assert "3 of 7 rows" in shown
    assert "KZ-2" in shown
    assert "KZ-3" not in shown
    assert query(NOTES, settings) == 7
    shown = capsys.readouterr().out
    assert "7 rows" in shown
    assert r"two\nlines" in shown
    assert "NULL" in shown


def test_times_dates_lists_and_markup_are_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    query(
        "SELECT received_at, [1, 2] AS many, '[red]x[/red]' AS marked, chr(27) || '[31m' AS hostile FROM submissions",
        settings,
    )
    shown = capsys.readouterr().out
    assert "2026-11-23 12:00:00" in shown
    assert "[1, 2]" in shown
    assert "[red]x[/red]" in shown
    assert "\x1b" not in shown


def test_csv_is_rfc_4180_and_alters_nothing(settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert query(NOTES, settings, format="csv") == 7
    written = capsysbinary.readouterr().out
    assert written.startswith(b"region,value,note\r\nKZ-0,0,=1+1\r\n")
    assert b'KZ-3,3,""\r\n' in written
    assert b"KZ-4,4,\r\n" in written
    found = list(csv.reader(io.StringIO(written.decode(), newline="")))
    assert [row[2] for row in found[1:]] == [note or "" for note in AWKWARD]


def test_json_is_an_array_with_exact_numbers(settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    query(NOTES, settings, format="json")
    found = json.loads(capsysbinary.readouterr().out)
    assert [(row["value"], row["note"]) for row in found] == list(enumerate(AWKWARD))
    query("SELECT 'nan'::DOUBLE AS a, 9007199254740993 AS b, DATE '2020-01-01' AS c, 0.5 AS d", settings, format="json")
    assert json.loads(capsysbinary.readouterr().out) == [
        {"a": None, "b": 9007199254740993, "c": "2020-01-01", "d": 0.5}
    ]
    query("SELECT 1 AS a WHERE false", settings, format="json")
    assert json.loads(capsysbinary.readouterr().out) == []


def test_a_file_is_put_in_place_whole_and_nothing_beside_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notes.parquet"
    assert query(NOTES, settings, format="parquet", out=file) == 7
    assert [row[2] for row in duckdb.sql(f"FROM '{file}'").fetchall()] == list(AWKWARD)
    with pytest.raises(QueryError):
        query("SELECT error('half way')", settings, format="csv", out=tmp_path / "no.csv")
    query(NOTES, settings, out=tmp_path / "notes.txt", limit=2)
    assert "2 of 7 rows" in (tmp_path / "notes.txt").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.parquet", "notes.txt"]
    with pytest.raises(QueryError, match="no folder"):
        query(NOTES, settings, format="csv", out=tmp_path / "nowhere" / "notes.csv")


def test_parquet_goes_to_standard_output_where_that_is_no_terminal(
    settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    query(NOTES, settings, format="parquet")
    assert capsysbinary.readouterr().out[:4] == b"PAR1"


def test_a_release_and_the_folder_of_releases_answer_the_same(
    settings: Settings, out: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    newest = out / (out / "latest").read_text().strip()
    answers = []
    for folder in (None, out, newest):
        query(NOTES, settings, release=folder, format="csv")
        answers.append(capsysbinary.readouterr().out)
    assert len(set(answers)) == 1
    assert query("SELECT * FROM trace('s0', 2, 'x')", settings, release=out) == 1


def test_a_release_can_be_read_while_another_reads_it(settings: Settings, out: Path) -> None:
    newest = out / (out / "latest").read_text().strip()
    with duckdb.connect(str(newest / "salamat.duckdb"), read_only=True):
        assert query("FROM codes LIMIT 1", settings, release=newest) == 1


def test_a_folder_that_is_no_release_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotARelease, match="is no release"):
        query("SELECT 1", settings, release=tmp_path)


def test_an_unknown_table_names_those_that_exist(settings: Settings, out: Path) -> None:
    with pytest.raises(
        QueryError, match=r"case_count does not exist(.|\n)*The tables here are: case_counts, check_results"
    ):
        query("SELECT * FROM case_count", settings)
    with pytest.raises(QueryError, match=r"The tables here are: (.|\n)*case_counts, case_counts_incident, cases"):
        query("SELECT * FROM case_count", settings, release=out)


@pytest.mark.parametrize(
    "wrong", ["SELEC 1", "SELECT no_such_column FROM case_counts", "SELECT 'a'::INTEGER", "SELECT 1) x (SELECT 2"]
)
def test_what_duckdb_says_is_what_the_user_is_told(settings: Settings, wrong: str) -> None:
    with pytest.raises(QueryError, match="Error: "):
        query(wrong, settings)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO case_counts (region) VALUES ('x')",
        "DELETE FROM case_counts",
        "WITH x AS (SELECT 1) UPDATE case_counts SET value = 0",
        "DROP TABLE case_counts",
        "CREATE TEMP TABLE x AS SELECT 1",
        "COPY case_counts TO 'x.csv'",
        "EXPORT DATABASE 'x'",
        "ATTACH 'x.duckdb'",
        "SET threads = 1",
        "USE memory",
        "CALL lake.merge_adjacent_files()",
        "CHECKPOINT",
        "EXPLAIN DELETE FROM case_counts",
        "EXPLAIN ANALYZE COPY case_counts TO 'x.csv'",
        "/* a */ EXPLAIN ANALYZE COPY case_counts TO 'x.csv'",
        "SELECT 1; DELETE FROM case_counts",
        "",
    ],
)
def test_what_could_change_anything_is_refused(
    settings: Settings, out: Path, statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for release_ in (None, out):
        with pytest.raises(QueryError, match="a query reads only"):
            query(statement, settings, release=release_)
    assert list(tmp_path.iterdir()) == []


def test_a_function_that_would_change_the_lake_cannot(settings: Settings) -> None:
    with pytest.raises(QueryError, match="read-only"):
        query("SELECT * FROM ducklake_expire_snapshots('lake', older_than => now())", settings)
    assert query("SELECT * FROM case_counts", settings) == 7


@pytest.mark.parametrize(
    "statement",
    [
        "FROM case_counts",
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
        "VALUES (1), (2)",
        "DESCRIBE case_counts",
        "SUMMARIZE case_counts",
        "SHOW TABLES",
        "EXPLAIN SELECT 1",
        "SELECT 1 AS a, 2 AS a -- a comment",
        "SELECT 1;",
        "-- first\nSELECT ';' AS semicolon;\n",
    ],
)
def test_what_only_reads_is_answered(
    settings: Settings, out: Path, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert query(statement, settings) > 0
    assert query(statement, settings, release=out) > 0
    assert capsys.readouterr().out


def test_the_limit_is_at_least_one_row(settings: Settings) -> None:
    with pytest.raises(QueryError, match="1 row or more"):
        query("SELECT 1", settings, limit=0)


def test_where_there_is_no_lake_the_error_says_so(tmp_path: Path) -> None:
    nowhere = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "none")})
    with pytest.raises(LakeError, match="nothing has been published there yet"):
        query("SELECT 1", nowhere)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_terminal_too_narrow_for_all_columns_shows_those_that_fit_and_says_how_many_not(
    width: int, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    query("SELECT * FROM case_counts", settings)
    whole = capsys.readouterr().out.splitlines()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    query("SELECT * FROM case_counts", settings)
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert max(map(len, whole)) > 200 >= width >= max(map(len, lines))
    head = [name.strip() for name in lines[1].strip("┃").split("┃")]
    every = [name.strip() for name in whole[1].strip("┃").split("┃")]
    at = head.index("…")
    assert head[:at] == every[:at]
    assert head[at + 1 :] == every[len(every) - len(head) + at + 1 :]
    left = len(every) - len(head) + 1
    assert f"7 rows; {left} of {len(every)} columns do not fit" in " ".join(" ".join(lines).split())


def test_a_few_rows_are_shown_whole_in_a_narrow_terminal_one_below_the_other(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    query("SELECT * FROM case_counts ORDER BY region LIMIT 2", settings)
    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    told = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    assert max(map(len, lines)) <= 60
    assert [value for name, value in told if name == "region"] == ["KZ-0", "KZ-1"]
    names = [name for name, _ in told]
    with lake.opened(settings) as opened:
        every = [row[0] for row in opened.con.execute("DESCRIBE lake.case_counts").fetchall()]
    assert names == every * 2
    assert any("2 rows" in line for line in lines)


def test_a_terminal_wide_enough_shows_every_column(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    query(NOTES, settings)
    assert "do not fit" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("widths", "width", "fit"),
    [
        ([5, 5, 5], 25, [0, 1, 2]),
        ([5, 5, 5, 5], 25, [0, None, 3]),
        ([5, 40, 5, 5], 32, [0, None, 3]),
        ([50, 50], 30, [0, None]),
        ([50], 30, [0]),
    ],
)
def test_columns_are_chosen_from_both_ends(widths: list[int], width: int, fit: list[int | None]) -> None:
    assert fitting(widths, width) == fit


@pytest.mark.parametrize("table", ["codes", "sources", "places", "place_names", "populations", "definition_breaks"])
def test_what_is_declared_is_asked_on_the_lake_as_on_a_release(
    table: str, settings: Settings, out: Path, tmp_path: Path
) -> None:
    asked = f"SELECT * FROM {table} ORDER BY ALL"
    for file, released in (("lake.json", None), ("release.json", out)):
        query(asked, settings, release=released, format="json", out=tmp_path / file)
    lake_, release_ = (json.loads((tmp_path / f).read_text(encoding="utf-8")) for f in ("lake.json", "release.json"))
    assert lake_ == release_ != []


def test_a_label_is_joined_on_the_lake(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    query(
        "SELECT DISTINCT n.name FROM case_counts c, places p JOIN place_names n USING (place_id)"
        " WHERE p.place_id = 'KZ-75' AND n.language = 'en' AND n.kind = 'name'",
        settings,
        format="csv",
    )
    assert capsys.readouterr().out.split() == ["name", "Almaty"]


def test_a_table_that_is_not_there_is_told_with_what_is_declared(settings: Settings) -> None:
    with pytest.raises(QueryError, match=r"Of what is declared: (.|\n)*codes, (.|\n)*places, (.|\n)*sources"):
        query("SELECT * FROM code", settings)
