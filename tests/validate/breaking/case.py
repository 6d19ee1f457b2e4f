"""A case: rows of a table that break a rule, and rows beside them that do not. Each table has a module of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.declarations import Declarations

Value = str | int | float | date | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Case:
    """Rows of a table, and which of them break the rule. What a row does not say is absent or the field's default."""

    table: str
    rule: str
    rows: tuple[Row, ...]
    guilty: tuple[int, ...]


def case(table: str, rule: str, *rows: Row, guilty: tuple[int, ...] = (0,)) -> Case:
    """Rows of which the first breaks the rule, or those that are named."""
    return Case(table, rule, rows, guilty)


def implied(table: str, rule: str, said: Row, denied: Row, kept: Row, *innocent: Row) -> Case:
    """What is said must not stand beside what is denied; it may beside what is kept, or alone."""
    return case(table, rule, {**said, **denied}, {**said, **kept}, said, denied, *({**said, **row} for row in innocent))


def apart(table: str, rule: str, *rows: Row, place: str, series: Row, guilty: int) -> Case:
    """Rows that break the rule together, and groups of them elsewhere: in each the last row is of another series."""
    *others, last = rows
    said = list(rows)
    for n, (field, value) in enumerate(series.items()):
        elsewhere: Row = {place: f"Y{n}"}
        moved = {field: f"Z{n}"} if field == place else {field: value}
        said += [*({**row, **elsewhere} for row in others), {**last, **elsewhere, **moved}]
    return Case(table, rule, tuple(said), (guilty,))


def in_order_cases(declared: Declarations) -> Iterator[Case]:
    """A rule that two values are in order says itself what breaks it."""
    for table, rules in declared.table_rules.items():
        for rule in rules:
            if rule.in_order:
                (first, then), dated = rule.in_order, declared.fields[rule.in_order[0]].type == "date"
                low, high = (EARLY, LATE) if dated else (10, 20)
                turned, right, equal = {first: high, then: low}, {first: low, then: high}, {first: low, then: low}
                yield case(table, rule.id, turned, right, equal, {first: high}, {then: low})


EARLY, LATE = date(2021, 3, 1), date(2021, 3, 5)  # a Monday, and a Friday
LONG_AGO = date(2012, 1, 1)


def day(n: int) -> date:
    return EARLY + timedelta(n)
