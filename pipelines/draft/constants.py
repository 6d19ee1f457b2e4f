"""What no column says and the table needs: from the rhythm of the days, or from the names; else a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.dates import date_form
from pipelines.declarations.header_words import plain
from pipelines.declarations.model import Table
from pipelines.draft.alike import alike
from pipelines.draft.drafted import Line, Said
from pipelines.draft.known import Known
from pipelines.draft.measure import date_sql
from pipelines.engine import parquet

if TYPE_CHECKING:
    import duckdb

_WEEK, _MONTH, _ENOUGH = 7, 28, 3
_MAYBE = 0.5  # likeness of an open column's header to a word for a place: then it is not the whole country
_UNKNOWN = "UNK"  # a default that says nothing: better asked than taken
_LONG = 4  # a word of a code list that is shorter names nothing in a file's name


@dataclass(frozen=True)
class Facts:
    """What is known of the rows by now: where they lie, and the lines of their columns."""

    con: duckdb.DuckDBPyConnection
    extract: Path
    lines: Sequence[Line]
    named: str | None = None  # the field of which the names of columns are values
    days: tuple[date, ...] = ()

    def line(self, field: str) -> Line | None:
        """The line that fills a field from a column."""
        return next((x for x in self.lines if x.field == field and x.role == "map"), None)


def constants(
    table: Table, given: dict[str, str], seen: dict[str, Said], names: Iterable[str], known: Known, facts: Facts
) -> tuple[dict[str, Said], tuple[str, ...]]:
    """Find the constants, and ask for what the table needs and nothing says."""
    filled = {x.field for x in facts.lines if x.field} | {f for x in facts.lines for f in x.meaning} | {facts.named}
    found = {**seen, **{f: Said(_typed(v, f, known), "certain", "given with --set") for f, v in given.items()}}
    asked = []
    for field, use in table.fields.items():
        if field in filled or field in found or use.level_of or field == table.fact:
            continue
        said = _said(field, table, names, known, facts)
        if said:
            found[field] = said
        elif (use.required or field in table.key) and use.default in {None, _UNKNOWN}:
            asked.append(_question(field, table, known))
    return found, tuple(asked)


def _said(field: str, table: Table, names: Iterable[str], known: Known, facts: Facts) -> Said | None:
    entry = known.declared.fields[field]
    if field == "period_type":
        return _rhythm(table, facts, known)
    if entry.type == "place" and field in table.key and known.shell.country in known.declared.places:
        if any(x.role == "open" and alike(x.column, field, known) >= _MAYBE for x in facts.lines):
            return None
        return Said(known.shell.country, "likely", "no column names a place: the whole country")
    return _named(field, names, known) if field == "pathogen" else None


def _rhythm(table: Table, facts: Facts, known: Known) -> Said | None:
    """Tell days from weeks and months by the gaps between the days that stand in the file."""
    line = facts.line(table.time)
    form = date_form(line.read or "") if line else None
    if form and form.iso_week:
        return Said("W", "certain", f"{line.column if line else ''} has weeks")
    days = days_of(table, facts, known)
    gaps = {(b - a).days for a, b in pairwise(days)}
    if len(days) < _ENOUGH:
        return None
    told = f"{len(days)} days from {days[0]} to {days[-1]}"
    if 1 in gaps:
        return Said("D", "likely", f"{told}, one after another")
    if all(gap % _WEEK == 0 for gap in gaps):
        return Said("W", "likely", f"{told}, whole weeks apart")
    return Said("M", "likely", f"{told}, months apart") if min(gaps) >= _MONTH else None


def days_of(table: Table, facts: Facts, known: Known) -> tuple[date, ...]:
    """Give every day that stands in the file, in order."""
    line = facts.line(table.time)
    if facts.days or line is None:
        return facts.days
    day = date_sql(line.column, line.read or "", known.shell)
    rows = facts.con.execute(f"SELECT DISTINCT {day} FROM {parquet(facts.extract)} WHERE {day} IS NOT NULL ORDER BY 1")
    return tuple(row[0] for row in rows.fetchall())


def _named(field: str, names: Iterable[str], known: Known) -> Said | None:
    """Find a code whose word stands in the file's name, above the names, or in a column's name."""
    texts = [(text, plain(text)) for text in names]
    found = dict[str, tuple[str, str]]()
    for code in codes_of(known.declared, known.shell.table, field).codes:
        said = (
            [w for of in (code.labels,) for w in of.values()]
            + [w for of in code.synonyms.values() for w in of]
            + [code.code]
        )
        for word in {plain(w) for w in said if len(w) >= _LONG}:
            for text, where in texts:
                if word in where:
                    found.setdefault(code.code, (word, text))
    if len(found) != 1:
        return None
    ((value, (word, text)),) = found.items()
    return Said(value, "likely", f"'{word}' stands in '{text[:60]}'")


def _question(field: str, table: Table, known: Known) -> str:
    entry = known.declared.fields[field]
    codes = codes_of(known.declared, table.table, field).known() if entry.codes else ()
    choice = f": one of {', '.join(codes[:8])}{' ...' if len(codes) > 8 else ''}" if codes else ""  # noqa: PLR2004
    if table.fields[field].default == _UNKNOWN:
        return f"{field}: no column says it; put it into constants, as UNK where nobody knows{choice}"
    if field in table.key or codes:
        return f"{field}: no column says it; put it into constants{choice}"
    return f"{field}: no column says it; map it, or say in not_collected why the sender cannot have it"


def _typed(value: str, field: str, known: Known) -> str | int:
    return int(value) if known.declared.fields[field].type == "integer" else value
