"""Two releases side by side: what one says and the other does not, by salamat diff and in plain DuckDB."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from pipelines.cli import main
from pipelines.declarations import Declarations
from pipelines.diff import Differences, diff, write_rows
from pipelines.errors import QueryError
from pipelines.release import release
from pipelines.settings import Settings
from tests.release.conftest import DAYS, NOW, settings_in, written

PAGE = Path(__file__).parents[2] / "docs" / "for-researchers.md"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, declared: Declarations) -> tuple[Path, Path]:
    """A release, and the next: two figures corrected, one withdrawn, one new, and a rejected fact less."""
    home = tmp_path_factory.mktemp("diff")
    with written(home / "home", declared) as made:
        a = release(home / "out", made.lake, declared, NOW)
        made.run("UPDATE lake.case_counts SET value = 111, note = 'mended' WHERE value = 110")
        made.run("UPDATE lake.case_counts SET value = 77 WHERE value = 72")
        made.run("DELETE FROM lake.case_counts WHERE region = 'HU-BU'")
        made.put_count(region="KZ-79", period_start=DAYS[0], value=0)
        made.run("DELETE FROM lake.rejected_facts WHERE rule = 'not-a-number'")
        b = release(home / "out", made.lake, declared, NOW)
    return a.folder, b.folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path / "home")


def by_table(found: Differences) -> dict[str, Any]:
    return {table.table: table for table in found.tables if not table.is_alike}


def test_each_table_tells_rows_of_one_side_changed_rows_and_their_fields(
    two: tuple[Path, Path], settings: Settings
) -> None:
    found = diff(*two, settings)
    unlike = by_table(found)
    counts = unlike["case_counts"]
    assert (counts.rows, counts.only_in, counts.changed) == ((31, 31), (1, 1), 2)
    assert counts.fields == {"value": 2, "note": 1}
    assert unlike["rejected_facts"].only_in == (1, 0)
    assert not unlike["rejected_facts"].has_key
    assert unlike["case_counts_superseded"].only_in == (0, 3)
    assert unlike.keys() == {"case_counts", "case_counts_superseded", "rejected_facts"}
    assert len(found.tables) > 50
    assert found.only_in == ((), ())


def test_a_release_is_like_itself(two: tuple[Path, Path], settings: Settings) -> None:
    assert diff(two[0], two[0], settings).are_alike
    assert not diff(*two, settings).are_alike


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_rows_that_differ_have_both_values(
    two: tuple[Path, Path], settings: Settings, tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"rows.{form}"
    assert write_rows(*two, "case_counts", file, settings) == 4
    chosen = "region, difference, fields_changed, value_a, value_b"
    assert duckdb.sql(f"SELECT {chosen} FROM '{file}' ORDER BY value_a NULLS LAST").fetchall() == [
        ("HU-BU", "only in A", None, 7, None),
        ("KZ-75", "changed", "value", 72, 77),
        ("KZ", "changed", "value, note", 110, 111),
        ("KZ-79", "only in B", None, None, 0),
    ]
    assert write_rows(*two, "rejected_facts", file, settings) == 1
    assert duckdb.sql(f"SELECT difference, rule FROM '{file}'").fetchall() == [("only in A", "not-a-number")]
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == [file.name]


def test_what_differs_in_the_tables_themselves_is_told(
    two: tuple[Path, Path], settings: Settings, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(two[0], tmp_path / "other"))
    with duckdb.connect(str(other / "salamat.duckdb")) as con:
        con.execute("ALTER TABLE rates DROP COLUMN note")
        con.execute("ALTER TABLE populations RENAME TO inhabitants")
        con.execute("ALTER TABLE check_results ALTER COLUMN facts_failed TYPE INTEGER")
    package = json.loads((other / "datapackage.json").read_text())
    package["salamat"]["schema_versions"]["rates"] = "other"
    (other / "datapackage.json").write_text(json.dumps(package))
    found = diff(two[0], other, settings)
    assert found.only_in == (("populations",), ("inhabitants",))
    assert by_table(found)["rates"].columns == {"note": "only in A"}
    assert by_table(found)["check_results"].columns == {"facts_failed": "BIGINT in A, INTEGER in B"}
    told = CliRunner().invoke(main, ["diff", str(two[0]), str(other)])
    assert "the table populations is only in A" in told.stdout
    assert "rates: the column note: only in A" in told.stdout
    assert re.search(r"rates: the version of its schema is [0-9a-f]{8} in A, other in B", told.stdout)


def asked(two: tuple[Path, Path], *options: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["diff", *map(str, two), *options])


def test_the_command_tells_it_as_a_table_and_as_json(two: tuple[Path, Path], tmp_path: Path) -> None:
    told = asked(two)
    assert told.exit_code == 0
    assert re.search(r"case_counts +31 +31 +1 +1 +2 +value 2, note 1", told.stdout)
    assert f"A  {two[0].name}, declarations " in told.stdout
    assert re.search(r"\n\d+ tables are alike in both\n", told.stdout)
    assert json.loads(asked(two, "--json").stdout)["releases"] == [folder.name for folder in two]
    rows = asked(two, "--table", "case_counts", "--to", str(tmp_path / "rows.csv"))
    assert rows.stdout == f"4 rows in {tmp_path / 'rows.csv'}\n"
    assert asked((two[1], two[1])).stdout.endswith("both hold the same\n")


def test_what_cannot_be_done_is_said(two: tuple[Path, Path], settings: Settings, tmp_path: Path) -> None:
    assert "--table and --to go together" in asked(two, "--table", "case_counts").stderr
    with pytest.raises(QueryError, match="nothing is not in both releases; those in both are: best_practices"):
        write_rows(*two, "nothing", tmp_path / "rows.csv", settings)
    with pytest.raises(QueryError, match=r"give a \.csv or a \.parquet in a folder that is there"):
        write_rows(*two, "case_counts", tmp_path / "rows.xlsx", settings)


def test_the_page_shows_how_plain_duckdb_compares_two_releases(two: tuple[Path, Path]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    ((block,),) = [re.findall(r"```sql\n(ATTACH .*?)\n```", page, re.DOTALL)]
    sql = block.replace("'A/", f"'{two[0]}/").replace("'B/", f"'{two[1]}/")
    with duckdb.connect() as con:
        *before, compared = [s for s in sql.split(";\n") if s.strip()]
        for statement in before:
            con.execute(statement)
        found = con.execute(compared).fetchall()
        assert [row[-2:] for row in found] == [(7, None), (110, 111), (72, 77), (None, 0)]
        steps = "SELECT value FROM {}.case_counts_incident WHERE region = 'KZ' AND value IN (10, 11)"
        assert [con.execute(steps.format(side)).fetchall() for side in ("a", "b")] == [[(10,), (10,)], [(11,)]]
