"""The first thing that a newcomer runs: the real DAGs over deliveries of seven states, and every count adds up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def told(home: Path) -> str:
    demo = [sys.executable, "-m", "demo", "--home", str(home)]
    env = {**os.environ, "COLUMNS": "120"}
    done = subprocess.run(demo, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_everything_adds_up(told: str) -> None:
    assert "everything adds up" in told


def test_every_state_sends_something_and_something_of_each_kind_happens(told: str) -> None:
    assert {line[:2] for line in told.splitlines() if re.match(r"[a-z]{2}/\w+ ", line)} >= {
        *("az", "hu", "kg", "kz", "tm", "tr", "uz")
    }
    for what in (" held ", " published ", "is late: its delivery was due on", "is of no known source"):
        assert what in told


def test_the_release_holds_what_was_published(told: str, home: Path) -> None:
    release = home / "releases" / (home / "releases" / "latest").read_text(encoding="utf-8").strip()
    totals = next(line.replace("\u202f", "").split() for line in told.splitlines() if line.startswith("all "))
    with duckdb.connect(str(release / "salamat.duckdb"), read_only=True) as con:
        counted = con.execute("SELECT sum(facts_inserted) FROM submissions").fetchone()
    assert counted == (int(totals[3]),)


def test_the_readme_shows_what_the_demo_prints(told: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"<!-- demo-output -->\n```\n(.*?)```", readme, re.DOTALL)
    assert shown.strip() in told


def test_the_demo_removes_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("years of work", encoding="utf-8")
    demo = [sys.executable, "-m", "demo", "--home", str(tmp_path)]
    done = subprocess.run(demo, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert "is not a home of the demo" in done.stderr
    assert precious.is_file()
