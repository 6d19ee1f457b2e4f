"""Which zero reports stand: those that are not taken back, in whose days their source has no row."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.artefacts import Period
from pipelines.engine import literal, name
from pipelines.fold.said import Said, Subject


def zero_reports(counting: Iterable[Said], subject: Subject, target: str) -> str:
    """Give the query of the `submission_id` of each zero report that stands.

    `counting` is what is not withdrawn, in the order of receipt. One stands whole or not at all: a row that its source
    has said since, or a withdrawal of days, may be about one of its days alone, but a row of a month says nothing of
    the days in it.
    """
    time, whose = f"t.{name(subject.table.time)}", f"t.source = {literal(subject.source.source)}"
    said = [
        f"({literal(zero.name)}, DATE {literal(days[0])}, DATE {literal(days[1])})"
        for days, zero in _not_taken_back(counting).items()
    ]
    given = f"(VALUES {', '.join(said)})" if said else "(SELECT NULL, NULL::DATE, NULL::DATE WHERE false)"
    rows = f"FROM {target} t WHERE {whose} AND {time} BETWEEN z.first AND z.last"
    return f"SELECT submission_id FROM {given} AS z(submission_id, first, last) WHERE NOT EXISTS ({rows})"


def _not_taken_back(counting: Iterable[Said]) -> dict[Period, Said]:
    """Of two about the same days the first counts, as with every other statement that is repeated."""
    found: dict[Period, Said] = {}
    for said in counting:
        if said.kind == "withdraw" and said.period:
            found = {days: zero for days, zero in found.items() if not _meet(days, said.period)}
        elif said.kind == "zero_report" and said.period:
            found.setdefault(said.period, said)
    return found


def _meet(one: Period, other: Period) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
