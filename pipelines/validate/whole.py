"""What is asked of a delivery as a whole: its accounts, the days that its envelope names, what it would take out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipelines.artefacts import RECORD_DELETED, ZERO_REPORTED, Accounts, Delivery, Finding, Harmonised, Workspace
from pipelines.declarations.source import Source
from pipelines.engine import literal, name, names, parquet
from pipelines.fold import Said, Subject, accepted, deleted, gone_query, said_by, stage
from pipelines.numbering import Numbering
from pipelines.validate.beside import Beside


def of_the_accounts(accounts: Accounts, source: Source) -> Iterator[Finding]:
    """Nothing accepted and no record deleted, or too much rejected."""
    rejected, *spoken = (accounts.facts_by_fate.get(fate, 0) for fate in ("rejected", "accepted", RECORD_DELETED))
    if not (taken := sum(spoken)):
        told, wanted = f"{rejected} rejected", "at least one fact"
        yield Finding("nothing-accepted", value=told, expected=wanted, facts=accounts.facts)
    elif (share := rejected / (rejected + taken)) > source.hold_above_rejected_share:
        expected = f"at most {source.hold_above_rejected_share:.0%}"
        yield Finding("too-many-rejected", value=f"{share:.1%}", expected=expected, facts=rejected)


def of_the_zero_report(delivery: Delivery) -> Iterator[Finding]:
    """What a zero report says; of days that are still to come nothing can be said."""
    days = delivery.envelope.period
    if isinstance(days, tuple):
        today = delivery.received_at.date() + timedelta(days=1)  # somewhere it is tomorrow already
        rule = "zero-report-too-early" if days[1] > today else ZERO_REPORTED
        yield Finding(rule, value=f"{days[0]} to {days[1]}", facts=0)


def of_the_days(harmonised: Harmonised, workspace: Workspace, subject: Subject) -> Iterator[Finding]:
    """Facts of other days than the envelope names."""
    days = harmonised.extract.delivery.envelope.period
    if not isinstance(days, tuple):
        return
    said = said_by(harmonised.extract.delivery, workspace, subject)
    outside = f"SELECT count(*) FROM ({accepted(said, subject)}) WHERE NOT ({subject.in_days(days)})"
    if count := int((subject.con.execute(outside).fetchone() or (0,))[0]):
        expected = f"{days[0]} to {days[1]}"
        yield Finding("outside-its-period", value=str(count), expected=expected, facts=count)


def of_what_it_drops(
    harmonised: Harmonised, workspace: Workspace, subject: Subject, beside: Beside
) -> Iterator[Finding]:
    """A replacement that takes out more of what stands than its source is trusted with."""
    said = said_by(harmonised.extract.delivery, workspace, subject)
    if said.period is None or beside.lake is None:
        return
    dropped, stand = _dropped(said, subject, beside)
    zero = said.delivery.envelope.reports_zero  # it says that there never was what it would delete
    most = 0.0 if zero else subject.source.delivers.hold_above_dropped_share
    if stand and dropped / stand > most:
        expected, share = f"at most {most:.0%}", dropped / stand
        yield Finding("mass-drop", value=f"{share:.1%}", expected=expected, facts=dropped)


def of_what_it_deletes(
    harmonised: Harmonised, workspace: Workspace, subject: Subject, beside: Beside
) -> Iterator[Finding]:
    """Rows that delete a record of which nothing is published: how many, and the first of them."""
    if RECORD_DELETED not in harmonised.set_aside:
        return
    said, (field, *_) = said_by(harmonised.extract.delivery, workspace, subject), subject.table.deleted_by
    key, first = names(subject.key), f"list({name(subject.key[0])} ORDER BY source_row)[1]"
    facts = f"{parquet(harmonised.path)} WHERE set_aside = {literal(RECORD_DELETED)}"
    unknown = f"({deleted(said, subject)}) ANTI JOIN ({_known(subject, beside)}) USING ({key})"
    asked = f"SELECT count(*), min(source_row), {first} FROM (FROM {facts}) SEMI JOIN (FROM {unknown}) USING ({key})"
    count, row, value = subject.con.execute(asked).fetchone() or (0, None, None)
    if count:
        found = Finding("no-such-record", row, harmonised.columns[field], subject.key[0], value, facts=int(count))
        yield Numbering(harmonised.extract.sheets).told(found)


def _known(subject: Subject, beside: Beside) -> str:
    """The keys of what is published of the source."""
    opened, snapshot, key = beside.lake, beside.snapshot or 0, names(subject.key)
    if opened is None or not opened.columns_at(subject.table.table, snapshot):
        return f"SELECT {key} FROM facts WHERE false"
    own = f"source = {literal(subject.source.source)}"
    return f"SELECT {key} FROM {opened.as_of(subject.table.table, snapshot)} WHERE {own}"


def _dropped(said: Said, subject: Subject, beside: Beside) -> tuple[int, int]:
    """How many rows of its days it would delete, and how many stand there."""
    con, opened, snapshot = subject.con, beside.lake, beside.snapshot or 0
    if opened is None or not opened.columns_at(subject.table.table, snapshot):
        return 0, 0
    stage(said, subject)
    target = f"(SELECT * FROM {opened.as_of(subject.table.table, snapshot)})"
    days, own = subject.in_days(said.period) if said.period else "true", f"source = {literal(subject.source.source)}"
    counts = (
        f"SELECT (SELECT count(*) FROM ({gone_query(said, subject, target)})),\n"
        f"(SELECT count(*) FROM {target} WHERE {own} AND {days})"
    )
    dropped, stand = con.execute(counts).fetchone() or (0, 0)
    return int(dropped), int(stand)
