"""Figures that are not there: without a reason they were not reported; with one they are facts without a figure."""

from __future__ import annotations

from pipelines.declarations.missing import REASON, reasons, says_why
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name
from pipelines.harmonise.values import Reading, absent_sql
from pipelines.harmonise.wide import Wide


def not_reported_sql(source: Source, table: Table, readings: dict[str, Reading], spread: Wide | None) -> str | None:
    """Write the fate of a fact whose own cell says nothing and of which no reason is said; None where there is none.

    A reason that cannot be read is one: the fact goes on, and is rejected for it.
    """
    fact = source.spells.of if source.spells else table.fact
    reading = spread.into if spread and fact != "row" else readings.get(fact)
    if reading is None:
        return None
    cell = _cell(fact, spread)
    silent = [absent_sql(cell, reading, source)]
    if says_why(source, table):
        told = readings.get(REASON)
        beside = absent_sql(name(f"raw_{REASON}"), told, source) if told else _none_of(cell, source, table)
        silent.append(beside)
    return f"CASE WHEN {' AND '.join(silent)} THEN 'not-reported' END"


def reason_sql(source: Source, table: Table, spread: Wide | None) -> str:
    """Write the reason that stands in the figure's own cell."""
    told = reasons(source, table).items()
    whens = " ".join(f"WHEN {literal(token)} THEN {literal(reason)}" for token, reason in told)
    return f"CASE trim({_cell(table.fact, spread)}) {whens} END"


def _none_of(cell: str, source: Source, table: Table) -> str:
    return f"coalesce(trim({cell}), '') NOT IN ({literals(tuple(reasons(source, table)))})"


def _cell(fact: str, spread: Wide | None) -> str:
    return "cell" if spread else name(f"raw_{fact}")
