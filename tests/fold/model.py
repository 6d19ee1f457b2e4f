"""What the tables should say, in plain Python: a list of deliveries and one loop over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

Key = tuple[int, str]  # a day's number and a region
Doubt = tuple[int | None, str | None]  # a key of which a part could not be read
Row = tuple[int, str]  # a value and who said it


@dataclass(frozen=True)
class Told:
    """A delivery: what it says of which keys, of which it is unsure, the days of which it says all, what it deletes.

    With days and without facts it takes back what was said of the days, or says that there was nothing (`zero`).
    """

    name: str
    facts: Mapping[Key, int] = field(default_factory=dict)
    doubts: frozenset[Doubt] = frozenset()
    days: tuple[int, int] | None = None
    withdraws: str | None = None
    deletes: frozenset[Key] = frozenset()
    zero: bool = False

    @property
    def takes_back_days(self) -> bool:
        """Whether it withdraws what was said of its days."""
        return self.days is not None and not (self.facts or self.doubts or self.deletes or self.zero)

    def says(self, key: Key) -> int | str | None:
        """The value of a key; None: there is none; 'nothing': it does not speak of it."""
        if key in self.facts:
            return self.facts[key]
        if key in self.deletes:
            return None
        unsure = any(all(d is None or d == k for d, k in zip(doubt, key, strict=True)) for doubt in self.doubts)
        covered = self.days is not None and self.days[0] <= key[0] <= self.days[1]
        return None if covered and not unsure else "nothing"


def counting(deliveries: Sequence[Told]) -> list[Told]:
    """Those that count: a withdrawn one does not, and a withdrawal that is withdrawn withdraws nothing."""
    void: set[str] = set()
    for told in reversed(deliveries):
        if told.withdraws and told.name not in void:
            void.add(told.withdraws)
    return [told for told in deliveries if told.name not in void and not told.withdraws]


def table(deliveries: Sequence[Told]) -> dict[Key, tuple[int, str]]:
    """Every row that stands: its value, and the first of those that have said so up to now."""
    rows: dict[Key, tuple[int, str]] = {}
    keys = _keys(deliveries)
    for told in counting(deliveries):
        for key in keys:
            value = told.says(key)
            if value is None:
                rows.pop(key, None)
            elif isinstance(value, int) and rows.get(key, (None, ""))[0] != value:
                rows[key] = (value, told.name)
    return rows


def zero_reports(deliveries: Sequence[Told]) -> dict[tuple[int, int], str]:
    """The days of which it stands that there was nothing, with the first who said so."""
    zeros: dict[tuple[int, int], str] = {}
    for told in counting(deliveries):
        if told.days and told.takes_back_days:
            first, last = told.days
            zeros = {days: name for days, name in zeros.items() if days[1] < first or last < days[0]}
        elif told.days and told.zero:
            zeros.setdefault(told.days, told.name)
    with_rows = {day for day, _ in table(deliveries)}
    return {days: name for days, name in zeros.items() if not with_rows & set(range(days[0], days[1] + 1))}


def versions(
    seen: Sequence[tuple[datetime, Mapping[Key, Row]]],
) -> tuple[dict[Key, datetime], list[tuple[Key, Row, datetime, datetime]]]:
    """Since when each row stands, and from when to when others stood; `seen` is the table at each moment."""
    since: dict[Key, tuple[Row, datetime]] = {}
    gone = []
    for moment, rows in seen:
        for key in since.keys() | rows.keys():
            row, begun = since.get(key, (None, moment))
            if row != rows.get(key):
                if row is not None:
                    gone.append((key, row, begun, moment))
                    del since[key]
                if key in rows:
                    since[key] = rows[key], moment
    return {key: begun for key, (_, begun) in since.items()}, sorted(gone)


def _keys(deliveries: Iterable[Told]) -> set[Key]:
    return {key for told in deliveries for key in told.facts}
