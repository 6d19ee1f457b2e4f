"""One file that a sender sends on one day: what it knew by then, in its words; and beside it the facts in ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.simulate.asked import Asked
from pipelines.simulate.lay_out import Page, as_sheet, lay_out
from pipelines.simulate.sendings import Sending
from pipelines.simulate.stream import Stream, can_be_streamed
from pipelines.simulate.truth import chunks
from pipelines.simulate.write import write

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Sent:
    """A file, when it is sent, what it has in it, and where the facts lie that it must give."""

    source: str
    path: Path
    sending: Sending
    rows: int
    facts_by_fate: Mapping[str, int]
    truth: Path


def send(asked: Asked, sending: Sending, folder: Path, truth_folder: Path) -> Sent | None:
    """Write the file and its truth, chunk by chunk; None where the sender knows of nothing yet."""
    path = folder / asked.source.source / file_name(asked, sending.on)
    truth = truth_folder / asked.source.source / f"{sending.on:%Y-%m-%d}.parquet"
    known, fates = asked.on(sending.as_of), Counter[str]()
    facts = kept((since(chunk, asked, sending.since) for chunk in chunks(known)), truth)
    pages = counted(laid_out(known, facts), fates)
    rows = _streamed(pages, asked, path) if can_be_streamed(asked.source.decode) else _written(pages, asked, path)
    return Sent(asked.source.source, path, sending, rows, _told(fates), truth) if rows else None


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
    import pyarrow.parquet as pq  # noqa: PLC0415  heavy

    writer = None
    try:
        for chunk in (c for c in facts if c.num_rows):
            if writer is None:
                target.parent.mkdir(parents=True, exist_ok=True)
                writer = pq.ParquetWriter(target, chunk.schema)
            writer.write_table(chunk)
            yield chunk
    finally:
        if writer is not None:
            writer.close()


def laid_out(asked: Asked, facts: Iterator[pa.Table]) -> Iterator[Page]:
    """Lay the chunks out, one after another, with one pen."""
    pen = asked.pen(f"words of {asked.as_of}")
    for chunk in facts:
        yield from lay_out(chunk, pen)


def counted(pages: Iterator[Page], fates: Counter[str]) -> Iterator[Page]:
    """Give the pages on, and count what must become of their facts."""
    for page in pages:
        fates[page.aside or "accepted"] += int(page.reported.sum())
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
