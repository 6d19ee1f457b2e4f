"""The nouns of the path: what one step hands to the next. Frozen; the rows themselves lie in files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pipelines.declarations.source import Source

Decision = Literal["accepted", "partly-accepted", "held", "refused"]
Answer = Literal["publish", "return"]
Kind = Literal["add_update", "replace", "withdraw", "zero_report"]
Period = tuple[date, date]

ROW = "salamat_row"
RECORD_DELETED = "record-deleted"  # set aside, but it says something: there is to be no record of its key
ZERO_REPORTED = "zero-reported"  # nothing is published, and that is what was meant
DATAPACKAGE = "datapackage.json"  # in which a sender says an envelope
EXTRACT, HARMONISED, FATES, PROBLEMS = "extract.parquet", "harmonised.parquet", "fates.parquet", "problems.parquet"


@dataclass(frozen=True)
class Acknowledged:
    """Somebody knows of a finding and has explained it: why, and until when it asks for no attention."""

    until: date
    because: str


@dataclass(frozen=True)
class Acknowledgement:
    """What is acknowledged: a rule, of a source, where fields have these values, from a first to a last period.

    `who` and `at` are those of the command; an acknowledgement that is declared has neither.
    """

    rule: str
    source: str
    because: str
    until: date
    where: Mapping[str, str] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    who: str | None = None
    at: datetime | None = None

    @classmethod
    def declared(cls, source: Source) -> tuple[Acknowledgement, ...]:
        """Give what a source's own declaration acknowledges."""
        return tuple(
            cls(a.rule, source.source, a.because, a.until, {f: str(v) for f, v in a.where.items()}, a.first, a.last)
            for a in source.acknowledged
        )

    def scope(self) -> tuple[object, ...]:
        """What it is about: of two about the same, the later counts."""
        return self.rule, self.source, tuple(sorted(self.where.items())), self.first, self.last


@dataclass(frozen=True)
class Finding:
    """One thing to tell the sender: a rule, and where in the sender's own file it was found.

    `row` counts as a spreadsheet does: the header is row 1. `facts` is how many facts it is about.
    `sheet` is named where several sheets of a workbook were read.
    """

    rule: str
    row: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    expected: str | None = None
    nearest: str | None = None
    facts: int = 1
    acknowledged: Acknowledged | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        told = [
            f"{self.rule} {self.place()}".strip(),
            self.value or "",
            f"expected {self.expected}" if self.expected else "",
        ]
        return ": ".join(part for part in told if part)

    def place(self) -> str:
        """Say where: `row 12, column Күні`."""
        parts = [
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        ]
        return ", ".join(p for p in parts if p)

    @property
    def row_label(self) -> str | None:
        """Write its row as a spreadsheet does: `12`, or `Қаңтар!12` where several sheets were read."""
        where = [self.sheet or "", "" if self.row is None else str(self.row)]
        return "!".join(part for part in where if part) or None


def overheard(said: object) -> str:
    """Give what a library says of a file: its own words, in quotes, as no report can say them in its language."""
    return f"what reads it says “{str(said).partition(chr(10))[0][:200]}”"


@dataclass(frozen=True)
class Envelope:
    """What a sender says of a delivery beside its bytes. Without it, what the source declares holds.

    `kind`: its facts are added or put in the place of those with the same key (add_update), they are all that is to
    stand in `period` (replace), there was nothing to report in `period` (zero_report), or something is taken back
    (withdraw): the delivery `withdraws`, or what the source says of `period`. `period`: the first and last day, `file`
    for the days of the file's own facts, `all` for everything. `meant`: the sender knows that these bytes came before,
    and wants them to count again.
    """

    kind: Kind | None = None
    period: Period | Literal["file", "all"] | None = None
    because: str = ""
    withdraws: str | None = None
    meant: bool = False

    @property
    def reports_zero(self) -> bool:
        """Whether it says that there was nothing to report; its file has no rows then."""
        return self.kind == "zero_report"

    @property
    def period_text(self) -> str | None:
        """The period as it is written: `2021-03-01/2021-03-31`, `file` or `all`."""
        return "/".join(day.isoformat() for day in self.period) if isinstance(self.period, tuple) else self.period


PLAIN = Envelope()


@dataclass(frozen=True)
class Delivery:
    """A receipt: these bytes came from this source at this moment. `path` leads to the bytes."""

    delivery_id: str
    source: str
    file_name: str
    path: Path
    sha256: str
    size_bytes: int
    received_at: datetime
    envelope: Envelope = PLAIN


@dataclass(frozen=True)
class Arrival:
    """A file that was found complete and taken aside under the id that its delivery will have."""

    delivery_id: str
    source: str
    path: Path
    envelope: Envelope = PLAIN


@dataclass(frozen=True)
class Review:
    """What a person said of a held delivery: who, when, why, under which declarations."""

    delivery_id: str
    answer: Answer
    who: str
    because: str
    at: datetime
    declarations_digest: str


@dataclass(frozen=True)
class Workspace:
    """The folder in which a delivery's artefacts lie: extract, harmonised facts, problems."""

    folder: Path

    def file(self, name: str) -> Path:
        """Where the artefact of this name lies."""
        return self.folder / name

    @property
    def spill(self) -> Path:
        """Where DuckDB may put what does not fit into memory."""
        return self.folder / "spill"


@dataclass(frozen=True)
class Extract:
    """Every cell as text under the sender's column names.

    `first_row` is the row of the sender's file that the first row of the Parquet file is; the others follow it. Where
    they do not follow each other there, the extract is `numbered`: its column `salamat_row` says the row of each.
    `sheets` are those of a workbook that were read, in their order; their rows are counted through (see numbering.py).
    """

    delivery: Delivery
    path: Path
    columns: tuple[str, ...]
    rows: int
    encoding: str
    notes: tuple[Finding, ...] = ()
    first_row: int = 2
    numbered: bool = False
    sheets: tuple[str, ...] = ()

    @property
    def row_sql(self) -> str:
        """The row of the sender's file, as SQL over the Parquet file with its `file_row_number`."""
        return ROW if self.numbered else f"file_row_number + {self.first_row}"


@dataclass(frozen=True)
class Harmonised:
    """Facts in our fields: `source_row`, `source_column`, `set_aside`, a value per given field, `problems` by field.

    `columns` leads from a field to the sender's column it was read from; None where the fact's own column is meant.
    """

    extract: Extract
    path: Path
    facts: int
    columns: Mapping[str, str | None]
    set_aside: Mapping[str, int]
    notes: tuple[Finding, ...] = ()

    @property
    def workspace(self) -> Workspace:
        """The folder in which the facts lie, and the fates that they were given."""
        return Workspace(self.path.parent)


@dataclass(frozen=True)
class Check:
    """One rule, tried on this delivery. `failed` counts facts; None means that the rule was not made here, and why.

    Of those that failed, `acknowledged` are known and explained.
    """

    rule: str
    field: str | None
    consequence: str
    severity: str
    failed: int | None
    why_not: str | None = None
    acknowledged: int = 0

    @property
    def passed(self) -> bool:
        """Whether it was made and nothing failed."""
        return self.failed == 0


@dataclass(frozen=True)
class Accounts:
    """Where everything that was read has gone. Each mapping's values sum to what stands before it."""

    rows: int
    rows_by_fate: Mapping[str, int]
    facts: int
    facts_by_fate: Mapping[str, int]

    def balanced(self) -> bool:
        """Whether nothing is lost and nothing invented."""
        return self.rows == sum(self.rows_by_fate.values()) and self.facts == sum(self.facts_by_fate.values())


@dataclass(frozen=True)
class Verdict:
    """What became of a delivery: every check, every finding counted, and the facts split into accepted and rejected.

    `fates` is a Parquet file (fact, fate, dq_flags) of the facts that some rule concerns, by their place in the
    harmonised file; the others are accepted. `problems` has a row per fact and rule. Both are None for a delivery that
    was refused before there were facts. `snapshot` is the lake's, where rules looked into it.
    """

    decision: Decision
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]
    accounts: Accounts
    harmonised: Harmonised | None = None
    fates: Path | None = None
    problems: Path | None = None
    snapshot: int | None = None

    def files(self) -> tuple[Path, ...]:
        """The files that it speaks of; none for a delivery that was refused before there were facts."""
        made = self.harmonised
        read = (made.extract.path, made.path) if made else ()
        return (*read, *(file for file in (self.fates, self.problems) if file))


@dataclass(frozen=True)
class Publication:
    """One lake transaction.

    The accepted facts are `inserted`, `updated`, `unchanged`, or `overtaken`: a delivery that came later has said
    otherwise already. `deleted` and `restored` count rows of the lake that other deliveries had said.
    """

    submission_id: str
    table: str
    recorded_at: datetime
    snapshot: int
    inserted: int
    updated: int
    unchanged: int
    overtaken: int = 0
    deleted: int = 0
    restored: int = 0
    repeated: bool = False


@dataclass(frozen=True)
class Release:
    """An immutable folder: Parquet per table, one DuckDB file, a manifest. `repeated`: it was there already."""

    release_id: str
    folder: Path
    tables: Mapping[str, int] = field(default_factory=dict)
    repeated: bool = False
