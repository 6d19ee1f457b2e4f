"""The corpus: everything that the ministries of some states would send in some weeks, file by file, and the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.errors import SalamatError
from pipelines.simulate.asked import Asked, asked_of
from pipelines.simulate.send import Sent, kept, send
from pipelines.simulate.sendings import Sending, sendings
from pipelines.simulate.truth import chunks
from pipelines.simulate.window import BEFORE, Window
from pipelines.simulate.world import Worlds

_SMALL = 0.05


@dataclass(frozen=True)
class Corpus:
    """The files in the order in which they are sent, and the facts of each source as last known."""

    sent: tuple[Sent, ...]
    truth: dict[str, Path]

    @property
    def rows(self) -> int:
        """The rows of all files together."""
        return sum(sent.rows for sent in self.sent)


def corpus(
    folder: Path,
    truth: Path,
    worlds: Worlds,
    states: Sequence[str] = (),
    progress: Callable[[str], None] = print,
) -> Corpus:
    """Write the files of every source of the states (of all, if none is named) into `folder/<iso2>/<name>/`.

    `truth/<iso2>/<name>.parquet` has the facts as last known, the folder beside it the facts that each file gives.
    """
    sent, last = list[Sent](), dict[str, Path]()
    for source in chosen(worlds.declared, states):
        asked = asked_of(source, worlds)
        for sending in sendings(source, worlds.declared, worlds.window):
            progress(f"{source.source} {sending.on}")
            sent += [written] if (written := send(asked, sending, folder, truth)) else []
        last[source.source] = truth / f"{source.source}.parquet"
        for _ in kept(chunks(asked), last[source.source]):
            pass  # each chunk is written on its way
    return Corpus(tuple(sorted(sent, key=lambda s: (s.sending.on, s.source))), last)


def chosen(declared: Declarations, states: Sequence[str]) -> list[Source]:
    """Give the sources of the states, named by their two letters. Raises SalamatError where a state has none."""
    sources = [source for _, source in sorted(declared.sources.items())]
    there = {source.source[:2] for source in sources}
    if unknown := {*(s.lower() for s in states)} - there:
        told = f"no source is declared of {', '.join(sorted(unknown))}"
        raise SalamatError(f"{told}; there are sources of {', '.join(sorted(there))}")
    return [source for source in sources if not states or source.source[:2] in {s.lower() for s in states}]


def scale_for(rows: int, declared: Declarations, states: Sequence[str], window: Window, seed: int) -> float:
    """Give how large the epidemic must be for the line lists to have about so many rows, all their files together.

    A line list is what has more rows in a larger epidemic: that is tried with two small ones. Below the smaller one
    rows are in proportion to its size, above it they grow as from the one to the other.
    """
    small, smaller = (
        [_rows(source, Worlds(declared, window, seed, scale)) for source in chosen(declared, states)]
        for scale in (2 * _SMALL, _SMALL)
    )
    lists = [(more, less) for more, less in zip(small, smaller, strict=True) if more > less]
    if not lists:
        raise SalamatError("no source of these states is a line list, so --rows has nothing to make larger")
    more, less = sum(more for more, _ in lists), sum(less for _, less in lists)
    return _SMALL * (rows / less if rows < less else 1 + (rows - less) / (more - less))


def _rows(source: Source, worlds: Worlds) -> float:
    """Estimate the rows of all files of a source: those of the last one, and of each other in proportion."""
    if worlds.declared.tables[source.table].fact != "row":
        return 0
    asked = asked_of(source, worlds)
    last = sum(chunk.num_rows for chunk in chunks(asked))
    return float(last * sum(_part(asked, sending) for sending in sendings(source, worlds.declared, worlds.window)))


def _part(asked: Asked, sending: Sending) -> float:
    """Say what part of the persons had been reported when a file was sent."""
    starts, known = asked.world.starts, asked.on(sending.as_of).today + 1
    every = int(starts[-1] - starts[BEFORE])
    return float((starts[known] - starts[BEFORE]) / max(every, 1))
