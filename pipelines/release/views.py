"""The views and the macros inside a release. Each works in DuckDB 1.4 to 2.0, without extension."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines.derived import FIGURES, INSTANT_AFTER, Definition, derived
from pipelines.engine import name

if TYPE_CHECKING:
    from pipelines.release.contents import Content


def definitions(contents: tuple[Content, ...]) -> Iterator[Definition]:
    """Give every view and macro, in an order in which they can be made."""
    yield INSTANT_AFTER
    for content in contents:
        if content.kind == "shared" and content.declared:
            columns = [c for c in content.names if c != "recorded_at"]
            yield from derived(content.declared, columns, name(content.table))
    yield from FIGURES
