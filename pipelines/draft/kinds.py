"""What kind of figure a column has: new, running total, or there now. By its name, the code's name, its course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.declarations.header_words import plain
from pipelines.declarations.model import Table
from pipelines.draft.drafted import Line, Said
from pipelines.draft.known import Known
from pipelines.draft.measure import date_sql
from pipelines.engine import name, parquet

if TYPE_CHECKING:
    from pipelines.draft.constants import Facts

KIND = "measure_type"
_NEW, _TOTAL, _NOW = "INCIDENT", "CUMULATIVE", "PREVALENT"
_STEPS, _OFTEN, _SELDOM = 6, 0.2, 0.01


@dataclass(frozen=True)
class Course:
    """How often the figures of a column rise and fall from one day to the next."""

    rises: int
    falls: int
    days: int = 0

    @property
    def falling(self) -> bool:
        """Whether it falls so often that it is no running total."""
        return self.rises + self.falls >= _STEPS and self.falls > _OFTEN * (self.rises + self.falls)

    @property
    def rising(self) -> bool:
        """Whether it almost never falls."""
        return self.days >= _STEPS and self.rises >= _STEPS and self.falls <= _SELDOM * self.rises

    def __str__(self) -> str:
        return f"from one day to the next the figures rise {self.rises} times and fall {self.falls} times"


def kinds(lines: list[Line], table: Table, known: Known, facts: Facts) -> tuple[list[Line], Said | None]:
    """Give the lines whose columns differ in kind with it, or the one kind that all have."""
    at = [x for x in lines if x.role == "unpivot" or (x.role == "map" and x.field == table.fact)]
    if KIND not in table.key or not at or any(x.field == KIND for x in lines):
        return lines, None
    courses = _courses([x.column for x in at], table, known, facts)
    said = {x.column: _kind(x, courses[x.column], known) for x in at}
    found = {s.value for s in said.values() if s}
    bare = [replace(x, meaning={k: v for k, v in x.meaning.items() if k != KIND}) if x in at else x for x in lines]
    told = [s for s in said.values() if s]
    if len(found) == 1 and (found != {_NOW} or len(told) == len(said)):  # what is there now says nothing of the rest
        sure = len(told) == len(said) and all(s.confidence == "certain" for s in told)
        return bare, Said(found.pop(), "certain" if sure else "likely", told[0].why)
    if not found:
        return [replace(x, why=f"{x.why}; {courses[x.column]}") if x.column in courses else x for x in bare], None
    return [_with(x, said.get(x.column), courses.get(x.column)) for x in bare], None


def _with(line: Line, said: Said | None, course: Course | None) -> Line:
    if line.role != "unpivot":
        return line
    if said is None:
        ask = f"are its figures new, a running total, or there now? Write {KIND} beside its codes"
        why = f"{line.why}; nothing says of which kind they are; {course}"
        return replace(line, confidence="question", why=why, ask=ask)
    sure = line.confidence == "certain" and said.confidence == "certain"
    why = f"{line.why}; {said.why}"
    return replace(
        line, meaning={**line.meaning, KIND: said.value}, confidence="certain" if sure else "likely", why=why
    )


def _kind(line: Line, course: Course, known: Known) -> Said | None:
    """Weigh the header, the code's name, and the course; None where they contradict each other or say nothing."""
    above, of_code = line.meaning.get(KIND), _of_code(line, known)
    if above == _TOTAL and of_code == _NOW and course.falling:
        return Said(_NOW, "likely", f"a total of those who are there now, as the code's name says; {course}")
    if (above == _TOTAL and (of_code or course.falling)) or (above == _NEW and course.rising):
        return None
    if above:
        borne_out = course.rising if above == _TOTAL else course.falling
        return Said(above, "certain" if borne_out else "likely", f"the header says so; {course}")
    if of_code:
        return Said(of_code, "likely", f"the name of the code says so; {course}")
    if course.falling:
        return Said(_NEW, "likely", f"{course}, and no word says that they are there now")
    return Said(_TOTAL, "likely", str(course)) if course.rising else None


def _of_code(line: Line, known: Known) -> str | None:
    """Give the kind that the English name of the code has in it, such as `in intensive care now`."""
    for field, code in line.meaning.items():
        entry = known.declared.fields[field]
        labels = (
            [c.labels.get("en", "") for c in known.declared.codes[entry.codes or ""].codes if c.code == code]
            if entry.codes
            else []
        )
        if any(f"{KIND}={_NOW}" in known.headers.targets(word) for text in labels for word in plain(text).split(" ")):
            return _NOW
    return None


def _courses(columns: Sequence[str], table: Table, known: Known, facts: Facts) -> dict[str, Course]:
    """Follow each column from day to day, apart for every other field of the key; of a day the highest figure counts.

    So a table that was written down several times a day is followed as one of each day.
    """
    line = facts.line(table.time)
    if line is None or line.read is None:
        return {column: Course(0, 0) for column in columns}
    apart = [x.column for x in facts.lines if x.role == "map" and x.field in table.key and x is not line]
    parted = f"PARTITION BY {', '.join(name(c) for c in apart)} " if apart else ""
    whole = "".join(f"{name(c)}, " for c in apart)
    values = ", ".join(f"max({_bare(c)}) AS v{i}" for i, c in enumerate(columns))
    steps = ", ".join(f"v{i} - lag(v{i}) OVER w AS s{i}" for i in range(len(columns)))
    counted = ", ".join(f"count(*) FILTER (s{i} > 0), count(*) FILTER (s{i} < 0)" for i in range(len(columns)))
    day = date_sql(line.column, line.read, known.shell)
    row = facts.con.execute(
        f"SELECT count(DISTINCT d), {counted} FROM (SELECT d, {steps} FROM "
        f"(SELECT {whole}{day} AS d, {values} FROM {parquet(facts.extract)} GROUP BY ALL) "
        f"WINDOW w AS ({parted}ORDER BY d))"
    ).fetchone() or (0,)
    return {column: Course(row[2 * i + 1], row[2 * i + 2], row[0]) for i, column in enumerate(columns)}


def _bare(column: str) -> str:
    """Read figures whose marks are not settled: whole numbers, whatever stands between thousands."""
    return f"TRY_CAST(regexp_replace({name(column)}, '[^0-9-]', '', 'g') AS BIGINT)"
