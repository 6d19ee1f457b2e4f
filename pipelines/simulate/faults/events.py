"""Faults of events that are counted: one without a name, one that cannot be read, one told twice and not alike."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.source import Count
from pipelines.simulate.faults.injected import Change, Clean

_WORDS, _UNKNOWN = {"place", "code"}, "Qqzzx"


def event_changes(clean: Clean) -> Iterator[Change]:
    """Give the faults that an event can have, where the source sends some: each in a row of its own."""
    if (count := clean.asked.source.count) is None:
        return
    sound = [i for i, row in enumerate(clean.sheet.rows) if row.reported and row.aside is None]
    for first in sound[:1]:
        yield Change("event-without-a-name", ("unnamed-event",), first, {count.each: ""}, count.each)
    for field, column in _of_words(clean):
        for second in sound[1:2]:
            cells = {column: _UNKNOWN}
            yield Change("event-that-cannot-be-read", ("uncounted-event",), second, cells, column, field)
        yield from _torn(column, count, sound, clean)


def _of_words(clean: Clean) -> Iterator[tuple[str, str]]:
    """Give the first column of words, with its field."""
    kinds = clean.asked.declared.fields
    yield from [(f, m.from_) for f, m in clean.asked.source.map.items() if kinds[f].type in _WORDS][:1]


def _torn(column: str, count: Count, sound: list[int], clean: Clean) -> Iterator[Change]:
    """Tell an event again in other words: neither row is counted."""
    said = {row: clean.sheet.rows[row].cells[column] for row in sound}
    for third in sound[2:3]:
        others = (cell.text for cell in said.values() if cell.value != said[third].value)
        for other in [*others][:1]:
            cells, columns = {column: other}, f"{count.each}, {column}"
            yield Change(
                "event-twice-and-not-alike", ("conflicting-event",), third, cells, columns, again=True, more={third: {}}
            )
