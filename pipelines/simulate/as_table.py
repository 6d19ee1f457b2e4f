"""What was simulated, as a table for a terminal: one line per file, with what to expect of it."""

from __future__ import annotations

from typing import Literal

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from pipelines.declarations import Declarations
from pipelines.simulate.keep import KEY
from pipelines.simulate.simulated import Simulated, Written

_COLOUR = {"accepted": "green", "partly-accepted": "yellow", "held": "yellow", "refused": "red"}


def as_table(simulated: Simulated, declared: Declarations) -> Table:
    """Give each file with its rows, how it is written, and what must become of it; then what does not come."""
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0), caption=f"the key: {simulated.truth / KEY}", caption_justify="left")
    for head in ("source", "rows", "facts", "encoding", "language", "to expect"):
        justify: Literal["right", "left"] = "right" if head in {"rows", "facts"} else "left"
        table.add_column(head, no_wrap=head == "source", justify=justify, min_width=15 if head == "to expect" else None)
    for written in simulated.deliveries:
        source, facts = declared.sources[written.source], sum(written.facts_by_fate.values())
        form = source.decode.format if source.decode.format != "csv" else source.decode.encoding[0]
        spoken = " ".join(source.language)
        table.add_row(written.source, f"{written.rows:,}", f"{facts:,}", form, spoken, _expected(written))
    for name in simulated.late:
        table.add_row(name, "", "", "", " ".join(declared.sources[name].language), Text("late", "yellow"))
    for path in simulated.unrecognised:
        table.add_row(path.name, "", "", "", "", Text("unrecognised", "yellow"))
    return table


def _expected(written: Written) -> Text:
    rejected = written.facts_by_fate.get("rejected")
    told = f"{written.decision} ({rejected:,} rejected)" if rejected else written.decision
    return Text(told, _COLOUR[written.decision])
