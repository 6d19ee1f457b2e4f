"""The wheel carries the declarations of its version, and works without a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_checks_a_file_where_there_is_no_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    installed = tmp_path / "installed"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(installed)
    code = "import pipelines, sys; assert pipelines.__file__.startswith(sys.argv.pop(1))\n"
    code += "from pipelines.cli import main; main()"
    explain = [sys.executable, "-c", code, str(installed), "explain", "kz/case_counts"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    said = subprocess.run(explain, cwd=tmp_path, env=environment, check=True, capture_output=True, encoding="utf-8")
    assert "WITH extract AS" in said.stdout
