"""fold: what the deliveries of a source say together, in the order of receipt.

Of each key the last delivery counts that says something of it: a fact, or that there is none, by a row that deletes its
record or as a replacement that does not name it. A withdrawn delivery says nothing. Who said a row is the first of
those that, one after another, said the same up to now. The lake is this fold; a delivery that is the newest needs only
itself and the lake to find what it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.engine import literal, name, names
from pipelines.fold.said import (
    ALL,
    Said,
    Subject,
    accepted,
    deleted,
    kind_of,
    overtakes,
    said_before,
    said_by,
    silent,
    unsure,
)
from pipelines.fold.zeros import zero_reports
from pipelines.lake import FILE

__all__ = [
    "ALL",
    "Changes",
    "Said",
    "Subject",
    "accepted",
    "changes",
    "deleted",
    "gone_query",
    "kind_of",
    "overtakes",
    "said_before",
    "said_by",
    "stage",
    "standing",
    "zero_reports",
]


@dataclass(frozen=True)
class Changes:
    """What a delivery changes, in the temporary tables `changed` and `gone`, and what became of its accepted facts."""

    inserted: int
    updated: int
    unchanged: int
    overtaken: int
    deleted: int
    restored: int


def standing(said: Iterable[Said]) -> list[Said]:
    """Give those that count, in the order of receipt: what was withdrawn does not, unless that was withdrawn again."""
    void: set[str] = set()
    ordered = sorted(said, key=lambda s: s.order)
    for one in reversed(ordered):
        if one.withdraws and one.name not in void:
            void.add(one.withdraws)
    return [one for one in ordered if one.name not in void and not one.withdraws]


def changes(said: Said, before: Sequence[Said], subject: Subject, target: str) -> Changes:
    """Find what a delivery changes in `target`, the lake's table; `before` is all that was published of its source.

    Leaves `changed`, the lake's rows with `is_there`, `was_on` and `was_in` (the day of the row that is there, and the
    file it lies in), and `gone`, keys.
    A delivery that was published before, under other declarations, stands in `before` too.
    """
    stage(said, subject)
    facts = agreeing = _count(subject, "staged")
    if said.withdraws or any(said.name == o.name or said.order < o.order for o in before):
        _fold(said, before, subject, target)
        agreeing = _count(subject, _agreeing(subject))
    else:
        _ahead(said, subject, target)
    return _counted(said, subject, facts, agreeing)


def stage(said: Said, subject: Subject) -> None:
    """Make `staged`, the facts that a delivery says, `unsure` and `deleted`, keys it does not know of or deletes."""
    subject.con.execute(f"CREATE OR REPLACE TEMP VIEW staged AS {accepted(said, subject)}")
    subject.con.execute(f"CREATE OR REPLACE TEMP TABLE deleted AS {deleted(said, subject)}")
    subject.con.execute(f"CREATE OR REPLACE TEMP TABLE unsure AS {unsure(said, subject)}")


def gone_query(said: Said, subject: Subject, target: str) -> str:
    """Give the query of the keys that a replacement no longer names, once it is staged; what it deletes it names."""
    if said.period is None:
        return f"SELECT {names(subject.key)} FROM {target} WHERE false"
    return (
        f"SELECT {names(subject.key)} FROM {target} AS t\n"
        f"WHERE t.source = {literal(subject.source.source)} AND {subject.in_days(said.period, 't')}\n"
        f"AND NOT EXISTS (FROM staged s WHERE {subject.same_key('s', 't')})\nAND {silent(subject, 't', 'unsure')}\n"
        f"AND {silent(subject, 't', 'deleted')}"
    )


def _ahead(said: Said, subject: Subject, target: str) -> None:
    """The newest delivery: its facts against the lake."""
    _compare("staged", subject.differ("t", "s"), subject, target)
    gone = gone_query(said, subject, target)
    if _count(subject, "deleted"):
        key, own = names(subject.key), f"source = {literal(subject.source.source)}"
        gone += f"\nUNION SELECT {key} FROM {target} SEMI JOIN deleted USING ({key}) WHERE {own}"
    subject.con.execute(f"CREATE OR REPLACE TEMP TABLE gone AS {gone}")


def _compare(says: str, differ: str, subject: Subject, target: str) -> None:
    """Make `changed` of the rows `says`: those that the lake does not have, or has and that differ."""
    _find(says, subject, target)
    subject.con.execute(
        "CREATE OR REPLACE TEMP TABLE changed AS\n"
        f"SELECT s.*, t.source IS NOT NULL AS is_there, t.{name(subject.table.time)} AS was_on, t.{FILE} AS was_in\n"
        f"FROM {says} s LEFT JOIN {target} t ON {subject.same_row('t', 's')} AND {subject.beside('there', 't')}\n"
        f"WHERE t.source IS NULL OR {differ}"
    )


def _find(says: str, subject: Subject, target: str) -> None:
    """Make `there`: of each of the rows `says` that the lake has, its day there and the file it lies in.

    Keys are looked up alone, which is less than to read whole rows: on the days that are said, and everywhere where a
    key says no day and not every one was found there.
    """
    con, time = subject.con, name(subject.table.time)
    look = f"SELECT t.{time} AS was_on, t.{FILE} AS was_in FROM {target} t SEMI JOIN {says} s"
    look += f" ON {subject.same_row('t', 's')}"
    near = subject.near(f"SELECT {time} AS day FROM {says}", "t")
    con.execute(f"CREATE OR REPLACE TEMP TABLE there AS {look} WHERE {near}")
    if subject.table.time not in subject.key and _count(subject, "there") < _count(subject, says):
        con.execute(f"CREATE OR REPLACE TEMP TABLE there AS {look}")


def _fold(said: Said, before: Sequence[Said], subject: Subject, target: str) -> None:
    """A withdrawal, or what is late or published before: all that was said of the keys it touches is folded anew."""
    everything = [*(other for other in before if other.name != said.name), said]
    _touch(_spoken_of(said, before), everything, subject)
    _say(standing(everything), subject)
    con, key = subject.con, names(subject.key)
    differ = f"t.submission_id <> s.submission_id OR {subject.differ('t', 's')}"
    _compare("folded", differ, subject, target)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE gone AS SELECT {key} FROM touched\n"
        f"SEMI JOIN (SELECT {key} FROM {target} WHERE source = {literal(subject.source.source)}) USING ({key})\n"
        f"ANTI JOIN folded USING ({key})"
    )


def _agreeing(subject: Subject) -> str:
    """The delivery's facts that the fold says too."""
    on = f"{subject.same_key('f', 's')} AND NOT ({subject.differ('f', 's')})"
    return f"(SELECT s.* FROM staged s SEMI JOIN folded f ON {on})"


def _spoken_of(said: Said, before: Sequence[Said]) -> list[Said]:
    """Give those whose word begins or ends to count: itself, what it said before, what it withdraws, and so on."""
    known, found = {other.name: other for other in before}, [said]
    found += [known[said.name]] if said.name in known else []
    withdrawn = said.withdraws
    while withdrawn in known:
        found.append(known[withdrawn])
        withdrawn = known[withdrawn].withdraws
    return found


def _touch(spoken_of: Sequence[Said], everything: Sequence[Said], subject: Subject) -> None:
    """Collect the keys on which anything can change."""
    key = names(subject.key)
    parts = [f"SELECT {key} FROM ({said(one, subject)})" for one in spoken_of for said in (accepted, deleted)]
    for period in {one.period for one in spoken_of if one.period}:
        days = subject.in_days(period)
        parts += [f"SELECT {key} FROM ({accepted(one, subject)}) WHERE {days}" for one in everything if one.facts]
    subject.con.execute("CREATE OR REPLACE TEMP TABLE touched AS " + "\nUNION ".join(parts))


def _say(counting: Sequence[Said], subject: Subject) -> None:
    """Write down what each says of the touched keys, and fold it: `folded` has the rows that stand."""
    con, key = subject.con, names(subject.key)
    con.execute("CREATE OR REPLACE TEMP TABLE says AS SELECT *, 0 AS nth, true AS present FROM staged WHERE false")
    for nth, one in enumerate(counting):
        con.execute(f"CREATE OR REPLACE TEMP VIEW its AS {accepted(one, subject)}")
        con.execute(f"INSERT INTO says SELECT its.*, {nth}, true FROM its SEMI JOIN touched USING ({key})")
        none = f"SELECT {key}, {nth} AS nth, false AS present FROM"
        con.execute(f"INSERT INTO says BY NAME {none} ({deleted(one, subject)}) SEMI JOIN touched USING ({key})")
        if one.period:
            con.execute(f"CREATE OR REPLACE TEMP TABLE doubts AS {unsure(one, subject)}")
            con.execute(
                f"INSERT INTO says BY NAME {none} touched t\n"
                f"WHERE {subject.in_days(one.period, 't')}\n"
                f"AND NOT EXISTS (FROM its WHERE {subject.same_key('its', 't')}) AND {silent(subject, 't', 'doubts')}"
            )
    said = names(subject.values) or "1"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE folded AS SELECT * EXCLUDE (nth, present, said, is_new, since) FROM (\n"
        f"  SELECT *, max(nth) FILTER (is_new) OVER (PARTITION BY {key}) AS since\n"
        "  FROM (SELECT *, said IS DISTINCT FROM lag(said) OVER one_key AS is_new\n"
        f"    FROM (SELECT *, CASE WHEN present THEN row({said}) END AS said FROM says)\n"
        f"    WINDOW one_key AS (PARTITION BY {key} ORDER BY nth))\n"
        ") WHERE nth = since AND present"
    )


def _counted(said: Said, subject: Subject, facts: int, agreeing: int) -> Changes:
    own = f"submission_id = {literal(said.name)}"
    counts = (
        f"SELECT count(*) FILTER ({own} AND NOT is_there), count(*) FILTER ({own} AND is_there),\n"
        f"count(*) FILTER (NOT {own}) FROM changed"
    )
    inserted, updated, restored = subject.con.execute(counts).fetchone() or (0, 0, 0)
    deleted = _count(subject, "gone")
    return Changes(inserted, updated, agreeing - inserted - updated, facts - agreeing, deleted, restored)


def _count(subject: Subject, relation: str) -> int:
    return int((subject.con.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,))[0])
