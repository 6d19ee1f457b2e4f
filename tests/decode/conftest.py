"""What the tests of decode share: a small source of their own, and a way to decode bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from pipelines.artefacts import PLAIN, Delivery, Envelope, Extract, Workspace
from pipelines.declarations.source import Source
from pipelines.decode import decode
from pipelines.settings import Settings

Cells = list[tuple[str | None, ...]]
Decoded = Callable[..., tuple[Extract, Cells]]


@pytest.fixture(scope="session")
def source_with() -> Callable[..., Source]:
    """Give a source with these columns; what else is said goes to its `decode`."""

    def make(columns: tuple[str, ...], **said: Any) -> Source:
        mapped = {f"field_{i}": {"from": column} for i, column in enumerate(columns)}
        return Source.model_validate(
            {
                "source": "zz/cells",
                "title": "Cells",
                "table": "cells",
                "language": ["en"],
                "arrives": {"matching": "*"},
                "decode": said,
                "map": mapped,
            }
        )

    return make


@pytest.fixture(scope="session")
def decoded(tmp_path_factory: pytest.TempPathFactory) -> Decoded:
    """Decode bytes as a source declares; give the extract and its cells, row by row."""
    folder = tmp_path_factory.mktemp("decoded")
    settings = Settings.from_environment({"SALAMAT_HOME": str(folder), "SALAMAT_THREADS": "2"})

    def run(data: bytes, source: Source, name: str = "sent.csv", envelope: Envelope = PLAIN) -> tuple[Extract, Cells]:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        delivery = Delivery("d", source.source, name, file, "0" * 64, len(data), datetime.now(UTC), envelope)
        extract = decode(delivery, source, Workspace(folder / "work"), settings)
        return extract, duckdb.read_parquet(str(extract.path)).fetchall()

    return run
