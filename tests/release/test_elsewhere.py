"""A release, copied elsewhere, opens in other versions of DuckDB, without extension or network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from pipelines.artefacts import Release
from pipelines.declarations import Declarations

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("opened_elsewhere.py")
VERSIONS = ("1.4.5", "1.5.5", "2.0.0")


@pytest.fixture(params=VERSIONS)
def found(request: pytest.FixtureRequest, cut: Release, tmp_path: Path) -> dict[str, Any]:
    """What that version finds in a copy of the database under another name, run from another folder."""
    python = _python_with(request.param)
    copy, queries = tmp_path / "copied" / "elsewhere.duckdb", cut.folder / "queries.sql"
    copy.parent.mkdir()
    shutil.copy(cut.folder / "salamat.duckdb", copy)
    bare = {
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "PATH": "",
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
    }
    ran = subprocess.run(
        [str(python), str(SCRIPT), str(copy), str(queries)],
        cwd=tmp_path,
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    assert told["version"] == request.param
    return told


def test_the_ten_queries_give_the_same_in_every_version(found: dict[str, Any], cut: Release) -> None:
    assert len(found["queries"]) == 10
    con = duckdb.connect(str(cut.folder / "salamat.duckdb"), read_only=True)
    for query, rows in zip(_queries(cut), found["queries"], strict=True):
        assert [[str(cell) for cell in row] for row in con.execute(query).fetchall()] == rows
        assert rows or "regions not add up" in query


def test_the_macros_and_the_view_give_rows_in_every_version(found: dict[str, Any]) -> None:
    incident, totals, regions, trace, field, lateral, *past = found["calls"]
    assert [len(rows) for rows in past] == [0, 31, 31, 0, 31, 31, 3, 31, 4]
    assert (len(incident), len(totals), len(regions)) == (30, 5, 11)
    assert trace == [["kz.csv", "s0" * 32, "3", "Confirmed", "2026-11-23 12:00:00", "2026-11-23 12:01:00"]]
    assert field[0][:4] == ["dead.csv", "s2" * 32, "4", "Neme"]
    assert lateral == [[f"c{n}", "s2" * 32, str(n + 2), "Neme"] for n in range(3)]


def test_every_table_column_and_macro_has_its_comment_in_every_version(
    found: dict[str, Any], declared: Declarations
) -> None:
    tables, views, columns, macros = found["comments"]
    assert all(comment != "None" for _, comment in (*tables, *views, *macros))
    general = {"trace", "trace_field", "country_totals", "region_values", "instant_after"}
    general |= {"is_across_break", "comparable_sum"}
    shared = {view.removesuffix("_history") for view, _ in views if view.endswith("_history")}
    assert {name for name, _ in macros} - general == {
        f"{t}_{kind}" for t in shared for kind in ("as_of", "reporting_triangle")
    }
    assert shared == {t.table for t in declared.tables.values() if t.tier == "network"}
    derived = ("_incident", "_revisions", "_comparable", "_history")
    assert [row for row in columns if not row[0].endswith(derived) and row[2] == "None"] == []
    assert any(
        c.startswith("The first day of the period.") for t, n, c in columns if (t, n) == ("case_counts", "period_start")
    )


def test_an_attached_release_works_once_it_is_used(cut: Release) -> None:
    con = duckdb.connect()
    con.execute(f"ATTACH '{cut.folder / 'salamat.duckdb'}' AS other (READ_ONLY)")
    assert con.execute("SELECT count(*) FROM other.case_counts_incident").fetchone() == (30,)
    con.execute("USE other")
    assert con.execute("SELECT count(*) FROM country_totals('CASES')").fetchone() == (5,)


def _queries(cut: Release) -> list[str]:
    return [q for q in (cut.folder / "queries.sql").read_text(encoding="utf-8").split(";\n") if q.strip()]


def _python_with(version: str) -> Path:
    """A Python that has this duckdb: this one, or an environment under .cache that is made once."""
    if duckdb.__version__ == version:
        return Path(sys.executable)
    home = ROOT / ".cache" / f"duckdb-{version}"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    home.parent.mkdir(exist_ok=True)
    with FileLock(ROOT / ".cache" / f"duckdb-{version}.lock"):
        if not _has(python, version):
            venv.create(home, clear=True, with_pip=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"duckdb=={version}"]
            made = subprocess.run(pip, capture_output=True, text=True, check=False)
            if not _has(python, version):
                _cannot(f"duckdb {version} could not be installed to open a release with it: {made.stderr[-300:]}")
    return python


def _has(python: Path, version: str) -> bool:
    if not python.is_file():
        return False
    asked = [str(python), "-c", "import duckdb; print(duckdb.__version__)"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version


def _cannot(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
