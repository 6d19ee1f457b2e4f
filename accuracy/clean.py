"""Clean deliveries: every fact is published as it is true, none is rejected, none lost, none flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from accuracy.score import Score
from pipelines import flow, lake
from pipelines.declarations.model import Table
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked
from pipelines.simulate.send import Sent, send
from pipelines.simulate.sendings import Sending, sendings, sent_at
from pipelines.simulate.withheld import is_told_sql


def clean_deliveries(asked: Asked, many: int, home: Path, settings: Settings) -> Score:
    """Let some of a source's deliveries go through the path into the lake, and hold the lake against their truth."""
    score, sent = Score(), list[Sent]()
    for sending in _some(sendings(asked.source, asked.declared, asked.window), many):
        written = send(asked, sending, home / "clean", home / "truth")
        if written is not None:
            sent.append(written)
            score.add(_delivered(written, asked, settings))
    if sent:
        _compare(score, sent, asked, settings)
    return score


def _some(every: Sequence[Sending], many: int) -> list[Sending]:
    """Give some of the deliveries: the last one, and others at equal distances before it."""
    step = max(1, len(every) // many)
    return list(every[::-step][:many][::-1])


def _delivered(sent: Sent, asked: Asked, settings: Settings) -> Score:
    """Run one delivery; count what was rejected or flagged, for nothing in it is wrong."""

    def clock() -> datetime:
        return sent_at(sent.sending)

    outcome = flow.run(sent.path, sent.source, asked.declared, settings, clock, progress=lambda _: None)
    verdict, name = outcome.verdict, f"{sent.source} {sent.sending.on}"
    accepted = verdict.accounts.facts_by_fate.get("accepted", 0) if verdict.decision == "accepted" else 0
    score = Score(files=1, rejections=max(sent.facts_by_fate.get("accepted", 0) - accepted, 0))
    if dict(verdict.accounts.facts_by_fate) != dict(sent.facts_by_fate) or verdict.decision != "accepted":
        fates = f"{verdict.decision}, {dict(verdict.accounts.facts_by_fate)}"
        rules = sorted({f.rule for f in verdict.findings})
        score.told.append(f"{name}: clean, with {dict(sent.facts_by_fate)}, and is {fates}: {', '.join(rules)}")
    flagged = [c for c in verdict.checks if c.failed and c.consequence == "flag"]
    score.alarms += sum(c.failed or 0 for c in flagged)
    score.told += [f"{name}: {c.failed} false alarms of {c.rule}" for c in flagged]
    return score


def _compare(score: Score, sent: Sequence[Sent], asked: Asked, settings: Settings) -> None:
    """Compare every cell of the lake with the truth: of each key what was last said, in the order of sending."""
    table = asked.declared.tables[asked.source.table]
    with lake.opened(settings, read_only=True) as opened:
        con = opened.con
        fields = con.read_parquet(str(sent[0].truth)).columns
        key = [f for f in table.key if f in fields]
        said = _last_said(sent, table, key, fields)
        con.execute(f"CREATE OR REPLACE TEMP TABLE truth AS SELECT *, true AS there FROM ({said})")
        read = (
            f"SELECT {', '.join(fields)}, true AS there FROM lake.{table.table} WHERE source = '{asked.source.source}'"
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE published AS {read}")
        same = " + ".join(f"(t.{f} IS NOT DISTINCT FROM p.{f})::INT" for f in fields)
        joined = f"truth t FULL JOIN published p USING ({', '.join(key)})"
        first, second = "t.there", "p.there"  # where one is missing, the other side of the join has no such row
        asked_for = (
            f"SELECT count({first}) * {len(fields)}, coalesce(sum({same}) FILTER ({first} IS NOT NULL), 0), "
            f"count(*) FILTER ({second} IS NULL), count(*) FILTER ({first} IS NULL) FROM {joined}"
        )
        cells, equal, lost, invented = con.execute(asked_for).fetchone() or (0, 0, 0, 0)
    score.add(replace(Score(), cells=int(cells), equal=int(equal), lost=int(lost), invented=int(invented)))
    if lost or invented or cells != equal:
        told = f"{lost} facts lost, {invented} invented, {cells - equal} cells are not the truth"
        score.told.append(f"{asked.source.source}: {told}")


def _last_said(sent: Sequence[Sent], table: Table, key: Sequence[str], fields: Sequence[str]) -> str:
    """Write the query of what stands: of each key what was last said, and nothing where its record was taken back."""
    said = " UNION ALL ".join(f"SELECT *, {i} AS turn FROM '{one.truth}'" for i, one in enumerate(sent))
    known = f" WHERE {is_told_sql(table, fields)}"
    last = f"QUALIFY row_number() OVER (PARTITION BY {', '.join(key)} ORDER BY turn DESC) = 1"
    gone = [f"SELECT {', '.join(key)} FROM '{one.deleted}'" for one in sent if one.deleted]
    stands = f" ANTI JOIN ({' UNION ALL '.join(gone)}) USING ({', '.join(key)})" if gone else ""
    return f"SELECT * EXCLUDE (turn) FROM ({said}){stands}{known} {last}"
