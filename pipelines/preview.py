"""preview: what publishing a delivery would change in the lake, row by row, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines import lake
from pipelines.artefacts import Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.engine import literal, name, names
from pipelines.fold import Changes, Subject, changes, said_before, said_by
from pipelines.lake import columns_of
from pipelines.settings import Settings
from pipelines.store import Store

__all__ = ["Preview", "preview"]

_SHOWN = 20


@dataclass(frozen=True)
class Preview:
    """What would change: the counts, and the first rows of them: what, key, field, old value, new value."""

    counts: Changes
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def preview(
    verdict: Verdict, source: Source, declared: Declarations, settings: Settings, out: Path | None = None
) -> Preview | None:
    """Compare the accepted facts with the lake as it is; write every change to `out` (CSV) where it is given.

    `new` and `gone` are rows; `changed` is one line for each field that says something else. None for a delivery that
    was refused before it had facts.
    """
    if verdict.harmonised is None:
        return None
    with lake.opened(settings) as opened:
        subject = Subject(opened.con, declared.tables[source.table], source, declared)
        target, before = _target(opened, subject), said_before(opened.submitted(source.source), Store(settings))
        said = said_by(verdict.harmonised.extract.delivery, verdict.harmonised.workspace, subject)
        counts = changes(said, before, subject, target)
        opened.con.execute(f"CREATE OR REPLACE TEMP TABLE told AS {_told(subject, target)}")
        if out:
            opened.con.execute(f"COPY (FROM told ORDER BY ALL) TO {literal(str(out))} (FORMAT csv, HEADER)")
        shown = opened.con.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM told ORDER BY ALL LIMIT {_SHOWN}")
        columns = tuple(str(column[0]) for column in shown.description or ())
        return Preview(counts, columns, tuple(shown.fetchall()))


def _target(opened: lake.Lake, subject: Subject) -> str:
    """Give the lake's table, or an empty one of its shape where nothing was published yet."""
    table = subject.table.table
    if table in opened.tables():
        return f"lake.{name(table)}"
    columns = {**columns_of(subject.declared, subject.table), lake.FILE: "VARCHAR"}
    listed = ", ".join(f"{name(c)} {kind}" for c, kind in columns.items())
    opened.con.execute(f"CREATE OR REPLACE TEMP TABLE nothing_yet ({listed})")
    return "nothing_yet"


def _told(subject: Subject, target: str) -> str:
    """Write the query of the changes, one line each."""
    key = names(subject.key)
    ours = f"(SELECT * FROM {target} WHERE source = {literal(subject.source.source)})"
    whole = "CAST(NULL AS VARCHAR)"
    new = (
        f"SELECT 'new' AS what, {key}, {whole} AS field, {whole} AS old, {whole} AS new FROM changed WHERE NOT is_there"
    )
    gone = f"SELECT 'gone', {key}, {whole}, {whole}, {whole} FROM gone"
    return "\nUNION ALL ".join([new, gone, *(_changed(field, subject, ours) for field in subject.values)])


def _changed(field: str, subject: Subject, ours: str) -> str:
    key = ", ".join(f"c.{name(k)}" for k in subject.key)
    old, new = f"t.{name(field)}", f"c.{name(field)}"
    return (
        f"SELECT 'changed', {key}, {literal(field)}, CAST({old} AS VARCHAR), CAST({new} AS VARCHAR)\n"
        f"FROM changed c JOIN {ours} t ON {subject.same_key('t', 'c')} WHERE is_there AND {old} IS DISTINCT FROM {new}"
    )
