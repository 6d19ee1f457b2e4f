"""A lake in which deliveries are published without a file: their facts lie as `harmonise` and `validate` leave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import lake
from pipelines.artefacts import (
    FATES,
    HARMONISED,
    PROBLEMS,
    Accounts,
    Check,
    Delivery,
    Envelope,
    Extract,
    Harmonised,
    Publication,
    Verdict,
)
from pipelines.declarations import Declarations
from pipelines.errors import Superseded
from pipelines.publish import publish, withdraw
from pipelines.settings import Settings
from pipelines.store import Store
from tests.fold.model import Key, Row, Told

SOURCE, FIRST = "kz/case_counts", date(2021, 3, 1)
BEGIN = datetime(2021, 4, 1, tzinfo=UTC)
_SAME = {"period_type": "D", "pathogen": "SARSCOV2", "indicator": "CASES", "measure_type": "INCIDENT"}
_DEFAULTS = {"case_basis": "UNK", "date_basis": "UNK", "age_from_years": -1, "age_to_years": -1, "sex": "_T"}


class LakeOfOneSource:
    """Publishes what a model tells; the order of receipt is that of the numbers given to `receive`."""

    def __init__(self, home: Path, declared: Declarations) -> None:
        """Make an empty one."""
        self.settings = Settings.from_environment({"SALAMAT_HOME": str(home)})
        table = declared.tables["case_counts"].model_copy(update={"deleted_by": {"record_status": "DELETE"}})
        self.declared = replace(declared, tables={**declared.tables, "case_counts": table})
        self.source = declared.sources[SOURCE]
        self.moment = BEGIN
        self._opened = lake.opened(self.settings)
        self.lake = self._opened.__enter__()

    def close(self) -> None:
        """Let go of the lake."""
        self._opened.__exit__(None, None, None)

    def publish(self, told: Told, received: float, *, meant: bool = True) -> Publication | None:
        """Publish a delivery that was received at this place in the order; None where it is superseded."""
        delivery = self._delivery(told, received, meant=meant)
        self.moment += timedelta(minutes=1)
        try:
            if told.withdraws or told.takes_back_days:
                return withdraw(delivery, self.source, self.declared, self.lake, lambda: self.moment)
            return publish(self._verdict(told, delivery), self.source, self.declared, self.lake, lambda: self.moment)
        except Superseded:
            return None

    def rows(self, snapshot: int | None = None) -> dict[Key, tuple[int, str]]:
        """What the table says, now or in a snapshot."""
        at = f" AT (VERSION => {snapshot})" if snapshot is not None else ""
        sql = f"SELECT period_start - DATE '{FIRST}', region, value, submission_id FROM lake.case_counts{at}"
        found = self.lake.con.execute(sql).fetchall()
        assert len({row[:2] for row in found}) == len(found)
        return {(int(day), region): (int(value), name) for day, region, value, name in found}

    def files(self) -> set[str]:
        """The files in which the rows lie."""
        return {
            str(name) for (name,) in self.lake.con.execute("SELECT DISTINCT filename FROM lake.case_counts").fetchall()
        }

    def versions(self) -> tuple[dict[Key, datetime], list[tuple[Key, Row, datetime, datetime]]]:
        """Since when each row stands, and the rows that stand no more, with the moments of their publications."""
        table, snapshot = self.declared.tables["case_counts"], self.lake.snapshot()
        key = ("reporting_country", "source", *table.key)
        told = f"period_start - DATE '{FIRST}', region, value, submission_id, recorded_at"
        stands = self.lake.con.execute(f"SELECT {told} FROM ({self.lake.standing(table.table, key, snapshot)})")
        since = {(int(day), region): at.replace(tzinfo=UTC) for day, region, _, _, at in stands.fetchall()}
        gone = self.lake.superseded(table.table, key, snapshot)
        stood = self.lake.con.execute(f"SELECT {told}, superseded_at FROM ({gone})").fetchall()
        return since, sorted(
            ((int(day), region), (int(value), name), begun.replace(tzinfo=UTC), ended.replace(tzinfo=UTC))
            for day, region, value, name, begun, ended in stood
        )

    def zero_reports(self, snapshot: int | None = None) -> dict[tuple[int, int], str]:
        """The days of which it stands that there was nothing, now or in a snapshot."""
        at = f" AT (VERSION => {snapshot})" if snapshot is not None else ""
        days = f"period_start - DATE '{FIRST}', period_end - DATE '{FIRST}'"
        found = self.lake.con.execute(f"SELECT {days}, submission_id FROM lake.zero_reports{at}").fetchall()
        return {(int(first), int(last)): name for first, last, name in found}

    def _delivery(self, told: Told, received: float, *, meant: bool) -> Delivery:
        day = [FIRST + timedelta(days=d) for d in told.days] if told.days else None
        kind: Any = "withdraw" if told.withdraws or told.takes_back_days else "zero_report" if told.zero else None
        envelope = Envelope(
            kind or ("replace" if day else "add_update"),
            (day[0], day[1]) if day else None,
            "a test",
            told.withdraws,
            meant,
        )
        said = repr((sorted(told.facts.items()), sorted(map(str, told.doubts)), sorted(told.deletes)))
        return Delivery(
            told.name, SOURCE, "f.csv", Path("f.csv"), said, 1, BEGIN + timedelta(seconds=received), envelope
        )

    def _verdict(self, told: Told, delivery: Delivery) -> Verdict:
        folder = Store(self.settings).workspace(told.name, self.declared.digest)
        every: list[tuple[int | None, str | None, int | None]] = [(d, r, v) for (d, r), v in told.facts.items()]
        every += [(d, r, None) for d, r in sorted(told.doubts, key=str)]
        gone = [{**_fact(n, *key, None), "set_aside": "record-deleted"} for n, key in enumerate(sorted(told.deletes))]
        facts = [*(_fact(nth, *fact) for nth, fact in enumerate(every)), *gone]
        _write(folder.file(HARMONISED), facts, _FACTS)
        rejected = range(len(told.facts), len(every))
        _write(folder.file(FATES), [{"fact": n, "fate": "rejected", "dq_flags": []} for n in rejected], _FATES)
        _write(folder.file(PROBLEMS), [], _PROBLEMS)
        fates = {"accepted": len(told.facts), "rejected": len(rejected), "record-deleted": len(gone)}
        extract = Extract(delivery, folder.file(HARMONISED), (), len(facts), "utf-8")
        harmonised = Harmonised(extract, folder.file(HARMONISED), len(facts), {"value": None}, {})
        accounts = Accounts(len(facts), {"read": len(facts)}, len(facts), fates)
        problems = folder.file(PROBLEMS)
        return Verdict(
            "accepted",
            (Check("missing-value", "value", "reject", "critical", 0),),
            (),
            accounts,
            harmonised,
            folder.file(FATES),
            problems,
        )


_FACTS = pa.schema(
    [
        ("period_start", pa.date32()),
        ("region", pa.string()),
        ("value", pa.float64()),
        *((name, pa.string()) for name in _SAME),
        *((name, pa.int64() if isinstance(value, int) else pa.string()) for name, value in _DEFAULTS.items()),
        ("record_status", pa.string()),
        ("source_row", pa.int64()),
        ("source_column", pa.string()),
        ("set_aside", pa.string()),
    ]
)
_FATES = pa.schema([("fact", pa.int64()), ("fate", pa.string()), ("dq_flags", pa.list_(pa.string()))])
_PROBLEMS = pa.schema(
    [("rule", pa.string()), ("field", pa.string()), ("source_row", pa.int64()), ("source_column", pa.string())]
)


def _fact(nth: int, day: int | None, region: str | None, value: int | None) -> dict[str, Any]:
    when = FIRST + timedelta(days=day) if day is not None else None
    place = {"record_status": None, "source_row": nth + 2, "source_column": None, "set_aside": None}
    return {"period_start": when, "region": region, "value": value, **_SAME, **_DEFAULTS, **place}


def _write(file: Path, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> None:
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), file)
