"""Rows become a harmonised delivery, and the real suite, Great Expectations and the selectors are tried on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.artefacts import FATES, HARMONISED, PROBLEMS, Delivery, Extract, Harmonised, Verdict, Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.engine import connect
from pipelines.settings import Settings
from pipelines.validate import FILE_ALONE, Beyond, validate
from pipelines.validate.beside import Beside, look_beside
from pipelines.validate.expected import Expected
from pipelines.validate.gx_duckdb import Facts, room
from pipelines.validate.split import Outcome, split
from pipelines.validate.suite import expectations, facts_view

RECEIVED = datetime(2024, 5, 2, 12, tzinfo=UTC)
_ARROW = {"integer": pa.int64(), "decimal": pa.float64(), "date": pa.date32()}


@dataclass(frozen=True)
class Unread:
    """A cell that could not be read, and the rule that says why."""

    cell: str
    rule: str


Cell = str | int | float | date | Unread | None
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Tried:
    """What came of a suite: the failed expectations, and each problem with its place."""

    suite: Sequence[Expected]
    outcome: Outcome
    problems: list[dict[str, Any]]
    fates: dict[int, tuple[str, tuple[str, ...]]]

    @property
    def failed(self) -> set[str]:
        """The rules whose expectations failed."""
        return {self.suite[position].rule.id for position in self.outcome.failed}

    def guilty(self, rule: str) -> list[int]:
        """The facts selected under this rule."""
        return sorted(p["fact"] for p in self.problems if p["rule"] == rule)


@dataclass(frozen=True)
class Made:
    """A delivery as harmonise would hand it over."""

    harmonised: Harmonised
    source: Source
    declared: Declarations
    workspace: Workspace
    beyond: Beyond = FILE_ALONE
    home: Path | None = None

    @property
    def settings(self) -> Settings:
        """Settings of a run in the delivery's own folder, or in the home that has a lake."""
        return Settings.from_environment({"SALAMAT_HOME": str(self.home or self.workspace.folder)})

    def suite(self) -> list[Expected]:
        """Every expectation that this delivery allows, beside what is in the lake of its home."""
        return expectations(self.harmonised, self.source, self.declared, self.beside())

    def beside(self) -> Beside:
        """What lies beside it."""
        with connect(self.settings, self.workspace.spill) as con:
            return look_beside(con, self.harmonised, self.source, self.declared, self.settings, self.beyond)

    def table_rules(self) -> list[Expected]:
        """Only the expectations that expectations/ declares for the table."""
        own = {rule.id for rule in self.declared.table_rules[self.source.table]}
        return [e for e in self.suite() if e.rule.id in own]

    def field_rules(self) -> list[Expected]:
        """Only the expectations derived from the fields, and that of the key."""
        own = {rule.id for rule in self.declared.table_rules[self.source.table]}
        return [e for e in self.suite() if e.rule.id not in own]

    @contextmanager
    def opened(self, suite: Sequence[Expected]) -> Iterator[Facts]:
        """The facts, opened for Great Expectations."""
        with room(self.workspace.folder, self.settings) as opened:
            look_beside(opened.con, self.harmonised, self.source, self.declared, self.settings, self.beyond)
            yield opened.facts(facts_view(suite, self.harmonised, self.source, self.declared), self.harmonised.facts)

    def split(self, table: Facts, suite: Sequence[Expected]) -> Tried:
        """Split the facts that are open."""
        outcome = split(table, suite, self.harmonised, self.source, self.declared, self.workspace)
        problems = pq.read_table(self.workspace.file(PROBLEMS)).to_pylist()
        fates = pq.read_table(self.workspace.file(FATES)).to_pylist()
        return Tried(suite, outcome, problems, {f["fact"]: (f["fate"], tuple(f["dq_flags"])) for f in fates})

    def tried(self, suite: Sequence[Expected]) -> Tried:
        """Run a suite and its selectors."""
        with self.opened(suite) as table:
            return self.split(table, suite)

    def tried_beside(self, rule: str) -> Tried | str:
        """Run the expectation of one rule beside what was published; or say why it cannot be made."""
        with room(self.workspace.folder, self.settings) as opened:
            beside = look_beside(opened.con, self.harmonised, self.source, self.declared, self.settings, self.beyond)
            if rule in beside.why_not:
                return beside.why_not[rule]
            suite = expectations(self.harmonised, self.source, self.declared, beside)
            asked = [e for e in suite if e.rule.id == rule]
            table = opened.facts(facts_view(asked, self.harmonised, self.source, self.declared), self.harmonised.facts)
            return self.split(table, asked)

    def verdict(self) -> Verdict:
        """The verdict of the whole step."""
        return validate(self.harmonised, self.source, self.declared, self.workspace, self.settings, self.beyond)


def sent(
    table: str, fields: Sequence[str], wide: Sequence[str] = (), into: str = "value", named: str = "tr/tried"
) -> Source:
    """Declare a source that sends each of these fields in a column of its own, or `into` in the columns `wide`."""
    unpivot = {"unpivot": {"into": into, "columns": list(wide)}} if wide else {}
    mapped = {f: {"from": column_of(f)} for f in fields if not wide or f != into}
    said = {"source": named, "title": "Tried", "table": table, "language": ["en"], "arrives": {"matching": "*"}}
    return Source.model_validate({**said, **unpivot, "map": mapped})


def column_of(field: str) -> str:
    """The sender's name for a field."""
    return field.upper().replace("_", " ")


def every_field(table: str, declared: Declarations) -> tuple[str, ...]:
    """The fields of a table that a sender can send."""
    return tuple(f for f, use in declared.tables[table].fields.items() if not use.level_of)


def made(rows: Sequence[Row], source: Source, declared: Declarations, folder: Path, notes: Any = ()) -> Made:
    """Write rows as harmonise would: values, problems, and defaults where a cell says nothing.

    A row may name its `source_row`, `source_column` and `set_aside`; else row n of the list is row n + 2 of the file.
    """
    spread = (source.unpivot.into, *source.unpivot.columns) if source.unpivot else ()
    fields = {**{f: m.from_ for f, m in source.map.items()}, **dict.fromkeys(spread[:1])}
    placed = [(int(str(row.get("source_row") or n + 2)), row) for n, row in enumerate(rows)]
    pq.write_table(_facts(placed, source, declared, set(fields)), folder / HARMONISED)
    columns = [c for c in (*fields.values(), *spread[1:]) if c]
    extract = _extract(placed, columns, {f: c for f, c in fields.items() if c}, spread[:1])
    pq.write_table(extract, folder / "extract.parquet")
    delivery = Delivery("tried", source.source, "tried.csv", folder / "tried.csv", "", 0, RECEIVED)
    read = Extract(delivery, folder / "extract.parquet", tuple(columns), extract.num_rows, "utf-8")
    aside = [str(row["set_aside"]) for row in rows if row.get("set_aside")]
    counts = {reason: aside.count(reason) for reason in aside}
    harmonised = Harmonised(read, folder / HARMONISED, len(rows), fields, counts, notes)
    return Made(harmonised, source, declared, Workspace(folder))


def _facts(placed: list[tuple[int, Row]], source: Source, declared: Declarations, read: set[str]) -> pa.Table:
    columns = {"source_row": pa.array([n for n, _ in placed], pa.int64())}
    for place in ("source_column", "set_aside"):
        columns[place] = pa.array([row.get(place) for _, row in placed], pa.string())
    for field, use in declared.tables[source.table].fields.items():
        if field not in read and use.default is None and not use.level_of:
            continue
        text = declared.fields[field].type == "text"
        values = [_value(row.get(field), use.default, text=text) for _, row in placed]
        columns[field] = pa.array(values, _ARROW.get(declared.fields[field].type, pa.string()))
    columns["problems"] = pa.array([_problems(row, read) for _, row in placed], pa.map_(pa.string(), pa.string()))
    return pa.table(columns)


def _value(cell: Cell, default: Cell, *, text: bool) -> Cell:
    """A text with a problem keeps its value; whatever else could not be read has none."""
    if isinstance(cell, Unread):
        return cell.cell if text else None
    return default if cell is None else cell


def _problems(row: Row, read: set[str]) -> list[tuple[str, str | None]] | None:
    """A fact that has a problem says of every field whether it has one."""
    found = {field: cell.rule for field in read if isinstance(cell := row.get(field), Unread)}
    return [(field, found.get(field)) for field in sorted(read)] if found else None


def _extract(
    placed: list[tuple[int, Row]], columns: list[str], fields: dict[str, str], into: Sequence[str]
) -> pa.Table:
    cells: dict[str, dict[int, str]] = {column: {} for column in columns}
    for n, row in placed:
        for field, column in fields.items():
            if (cell := row.get(field)) is not None:
                cells[column][n] = _written(cell)
        for field in into:
            cells[str(row["source_column"])][n] = _written(row.get(field))
    last = max((n for n, _ in placed), default=1)
    return pa.table({c: pa.array([said.get(n) for n in range(2, last + 1)], pa.string()) for c, said in cells.items()})


def _written(cell: Cell) -> str:
    return cell.cell if isinstance(cell, Unread) else "" if cell is None else str(cell)
