"""What is wrong in a file, as a sender mends it: one mistake is one value in one column, wherever it stands.

A rule about a relation, such as an order of dates, blames no value: there each row is a mistake of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipelines.artefacts import Acknowledged, Finding, Verdict
from pipelines.declarations import Declarations
from pipelines.declarations.model import TableRule
from pipelines.engine import connect, parquet
from pipelines.numbering import Numbering
from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb

ROWS = 20  # row numbers kept of one mistake
_BATCH = 10_000
_ORDER = {"refuse": 0, "hold": 1, "reject": 2, "flag": 3, "note": 4}
_WHAT = "rule, source_column, field, value, expected, nearest"
_KNOWN = "acknowledged_until, acknowledged_because"


@dataclass(frozen=True)
class Mistake:
    """One value in one column that breaks one rule: its first place as a finding, and the rows where it stands.

    The rows are written as a spreadsheet does, with their sheet where there are several.
    """

    finding: Finding
    rows: tuple[str, ...]
    row_count: int


@dataclass(frozen=True)
class BrokenRule:
    """A rule with what breaks it: how many facts, how many different mistakes, and the first of these.

    What is acknowledged stands apart from what is not.
    """

    rule: TableRule
    facts: int
    mistake_count: int
    mistakes: tuple[Mistake, ...]

    @property
    def acknowledged(self) -> Acknowledged | None:
        """Why it asks for no attention; None where it does."""
        return self.mistakes[0].finding.acknowledged

    @property
    def more(self) -> int:
        """How many mistakes are not among `mistakes`."""
        return self.mistake_count - len(self.mistakes)

    @property
    def counts_facts(self) -> bool:
        """Whether a number of facts says anything: what is wrong with the file as a whole concerns no single fact."""
        return self.rule.consequence in {"reject", "flag"} or any(m.finding.facts > 1 for m in self.mistakes)

    @property
    def has_places(self) -> bool:
        """Whether any mistake stands at a place of the file; one about the whole file is told by its sentence."""
        return any(m.rows or m.finding.column for m in self.mistakes)


def broken_rules(verdict: Verdict, declared: Declarations, most: int) -> list[BrokenRule]:
    """Give each broken rule, the gravest first, with at most so many mistakes: those first that most facts share."""
    with with_places(verdict) as con:
        facts = {tuple(key): number for *key, number in con.execute(_FACTS_PER_RULE).fetchall()}
        relations = [r.id for r in declared.rules.values() if r.in_order or r.fails_where or r.fails_for]
        found = con.execute(_MISTAKES, [relations, most]).fetchall()
    kept: dict[tuple[object, ...], list[Mistake]] = {}
    numbering = Numbering.of(verdict)
    counts: dict[tuple[object, ...], int] = {}
    for rule, column, field, value, expected, nearest, *known, rows, row_count, number, of_rule in found:
        finding = _finding(rule, rows[0] if rows else None, column, field, value, expected, nearest, number, *known)
        mistake = Mistake(numbering.told(finding), tuple(map(numbering.label, rows)), row_count)
        kept.setdefault((rule, *known), []).append(mistake)
        counts[rule, *known] = of_rule
    broken = [
        BrokenRule(declared.rules[str(key[0])], int(facts[key]), counts[key], tuple(mistakes))
        for key, mistakes in kept.items()
    ]
    return sorted(broken, key=lambda b: (_ORDER[b.rule.consequence], -b.facts, b.rule.id))


def every_place(verdict: Verdict) -> list[Finding]:
    """Give every problem at every place, in the order of the file, each with how many facts that place spoils."""
    with with_places(verdict) as con:
        return list(places(con, Numbering.of(verdict)))


def places(con: duckdb.DuckDBPyConnection, numbering: Numbering) -> Iterator[Finding]:
    """Give every problem at every place, one after the other: a file can have more than memory holds."""
    found = con.execute(_PLACES)
    while some := found.fetchmany(_BATCH):
        yield from (numbering.told(_finding(*place)) for place in some)


def _finding(*told: Any) -> Finding:
    """Make a finding of its parts, the last two those of its acknowledgement."""
    rule, row, column, field, value, expected, nearest, facts, until, because = told
    known = Acknowledged(until, because) if until else None
    return Finding(rule, row, column, field, value, expected, nearest, int(facts), known)


@contextmanager
def with_places(verdict: Verdict) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB with `places`: every rule at every place of the file that breaks it.

    It is made of `problems`, one row per fact and rule, and `elsewhere`, the findings that stand in no file.
    """
    with TemporaryDirectory(prefix="salamat-") as folder, connect(Settings.from_environment(), Path(folder)) as con:
        con.execute(_NO_PROBLEMS if verdict.problems is None else _read(str(verdict.problems)))
        _add_elsewhere(con, verdict)
        con.execute(_ALL)
        yield con


def _read(path: str) -> str:
    """Read the problems; those of an older verdict have nothing acknowledged."""
    known = "SELECT CAST(NULL AS DATE) AS acknowledged_until, CAST(NULL AS VARCHAR) AS acknowledged_because WHERE false"
    both = f"{known} UNION ALL BY NAME SELECT * FROM {parquet(path)}"
    return f"CREATE TEMP VIEW problems AS SELECT {_WHAT}, source_row, fact, {_KNOWN} FROM ({both})"


def _add_elsewhere(con: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    """Keep the findings that are not merely the count of a rule and column of `problems`."""
    import pyarrow as pa  # noqa: PLC0415  0.1 s, and only a verdict that is told needs it

    grouped = set(con.execute("SELECT DISTINCT rule, field, source_column FROM problems").fetchall())
    others = [f for f in verdict.findings if (f.rule, f.field, f.column) not in grouped]
    row = Numbering.of(verdict).number
    told = [(f.rule, f.column, f.field, f.value, f.expected, f.nearest, row(f), f.facts, *_known(f)) for f in others]
    columns = list(zip(*told, strict=True)) or [()] * len(_ELSEWHERE)
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, _ELSEWHERE.values(), strict=True)]
    con.register("elsewhere", pa.table(arrays, names=list(_ELSEWHERE)))


def _known(found: Finding) -> tuple[object, object]:
    about = found.acknowledged
    return (about.until, about.because) if about else (None, None)


_NO_PROBLEMS = """
CREATE TEMP TABLE problems (rule VARCHAR, source_column VARCHAR, field VARCHAR, value VARCHAR, expected VARCHAR,
  nearest VARCHAR, source_row BIGINT, fact BIGINT, acknowledged_until DATE, acknowledged_because VARCHAR)
"""
_ELSEWHERE = dict.fromkeys(_WHAT.split(", "), "string") | {"source_row": "int64", "facts": "int64"}
_ELSEWHERE |= {"acknowledged_until": "date32", "acknowledged_because": "string"}
_ALL = f"""
CREATE TEMP TABLE places AS
SELECT {_WHAT}, source_row, count(DISTINCT fact) AS facts, {_KNOWN} FROM problems GROUP BY ALL
UNION ALL SELECT {_WHAT}, source_row, facts, {_KNOWN} FROM elsewhere
"""
_PLACES = f"""
SELECT rule, source_row, source_column, field, value, expected, nearest, CAST(facts AS BIGINT), {_KNOWN} FROM places
ORDER BY source_row NULLS LAST, source_column NULLS LAST, {_WHAT}, facts
"""
_FACTS_PER_RULE = f"""
SELECT rule, {_KNOWN}, sum(facts) FROM (
  SELECT rule, {_KNOWN}, count(DISTINCT fact) AS facts FROM problems GROUP BY ALL
  UNION ALL SELECT rule, {_KNOWN}, sum(facts) FROM elsewhere GROUP BY ALL
) GROUP BY ALL
"""
_MISTAKES = f"""
WITH mistakes AS (
  SELECT {_WHAT}, {_KNOWN},
    list_slice(list_sort(list(DISTINCT source_row) FILTER (source_row IS NOT NULL)), 1, {ROWS}) AS few,
    count(DISTINCT source_row) AS row_count, sum(facts) AS number, min(source_row) AS first_row
  FROM places GROUP BY {_WHAT}, {_KNOWN}, CASE WHEN rule IN $1 THEN source_row END
), ranked AS (
  SELECT *, count(*) OVER (PARTITION BY rule, {_KNOWN}) AS of_rule, row_number() OVER (
    PARTITION BY rule, {_KNOWN}
    ORDER BY number DESC, first_row NULLS FIRST, source_column, field, value, expected, nearest) AS nth
  FROM mistakes
)
SELECT {_WHAT}, {_KNOWN}, coalesce(few, []), row_count, number, of_rule FROM ranked WHERE nth <= $2 ORDER BY rule, nth
"""
