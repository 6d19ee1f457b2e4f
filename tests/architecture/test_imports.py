"""Imports point one way, heavy libraries enter late, and no module grows without end."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
MODULES = sorted(m for folder in ("pipelines", "bench") for m in (ROOT / folder).rglob("*.py"))
MOST_LINES = 400
HEAVY = {"great_expectations", "pandas", "pyarrow", "duckdb_engine"}


def test_import_contracts_are_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    assert not failed, capsys.readouterr().out


def test_the_command_starts_without_heavy_libraries() -> None:
    code = "import sys, pipelines.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(loaded.stdout.split()) & HEAVY == set()


def test_the_validator_is_there_without_what_no_rule_asks_of_it() -> None:
    code = "import gc, sys, pipelines.validate.gx_duckdb; assert gc.isenabled(); print(*sys.modules);"
    code += "import scipy.stats, altair; print(scipy.stats.norm.cdf(0), altair.Chart.__name__)"  # asked for, they come
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded, asked = told.stdout.splitlines()
    assert not {"scipy.stats._stats_py", "altair.vegalite"} & set(loaded.split())
    assert asked == "0.5 Chart"


@pytest.mark.parametrize("module", [pytest.param(m, id=m.relative_to(ROOT).as_posix()) for m in MODULES])
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_nothing_is_imported_that_windows_lacks() -> None:
    lacking = re.compile(r"^\s*(?:import|from) (fcntl|resource|pwd|grp|termios|posix)\b", re.MULTILINE)
    modules = [m for m in MODULES if m.is_relative_to(ROOT / "pipelines")]
    assert {m.name: lacking.findall(m.read_text(encoding="utf-8")) for m in modules} == {m.name: [] for m in modules}
