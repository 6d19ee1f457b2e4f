"""The operators' page names every variable that is read, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_operators_page_names_each_setting() -> None:
    read = set(
        re.findall(r'env\.get\("(SALAMAT_\w+)"', (ROOT / "pipelines" / "settings.py").read_text(encoding="utf-8"))
    )
    page = (ROOT / "docs" / "for-operators.md").read_text(encoding="utf-8")
    table = "".join(line for line in page.splitlines(keepends=True) if line.startswith("| `SALAMAT_"))
    assert set(re.findall(r"SALAMAT_[A-Z_]+", table.replace("$SALAMAT_HOME", ""))) == read
