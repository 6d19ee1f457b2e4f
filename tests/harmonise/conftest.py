"""What the tests of harmonise share: a text goes through decode and harmonise, and its facts are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.artefacts import Delivery, Harmonised, Workspace
from pipelines.declarations import Declarations, load_declarations
from pipelines.decode import decode
from pipelines.harmonise import harmonise
from pipelines.settings import Settings

HEAD = """\
source: kz/small
title: small
table: case_counts
language: [kk, ru]
arrives: {by: upload, matching: "small*.csv"}
"""
CONSTANTS = "constants: {period_type: D, pathogen: SARSCOV2, indicator: CASES, measure_type: CUMULATIVE}\n"
MAP = "map:\n  period_start: {from: d, read: yyyy-MM-dd}\n  region: {from: r}\n  value: {from: v}\n"
Run = Callable[[str, str], Harmonised]


def through(text: str, name: str, declared: Declarations, folder: Path) -> Harmonised:
    """Decode and harmonise a text as a delivery of one source."""
    settings, sent = Settings.from_environment({"SALAMAT_HOME": str(folder)}), folder / "small.csv"
    sent.write_text(text, encoding="utf-8")
    delivery = Delivery("d", name, sent.name, sent, "", sent.stat().st_size, datetime(2026, 11, 23, tzinfo=UTC))
    source, workspace = declared.sources[name], Workspace(folder / "work")
    return harmonise(decode(delivery, source, workspace, settings), source, declared, workspace, settings)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Decode and harmonise a text under a declaration of figures."""

    def made(declaration: str, text: str) -> Harmonised:
        file = tmp_path / "schemas/sources/kz/small.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD + declaration, encoding="utf-8")
        return through(text, "kz/small", load_declarations(tmp_path, only="kz/small"), tmp_path)

    return made


def facts(harmonised: Harmonised, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Give columns of the facts, in the order of the file."""
    return duckdb.sql(
        f"SELECT {columns} FROM '{harmonised.path}' WHERE {where} ORDER BY source_row, source_column"
    ).fetchall()


def values(harmonised: Harmonised, field: str) -> list[tuple[Any, str | None]]:
    """Give a field of the facts, each with its problem."""
    return facts(harmonised, f"{field}, problems['{field}']")
