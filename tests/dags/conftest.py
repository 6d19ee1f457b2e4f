"""Airflow runs in processes of its own: it is configured when it is imported, and once for a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Settings

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("airflow_process.py")
EXAMPLES = ROOT / "docs" / "examples"


@dataclass(frozen=True)
class Airflow:
    """An Airflow and a salamat in a folder of their own."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings that its tasks have."""
        return Settings.from_environment({"SALAMAT_HOME": str(self.home), **self.environment})

    def ask(self, what: str, argument: object = None, **more: str) -> list[Any]:
        """Start the process and give its answers, one for each line."""
        asked = [sys.executable, str(PROGRAM), str(self.home), what, json.dumps(argument)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "SALAMAT_SETTLE_SECONDS": "0.05", **self.environment, **more}
        done = subprocess.run(asked, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, (done.stderr, (self.home / "airflow.log").read_text(encoding="utf-8")[-8000:])
        return [json.loads(line) for line in done.stdout.splitlines()]

    def drop(self, source: str, name: str, text: str) -> Path:
        """Put a file into a source's arrivals folder."""
        file = self.settings.arrivals / source / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    return Airflow(tmp_path_factory.mktemp("airflow"))
