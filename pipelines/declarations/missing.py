"""Figures that are not there, and why: a sender says so in the figure's own cell, or in a column beside it."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.declarations.model import Table
from pipelines.declarations.source import Source

REASON, NOT_MISSING = "missing_reason", "NOT_MISSING"


def says_why(source: Source, table: Table) -> bool:
    """Say whether the source gives reasons for figures that are facts of their own."""
    told = REASON in source.map or bool(reasons(source, table))
    return told and table.fact != "row" and REASON in table.fields


def reasons(source: Source, table: Table) -> Mapping[str, str]:
    """Give what cells of the figure say in its place, each with the reason that it stands for."""
    if source.unpivot:
        return source.unpivot.missing
    return source.map[table.fact].missing if table.fact in source.map else {}
