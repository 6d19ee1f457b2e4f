"""One file that a sender sends on one day: what it knew by then, in its words; and beside it the facts in ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pipelines.simulate.asked import Asked
from pipelines.simulate.deletions import REASON
from pipelines.simulate.lay_out import Page, as_sheet, lay_out
from pipelines.simulate.sendings import Sending
from pipelines.simulate.stream import Stream, can_be_streamed
from pipelines.simulate.truth import with_deletions
from pipelines.simulate.write import write

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    Part = tuple[pa.Table, str | None]  # facts, and the reason for which they are set aside


@dataclass(frozen=True)
class Sent:
    """A file, when it is sent, what it has in it, and where the facts lie that it must give.

    `deleted` has the records that it takes back.
    """

    source: str
    path: Path
    sending: Sending
    rows: int
    facts_by_fate: Mapping[str, int]
    truth: Path
    deleted: Path | None = None


def send(asked: Asked, sending: Sending, folder: Path, truth_folder: Path) -> Sent | None:
    """Write the file and its truth, chunk by chunk; None where the sender knows of nothing yet."""
    path = folder / asked.source.source / file_name(asked, sending.on)
    truth = truth_folder / asked.source.source / f"{sending.on:%Y-%m-%d}.parquet"
    known, fates = asked.on(sending.as_of), Counter[str]()
    deleted = truth.with_suffix(".deleted.parquet")
    pages = counted(laid_out(known, _kept_apart(known, sending, truth, deleted)), fates)
    rows = _streamed(pages, asked, path) if can_be_streamed(asked.source.decode) else _written(pages, asked, path)
    if not rows:
        return None
    return Sent(asked.source.source, path, sending, rows, _told(fates), truth, deleted if fates[REASON] else None)


def _kept_apart(known: Asked, sending: Sending, truth: Path, deleted: Path) -> Iterator[Part]:
    """Give the facts on, and write down those that stand, and apart from them those that are taken back."""
    with _Keeper(truth) as stands, _Keeper(deleted) as gone:
        for facts, reason in with_deletions(known):
            if (told := since(facts, known, sending.since)).num_rows:
                (stands if reason is None else gone).keep(told)
                yield told, reason


def file_name(asked: Asked, day: date) -> str:
    """Give a name that the source takes: the day stands for the first star, nothing for the others."""
    return asked.source.arrives.matching.replace("*", f"{day:%Y%m%d}", 1).replace("*", "").replace("?", "0")


def since(facts: pa.Table, asked: Asked, first: date) -> pa.Table:
    """Leave out the figures of periods before a day."""
    import pyarrow as pa  # noqa: PLC0415  heavy
    import pyarrow.compute as pc  # noqa: PLC0415

    table = asked.declared.tables[asked.source.table]
    if first <= asked.window.first or table.time not in facts.column_names:
        return facts
    return facts.filter(pc.greater_equal(facts[table.time], pa.scalar(first, pa.date32())))


def kept(facts: Iterator[pa.Table], target: Path) -> Iterator[pa.Table]:
    """Give the facts on, and write them down on the way; nothing is written where there are none."""
    with _Keeper(target) as keeper:
        for chunk in (c for c in facts if c.num_rows):
            keeper.keep(chunk)
            yield chunk


class _Keeper:
    """A file of facts in the making; there is none where none are kept."""

    def __init__(self, target: Path) -> None:
        """Say where it will lie."""
        self.target = target
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def keep(self, facts: pa.Table) -> None:
        """Add facts."""
        import pyarrow.parquet as pq  # noqa: PLC0415  heavy

        if self._writer is None:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.target, facts.schema)
        self._writer.write_table(facts)

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()


def laid_out(asked: Asked, facts: Iterator[Part]) -> Iterator[Page]:
    """Lay the chunks out, one after another, with one pen; each with the reason for which it is set aside."""
    pen = asked.pen(f"words of {asked.as_of}")
    for chunk, reason in facts:
        yield from (replace(page, aside=page.aside or reason) for page in lay_out(chunk, pen))


def counted(pages: Iterator[Page], fates: Counter[str]) -> Iterator[Page]:
    """Give the pages on, and count what must become of their facts."""
    for page in pages:
        again = 0 if page.counted is None else int(page.counted.sum())
        fates[page.aside or "accepted"] += int(page.reported.sum()) - again
        fates["counted"] += again
        fates[page.aside or "not-reported"] += int(page.absent.sum())
        yield page


def _told(fates: Counter[str]) -> dict[str, int]:
    return {fate: n for fate, n in sorted(fates.items()) if n}


def _streamed(pages: Iterator[Page], asked: Asked, path: Path) -> int:
    with Stream(path, asked.source.decode) as stream:
        for page in pages:
            stream.write(page)
        return stream.rows


def _written(pages: Iterator[Page], asked: Asked, path: Path) -> int:
    every = list(pages)
    if every:
        write(as_sheet(every), asked.source.decode, path)
    return sum(page.rows for page in every)
