"""A few hundred damaged files; and what looks for silent acceptances finds one that was planted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from fuzz.damage import damaged
from fuzz.judge import judge
from fuzz.readers import difference
from pipelines.declarations import load_declarations
from pipelines.decode import delimited
from pipelines.settings import Settings

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


def test_damaged_files_are_refused_or_read_as_they_stand(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fuzz", "--files", "250", "--seed", "7", "--keep", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "files=250 seed=7 crash=0 hang=0 silent=0", done.stdout + done.stderr[-2000:]


@pytest.mark.parametrize(("planted", "came"), [(False, "refused"), (True, "silent")])
def test_a_check_that_is_taken_out_is_missed(
    planted: bool,  # noqa: FBT001  a parameter of the test
    came: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DuckDB takes a row with an empty cell too many, in which all stands one column too far right."""
    declared = load_declarations(ROOT / "tests/bad_input/declarations")
    sent = tmp_path / "sent.csv"
    sent.write_text("Күні;Облыс;Көрсеткіш;Саны;Ескерту\n13.07.2020;Абай;;Жұқтырғандар;5;\n", encoding="utf-8")
    if planted:
        monkeypatch.setattr(delimited, "_check_widths", lambda *_: None)
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path)})
    assert judge(sent, declared.sources["kz/bulletin"], declared, settings).came == came


def test_the_same_number_is_the_same_damage() -> None:
    data = b"a;b\n1;2\n" * 50
    made = [damaged("csv", Random(f"1-{n}"), data) for n in range(50)]  # noqa: S311  repeatable, not secret
    assert made == [damaged("csv", Random(f"1-{n}"), data) for n in range(50)]  # noqa: S311  the same
    assert len(set(made)) > 40


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ([["1"]], [["1"]], ""),
        ([["1"]], [], "1 rows read, and 0 stand there"),
        ([["1", None]], [["1", ""]], ""),
        ([["1"]], [["2"]], "'1' was read, and '2' stands there"),
        ([["0,5"], ["50%"]], [[0.5], [0.5]], ""),
        ([["1"]], [["1", "2"]], "'2' stands there"),
    ],
)
def test_two_readings_are_the_same_or_it_is_said_where_not(
    ours: list[list[str]], theirs: list[list[str]], said: str
) -> None:
    found = difference(ours, theirs)
    assert re.search(re.escape(said), found) if said else not found
