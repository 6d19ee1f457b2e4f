"""Faults that show only beside what lies in the lake: what the source said before, and what others said.

All that was sent before is clean, and of the same worlds; the fault is in the last delivery.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipelines.declarations.relations import DECLARED, relations
from pipelines.declarations.source import Source
from pipelines.simulate.asked import Asked, asked_of
from pipelines.simulate.faults.injected import Change, Clean
from pipelines.simulate.faults.looked_at import LookedAt, Lying
from pipelines.simulate.faults.several import broken_together
from pipelines.simulate.send import since
from pipelines.simulate.sendings import Sending, sendings
from pipelines.simulate.truth import truth

if TYPE_CHECKING:
    import pyarrow as pa

Said = tuple[Asked, Sending]

_APART = timedelta(days=28)  # a file of figures goes so far back: those before it need not overlap


def sent_before(asked: Asked) -> tuple[Said, ...]:
    """Give what must lie in the lake before the last delivery of a source: its own earlier ones, and those of others.

    Nothing, where no rule of the table looks beside the file.
    """
    kinds = _kinds(asked)
    own = _own(asked) if kinds else ()
    others = [s for s in asked.declared.sources.values() if _kind(s, asked.source) in kinds]
    told = ((asked_of(s, asked.worlds), sendings(s, asked.declared, asked.window)[-1]) for s in others)
    return (*told, *((asked, sending) for sending in own))


def told_last(asked: Asked) -> date:
    """Give the first period of which the last delivery tells: a series is not told from its beginning again.

    So there is something that only the lake knows.
    """
    last, table = last_sending(asked), asked.declared.tables[asked.source.table]
    return max(last.since, last.on - _APART) if table.time in table.key else last.since


def beside_changes(clean: Clean) -> Iterator[Change]:
    """Give, for each rule of the table that looks beside the file, facts that break it there."""
    with looked_beside(clean) as looked:
        for rule in looked.rules("history", "lake"):
            if found := broken_together(rule, looked):
                yield found


@contextmanager
def looked_beside(clean: Clean) -> Iterator[LookedAt]:
    """Look at the facts of a file beside all that must lie in the lake before it."""
    told = [(asked.source, _facts(asked, sending)) for asked, sending in sent_before(clean.asked)]
    own = clean.asked.source.source
    history = tuple(facts for source, facts in told if source.source == own and facts.num_rows)
    others = tuple((source, facts) for source, facts in told if source.source != own and facts.num_rows)
    with LookedAt.of(clean, Lying(history, others)) as looked:
        yield looked


def last_sending(asked: Asked) -> Sending:
    """Give the last moment at which a source sends."""
    return sendings(asked.source, asked.declared, asked.window)[-1]


def _kinds(asked: Asked) -> set[str]:
    """Give what the rules of a table look at beside the file."""
    rules = asked.declared.table_rules.get(asked.source.table, ())
    return {relation.made_of.name for rule in rules for relation in relations(rule)} - DECLARED


def _kind(source: Source, own: Source) -> str:
    """Say by which relation a rule of `own` would see the facts of another source."""
    if source.source == own.source:
        return ""
    return f"{'table' if source.country == own.country else 'mirror'}:{source.table}"


def _own(asked: Asked) -> tuple[Sending, ...]:
    """Give the one before the last, and of figures so many before it that all periods are told."""
    chosen, left = list[Sending](), sendings(asked.source, asked.declared, asked.window)[:-1]
    while left:
        chosen.append(left[-1])
        reach = [s for s in left[:-1] if s.on >= chosen[-1].since]  # one that was sent earlier would leave a gap
        left = (
            () if chosen[-1].since <= asked.window.first else left[: left.index(reach[0]) + 1] if reach else left[:-1]
        )
    return tuple(reversed(chosen))


def _facts(asked: Asked, sending: Sending) -> pa.Table:
    known = asked.on(sending.as_of)
    return since(truth(known), known, sending.since)
