"""What one delivery says of its source's keys, as SQL: the facts that were accepted, and the keys it is unsure of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.artefacts import FATES, HARMONISED, RECORD_DELETED, Delivery, Envelope, Kind, Period, Workspace
from pipelines.declarations import Declarations
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.engine import literal, literals, name, names, parquet
from pipelines.errors import StoreError
from pipelines.lake import FILE, LINEAGE_FIRST, columns_of
from pipelines.numbering import row_in_sheet
from pipelines.store import Store

if TYPE_CHECKING:
    import duckdb

ALL: Period = (date.min, date.max)
_FILES_NAMED = 100
_NOT_YET = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """A delivery as the fold sees it: its place in the order of receipt, its kind, its days, and where its facts lie.

    `period` is the days of which it says everything (a replace, or the withdrawal of days); None where it speaks of its
    own keys alone. `facts` is None for a withdrawal: it has none.
    """

    delivery: Delivery
    kind: Kind
    period: Period | None
    withdraws: str | None
    facts: Workspace | None
    recorded_at: datetime = _NOT_YET

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """Its place in the order of receipt; of two received at one moment, what was published first comes first."""
        return self.delivery.received_at, self.recorded_at, self.delivery.delivery_id

    @property
    def name(self) -> str:
        """The delivery's id."""
        return self.delivery.delivery_id

    def says_the_same_as(self, other: Said) -> bool:
        """Whether another brought the same bytes, to the same purpose."""
        alike = [(s.delivery.sha256, s.kind, s.period, s.withdraws) for s in (self, other)]
        return alike[0] == alike[1]


@dataclass(frozen=True)
class Subject:
    """What is spoken of: a table, one source's part of it, and a connection to ask."""

    con: duckdb.DuckDBPyConnection
    table: Table
    source: Source
    declared: Declarations

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the rows of one source apart."""
        return self.table.key

    @property
    def values(self) -> tuple[str, ...]:
        """What a row says of its key; rows that agree in these say the same."""
        return tuple(f for f in (*self.table.fields, "dq_flags") if f not in self.table.key)

    def same_key(self, one: str, other: str) -> str:
        """The condition that two relations mean the same key."""
        return " AND ".join(f"{one}.{name(k)} = {other}.{name(k)}" for k in self.key)

    def same_row(self, there: str, says: str) -> str:
        """The condition that a row of the lake is the source's, and of the key of one that it says."""
        own = (self.source.country, self.source.source)
        whose = (f"{there}.{c} = {literal(value)}" for c, value in zip(LINEAGE_FIRST, own, strict=True))
        return " AND ".join((*whose, self.same_key(there, says)))

    def differ(self, one: str, other: str) -> str:
        """The condition that two rows of one key say different things."""
        said = (f"{one}.{name(f)} IS DISTINCT FROM {other}.{name(f)}" for f in self.values)
        return " OR ".join(said) or "false"

    def in_days(self, period: Period, relation: str = "") -> str:
        """The condition that a row is of these days."""
        time = f"{relation}.{name(self.table.time)}" if relation else name(self.table.time)
        return "true" if period == ALL else f"{time} BETWEEN DATE '{period[0]}' AND DATE '{period[1]}'"

    def near(self, days: str, relation: str) -> str:
        """The condition that a row is of the days between the first and the last that the query `days` gives as `day`.

        The lake is sorted by days: files and parts of files that lie outside are not read.
        """
        asked = f"SELECT min(day), max(day), count(*) = count(day) FROM ({days})"
        first, last, all_dated = self.con.execute(asked).fetchone() or (None, None, False)
        if not all_dated:
            return "true"
        return self.in_days((first, last), relation) if first else "false"

    def beside(self, rows: str, relation: str) -> str:
        """The condition that a row is of the days and in the files of `rows`, which say them as `was_on` and `was_in`.

        Naming many files costs more than it saves: a condition on days is left then.
        """
        near = self.near(f"SELECT was_on AS day FROM {rows}", relation)
        found = self.con.execute(f"SELECT DISTINCT was_in FROM {rows} ORDER BY 1 LIMIT {_FILES_NAMED + 1}").fetchall()
        if not 0 < len(found) <= _FILES_NAMED:
            return near
        return f"{near} AND {relation}.{FILE} IN ({literals(file for (file,) in found)})"


def said_by(delivery: Delivery, facts: Workspace | None, subject: Subject) -> Said:
    """Give what a delivery says that is about to be published; a withdrawal has no facts.

    `facts` is the folder in which they lie, with the fates that they were given.
    """
    envelope, delivers = delivery.envelope, subject.source.delivers
    kind = kind_of(delivery, subject.source)
    period = envelope.period or (delivers.period if kind == "replace" else None)
    if kind == "add_update" or envelope.withdraws:
        return Said(delivery, kind, None, envelope.withdraws, facts)
    own = Said(delivery, kind, None, None, facts)
    days = ALL if period == "all" else days_of(own, subject) if period == "file" else period
    return replace(own, period=days)


def kind_of(delivery: Delivery, source: Source) -> Kind:
    """Give what a delivery does: what its envelope says, or else what its source declares."""
    return delivery.envelope.kind or source.delivers.kind


def said_before(submissions: Iterable[Mapping[str, Any]], store: Store) -> list[Said]:
    """Give what is published of a source, from its rows in the lake's register, in the order of receipt."""
    return sorted((_submitted(row, store) for row in submissions), key=lambda said: said.order)


def _submitted(row: Mapping[str, Any], store: Store) -> Said:
    days = (row["period_start"], row["period_end"]) if row["period_start"] else ALL
    envelope = Envelope(row["kind"], None, row["because"] or "", row["withdraws"])
    received_at = row["received_at"].replace(tzinfo=UTC)
    told = (row["submission_id"], row["source"], row["file_name"], Path(), row["sha256"], row["size_bytes"])
    speaks_of_days = row["kind"] != "add_update" and not row["withdraws"]
    kept = store.kept(row["submission_id"], row["declarations_digest"])
    return Said(
        Delivery(*told, received_at, envelope),
        row["kind"],
        days if speaks_of_days else None,
        row["withdraws"],
        None if row["kind"] == "withdraw" else kept,
        row["recorded_at"].replace(tzinfo=UTC),
    )


def accepted(said: Said, subject: Subject, *, ordered: bool = False) -> str:
    """Give the query of the accepted facts in the columns of the lake; `ordered`: as the table is sorted.

    What is the same for every fact is added behind the sort, not sorted along. Behind the first field like lies beside
    like, which packs and reads as well as their own order: texts as keys of a sort would cost more than all the rest.
    """
    columns = columns_of(subject.declared, subject.table)
    if said.facts is None:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name(c)}" for c, kind in columns.items())
        return f"SELECT {nothing} WHERE false"
    there = _columns(said, subject.con)
    given = [f for f in subject.table.fields if f in there]
    place = [column for column in ("source_sheet", "source_row") if column in there]
    facts = (
        f"SELECT {names((*given, *place, 'source_column'))}, x.dq_flags\n"
        f"FROM {_facts(said)} h LEFT JOIN {_fates(said)} x ON x.fact = h.file_row_number\n"
        "WHERE h.set_aside IS NULL AND coalesce(x.fate, 'accepted') = 'accepted'"
    )
    same = {
        "reporting_country": literal(subject.source.country),
        "source": literal(subject.source.source),
        "submission_id": literal(said.name),
        **({"source_row": row_in_sheet("source_row")} if "source_sheet" in there else {"source_sheet": "NULL"}),
        "dq_flags": "coalesce(dq_flags, [])",
        **{f: "NULL" for f in subject.table.fields if f not in there},
    }
    chosen = ", ".join(f"CAST({same.get(c, name(c))} AS {kind}) AS {name(c)}" for c, kind in columns.items())
    first, *then = [name(f) for f in subject.table.sorted_by if f in given] or [""]
    order = ", ".join([first, *(f"hash({f})" for f in then)]) if ordered else ""
    return f"SELECT {chosen} FROM ({facts}{' ORDER BY ' + order if order else ''})"


def deleted(said: Said, subject: Subject) -> str:
    """Give the query of the keys of which a row says that their record is to be deleted."""
    there = _columns(said, subject.con) if said.facts else set()
    if not there & subject.table.deleted_by.keys():
        return _no_key(subject)
    return f"SELECT DISTINCT {names(subject.key)} FROM {_facts(said)} WHERE set_aside = {literal(RECORD_DELETED)}"


def unsure(said: Said, subject: Subject) -> str:
    """Give the query of the keys of the facts that were not accepted; a part of a key that was not read is NULL.

    What the sender wanted to say of such a key is not known: a replacement leaves it as it was.
    """
    if said.facts is None:
        return _no_key(subject)
    there = _columns(said, subject.con)
    chosen = ", ".join(
        f"CAST({name(k) if k in there else 'NULL'} AS {kind}) AS {name(k)}" for k, kind in _kinds(subject).items()
    )
    return (
        f"SELECT DISTINCT {chosen} FROM {_facts(said)} h JOIN {_fates(said)} x ON x.fact = h.file_row_number\n"
        "WHERE h.set_aside IS NULL AND x.fate <> 'accepted'"
    )


def silent(subject: Subject, known: str, doubts: str) -> str:
    """The condition that the keys in the table `doubts`, whole or in parts, do not mean the key of `known`."""
    whole = " AND ".join(f"{name(k)} IS NOT NULL" for k in subject.key)
    counts = f"SELECT count(*) FILTER ({whole}), count(*) FILTER (NOT ({whole})) FROM {doubts}"
    wholes, parts = subject.con.execute(counts).fetchone() or (0, 0)
    loose = " AND ".join(f"(d.{name(k)} IS NULL OR d.{name(k)} = {known}.{name(k)})" for k in subject.key)
    conditions = [f"NOT EXISTS (FROM {doubts} d WHERE {subject.same_key('d', known)})"] if wholes else []
    conditions += [f"NOT EXISTS (FROM (SELECT * FROM {doubts} WHERE NOT ({whole})) d WHERE {loose})"] if parts else []
    return " AND ".join(conditions) or "true"


def overtakes(later: Said, earlier: Said, subject: Subject) -> bool:
    """Whether a later delivery says something of every key of which an earlier one does."""
    for view, said in (("ours", earlier), ("theirs", later)):
        key, gone = names(subject.key), deleted(said, subject)
        spoken = f"SELECT * FROM ({accepted(said, subject)}) UNION ALL BY NAME SELECT {key} FROM ({gone})"
        subject.con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {spoken}")
    days = f"coalesce({subject.in_days(later.period, 'o')}, false)" if later.period else "false"
    left = f"NOT ({days}) AND NOT EXISTS (FROM theirs t WHERE {subject.same_key('t', 'o')})"
    every, alone = subject.con.execute(f"SELECT count(*), count(*) FILTER ({left}) FROM ours o").fetchone() or (0, 0)
    return bool(every) and not alone


def days_of(said: Said, subject: Subject) -> Period | None:
    """Give the first and last day of the accepted facts; None where there are none."""
    time = name(subject.table.time)
    days = f"SELECT min({time}), max({time}) FROM ({accepted(said, subject)})"
    first, last = subject.con.execute(days).fetchone() or (None, None)
    return (first, last) if first and last else None


def _kinds(subject: Subject) -> dict[str, str]:
    return {k: subject.declared.fields[k].sql_type for k in subject.key}


def _no_key(subject: Subject) -> str:
    return (
        f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name(k)}' for k, kind in _kinds(subject).items())} WHERE false"
    )


def _facts(said: Said) -> str:
    return parquet(_file(said, HARMONISED), numbered=True)


def _fates(said: Said) -> str:
    return parquet(_file(said, FATES))


def _file(said: Said, artefact: str) -> Path:
    file = (said.facts or Workspace(Path())).file(artefact)
    if not file.is_file():
        mend = f"bring the store back from its backup, or run `salamat reprocess {said.name}`"
        raise StoreError(f"the facts of the delivery {said.name} are not in the store any more ({file}); {mend}")
    return file


def _columns(said: Said, con: duckdb.DuckDBPyConnection) -> set[str]:
    return {str(row[0]) for row in con.execute(f"DESCRIBE SELECT * FROM {_facts(said)}").fetchall()}
