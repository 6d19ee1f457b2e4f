"""What was written, as a table for a terminal: one line per source."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from rich.box import SIMPLE
from rich.table import Table

from pipelines.declarations import Declarations
from pipelines.simulate.corpus import Corpus
from pipelines.simulate.keep import KEY


def as_table(written: Corpus, declared: Declarations, truth: Path) -> Table:
    """Give each source with its files and rows, and how they are written."""
    caption = f"the truth: {truth}/<source>.parquet; the key: {truth / KEY}"
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), caption=caption, caption_justify="left")
    for head in ("source", "files", "rows", "last sent", "written in", "language"):
        justify: Literal["right", "left"] = "right" if head in {"files", "rows"} else "left"
        table.add_column(head, no_wrap=head == "source", justify=justify)
    for name in written.truth:
        source, mine = declared.sources[name], [s for s in written.sent if s.source == name]
        form = source.decode.format if source.decode.format != "csv" else source.decode.encoding[0]
        last = f"{mine[-1].sending.on}" if mine else ""
        rows = f"{sum(s.rows for s in mine):,}"
        table.add_row(name, f"{len(mine):,}", rows, last, form, " ".join(source.language))
    return table
