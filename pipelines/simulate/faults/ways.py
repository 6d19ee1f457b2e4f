"""The ways in which facts go wrong together, each as the query of the facts as they would be then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipelines.declarations.model import Table, TableRule
from pipelines.declarations.relations import relations
from pipelines.engine import literal, name, names
from pipelines.simulate.faults.looked_at import LookedAt
from pipelines.simulate.faults.values import codes, values

BEHIND = 1_000_000  # a fact that is added bears the row of the one that it copies, and this more
_SEEDS, _VALUES, _FIELDS = 2, 12, 6
_HUGE = 10**9  # more than any place has inhabitants
_NUMBERS = {"integer", "decimal"}


@dataclass(frozen=True)
class Way:
    """What went wrong, in a few words, and the query of all facts as they are then. `again`: a fact was added."""

    told: str
    sql: str
    again: bool = False


def ways(rule: TableRule, looked: LookedAt) -> Iterator[Way]:
    """Give the ways in which a rule may be broken, those that change least first."""
    numbers = [f for f in looked.changeable(rule) if _type(f, looked) in _NUMBERS]
    heard, seeds = _heard(rule, numbers, looked), list(dict.fromkeys(_seeds(numbers, looked)))
    seeds = list(dict.fromkeys([*seeds, *heard])) if heard else seeds[:1]
    yield from _one_fact(rule, looked, seeds)
    if looked.clean.asked.source.unpivot is None:
        yield from _copies(rule, looked, ())
        if counted := _of_the_key(rule, looked):
            yield from _copies(rule, looked, counted)
    if any(relation.kind == "places" for relation in relations(rule)):
        yield from _as_a_part(looked)
    for field in numbers:
        yield from _of_a_series(field, looked, seeds)
    if "history" in looked.beside:
        yield from _as_published(numbers, looked)
    for field in looked.changeable(rule):
        yield from _of_a_week(field, looked)
    yield from _left_out(looked)
    yield from _silent(rule, looked)
    if "history" in looked.beside:
        yield from _alone(rule, numbers, looked)


def _as_a_part(looked: LookedAt) -> Iterator[Way]:
    """A row of one region bears the name of a city or district in another, which has less."""
    table, asked = _table(looked), looked.clean.asked
    field, level = next((use.level_of, f) for f, use in table.fields.items() if use.level_of)
    there = {place for (place,) in looked.con.execute(f"SELECT DISTINCT {name(field)} FROM facts").fetchall()}
    parts = [p for p in asked.declared.places.values() if p.parent_id in there and p.geo_level != "region"]
    for part in (p for p in parts if p.place_id not in there and field in looked.writable):
        others = f"{name(level)} = 'region' AND {name(field)} <> {literal(part.parent_id)}"
        largest = f"SELECT source_row FROM facts WHERE {others} ORDER BY {name(table.fact)} DESC NULLS LAST LIMIT 1"
        own = f"source_row = ({largest})"
        said = {field: part.place_id, level: part.geo_level}
        told = ", ".join(f"CASE WHEN {own} THEN {literal(v)} ELSE {name(f)} END AS {name(f)}" for f, v in said.items())
        yield Way("named as a part of another region", f"SELECT * REPLACE ({told}) FROM facts")


def _heard(rule: TableRule, numbers: list[str], looked: LookedAt) -> list[str]:
    """Give facts that are guilty when figures are thrown about: if none is, most likely no figure here is its own.

    Numbers of the key, such as ages, say which figure it is; they are thrown about only where the rule names no other.
    """
    numbers = [f for f in numbers if f not in _table(looked).key] or numbers
    thrown = (
        f"CASE hash(source_row, source_column) % 3 WHEN 0 THEN 0 WHEN 1 THEN {name(f)} * 90 + 9999 ELSE {_HUGE} END"
        for f in numbers
    )
    replaced = ", ".join(f"{_cast(v, f, looked)} AS {name(f)}" for f, v in zip(numbers, thrown, strict=True))
    return _guilty_in(f"SELECT * REPLACE ({replaced}) FROM facts", rule, looked) if numbers else []


def _seeds(numbers: list[str], looked: LookedAt) -> Iterator[str]:
    """Choose facts to begin at, as conditions: the largest of the newest period, of all, and some by chance."""
    time = name(_table(looked).time)
    largest = f"{name(numbers[0])} DESC NULLS LAST, " if numbers else ""
    orders = (f"{time} DESC, {largest} source_row", f"{largest} source_row DESC", "hash(source_row)")
    for order in orders:
        found = looked.con.execute(f"SELECT source_row, source_column FROM facts ORDER BY {order} LIMIT {_SEEDS}")
        yield from (_at(row, column) for row, column in found.fetchall())


def _at(row: int, column: str | None) -> str:
    return f"source_row = {row} AND source_column IS NOT DISTINCT FROM {literal(column)}"


def _one_fact(rule: TableRule, looked: LookedAt, seeds: list[str]) -> Iterator[Way]:
    """Change one fact: such as are guilty when all facts, or one in two, are changed so; and of figures the seeds."""
    for field in looked.changeable(rule)[:_FIELDS]:
        figure = _type(field, looked) in _NUMBERS
        for value in list(values(field, rule, looked.clean))[: 2 if figure and len(seeds) == 1 else _VALUES]:
            changed = _cast(value, field, looked)
            found = _guilty_in(_all_changed(field, changed, looked), rule, looked)
            if not (found or figure):
                one_in_two = f"CASE WHEN hash(source_row) % 2 = 0 THEN {changed} ELSE {name(field)} END"
                found = _guilty_in(_all_changed(field, one_in_two, looked), rule, looked)
            for here in dict.fromkeys([*found, *(seeds if figure else [])]):
                yield Way("one fact", _in_its_cell(field, here, changed, looked))


def _all_changed(field: str, changed: str, looked: LookedAt) -> str:
    """Change a field of all facts; of those that have one key then, one is left: joined, they would be millions."""
    every, key = f"SELECT * REPLACE ({changed} AS {name(field)}) FROM facts", _table(looked).key
    if field not in key:
        return every
    first = f"row_number() OVER (PARTITION BY {names(key)} ORDER BY source_row, source_column) = 1"
    return f"SELECT * FROM ({every}) QUALIFY {first}"


def _of_the_key(rule: TableRule, looked: LookedAt) -> list[str]:
    """Give the numbers by which the key counts what one has several of, such as stays; the rule names none of them."""
    numbers = (f for f in _table(looked).key if _type(f, looked) == "integer" and f in looked.writable)
    return [f for f in numbers if f not in looked.changeable(rule)]


def _copies(rule: TableRule, looked: LookedAt, counted: Sequence[str]) -> Iterator[Way]:
    """Add a copy of a fact that says something else in a field or two: such as is guilty when all are copied so.

    The copy has the next of the numbers that are `counted`.
    """
    fields = looked.changeable(rule)[:_FIELDS]
    following = {f: f"{name(f)} + 1" for f in counted}
    for chosen in (c for many in (1, 2) for c in combinations(fields, many)):
        several = [list(values(f, rule, looked.clean))[: _VALUES // len(chosen) ** 2] for f in chosen]
        for nth in range(max(map(len, several))):
            said = {f: _cast(v[nth % len(v)], f, looked) for f, v in zip(chosen, several, strict=True) if v}
            changed = ", ".join(f"{v} AS {name(f)}" for f, v in {**said, **following}.items())
            copies = f"SELECT * REPLACE ({changed}, source_row + {BEHIND} AS source_row) FROM facts"
            every = f"SELECT * FROM facts UNION ALL BY NAME {copies}"
            for here in _guilty_in(every, rule, looked):
                yield Way("a row added", f"{every} WHERE {here}", again=True)


def _guilty_in(facts: str, rule: TableRule, looked: LookedAt) -> list[str]:
    """Change all facts at once and give a few of those that are guilty then, as conditions."""
    looked.con.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS {facts}")
    places = {(row % BEHIND, column) for row, column in looked.guilty(rule)}
    return [_at(*place) for place in sorted(places, key=str)[:: max(1, len(places) // _SEEDS)][:_SEEDS]]


def _cast(value: str, field: str, looked: LookedAt) -> str:
    return f"CAST({value} AS {looked.clean.asked.declared.fields[field].sql_type})"


def _of_a_series(field: str, looked: LookedAt, seeds: list[str]) -> Iterator[Way]:
    """Zeros for a week, one figure for a week or four, every figure of a day as the day before, all figures doubled."""
    table, own = _table(looked), name(field)
    time, like = name(table.time), [f for f in table.key if f != table.time]
    for here in seeds:
        seed = f"(SELECT * FROM facts WHERE {here})"
        same = " AND ".join(f"facts.{name(f)} IS NOT DISTINCT FROM s.{name(f)}" for f in like)
        for days in (6, 27):
            within = f"EXISTS (FROM {seed} s WHERE {same} AND facts.{time} BETWEEN s.{time} - {days} AND s.{time})"
            yield Way("zeros", _replaced(field, within, "0"))
            yield Way("one figure again and again", _replaced(field, within, f"(SELECT {own} FROM {seed})"))
        for days in (1, 7):
            that_day = f"{time} = (SELECT {time} FROM {seed})"
            matched = " AND ".join(f"p.{name(f)} IS NOT DISTINCT FROM facts.{name(f)}" for f in like)
            before = f"(SELECT p.{own} FROM facts p WHERE p.{time} = facts.{time} - {days} AND {matched} LIMIT 1)"
            yield Way("a day as the day before", _replaced(field, that_day, f"coalesce({before}, {own})"))
    yield Way("every figure doubled", _replaced(field, "true", f"{own} * 2"))
    yield Way("every figure halved", _replaced(field, "true", f"{own} // 2"))


def _as_published(numbers: list[str], looked: LookedAt) -> Iterator[Way]:
    """Every figure stands as it was when it was last published."""
    table = _table(looked)
    time, like = name(table.time), [f for f in table.key if f != table.time]
    same = " AND ".join(f"h.{name(f)} IS NOT DISTINCT FROM facts.{name(f)}" for f in like)
    newest = f"h.{time} < (SELECT min({time}) FROM facts)"
    last = f"(SELECT max_by(h.{{}}, h.{time}) FROM history h WHERE {same} AND {newest})"
    stands = ", ".join(f"coalesce({last.format(name(f))}, {name(f)}) AS {name(f)}" for f in numbers)
    if stands:
        yield Way("all as last published", f"SELECT * REPLACE ({stands}) FROM facts")


def _alone(rule: TableRule, numbers: list[str], looked: LookedAt) -> Iterator[Way]:
    """One figure is wrong, and nothing else is said any more of its place and period: what was published stands."""
    table = _table(looked)
    where = names([table.time, *(f for f in table.key if _type(f, looked) == "place")])
    one = f"QUALIFY row_number() OVER (PARTITION BY {where} ORDER BY hash(source_row, source_column)) = 1"
    for field in numbers:
        for value in list(values(field, rule, looked.clean))[:_VALUES]:
            changed = f"SELECT * REPLACE ({_cast(value, field, looked)} AS {name(field)}) FROM facts"
            for here in _guilty_in(f"{changed} {one}", rule, looked):
                others = f"SELECT * FROM facts ANTI JOIN (SELECT * FROM facts WHERE {here}) s USING ({where})"
                yield Way("a figure alone", f"{changed} WHERE {here} UNION ALL BY NAME {others}")


def _of_a_week(field: str, looked: LookedAt) -> Iterator[Way]:
    """What was said of every fact of a week is no longer said."""
    table, entry = _table(looked), looked.clean.asked.declared.fields[field]
    use = table.fields[field]
    if entry.type == "code" and "UNK" in codes(field, looked.clean):
        absent = "'UNK'"
    elif not use.required and use.default is None and field not in table.key:
        absent = "NULL"
    else:
        return
    week, time = f"CAST(date_trunc('week', {name(table.time)}) AS DATE)", name(table.time)
    for back in (0, 7, 14):
        newest = f"{week} = (SELECT max({week}) - {back} FROM facts)"
        yield Way("a week without it", _replaced(field, newest, f"CAST({absent} AS {entry.sql_type})"))
    yield Way("nowhere said", _replaced(field, f"{time} IS NOT NULL", f"CAST({absent} AS {entry.sql_type})"))


def _left_out(looked: LookedAt) -> Iterator[Way]:
    """Rows are lost: one in three of the middle, half of the newest period."""
    time = name(_table(looked).time)
    edges = f"({time} IN (SELECT unnest([min({time}), max({time})]) FROM facts))"
    yield Way("rows lost", f"SELECT * FROM facts WHERE {edges} OR hash(source_row) % 3 <> 0")
    newest = f"{time} = (SELECT max({time}) FROM facts)"
    yield Way(
        "rows of the newest period lost", f"SELECT * FROM facts WHERE NOT ({newest} AND hash(source_row) % 2 = 0)"
    )


def _silent(rule: TableRule, looked: LookedAt) -> Iterator[Way]:
    """One in three of those that the rule names by a text of their own is not heard of."""
    for field in (f for f in looked.changeable(rule) if f in _table(looked).key and _type(f, looked) == "text"):
        yield Way("some are not heard of", f"SELECT * FROM facts WHERE hash({name(field)}) % 3 <> 0")


def _in_its_cell(field: str, here: str, value: str, looked: LookedAt) -> str:
    """Change a field of one fact; where all facts of a wide row are told by its cell, of all of them."""
    if looked.writable[field] is None:
        return _replaced(field, here, value)
    fact = f"FROM facts WHERE {here}"
    return _replaced(field, f"source_row = (SELECT source_row {fact})", f"(SELECT {value} {fact})")


def _replaced(field: str, where: str, value: str) -> str:
    changed = f"CASE WHEN {where} THEN {value} ELSE {name(field)} END"
    return f"SELECT * REPLACE ({changed} AS {name(field)}) FROM facts"


def _type(field: str, looked: LookedAt) -> str:
    return looked.clean.asked.declared.fields[field].type


def _table(looked: LookedAt) -> Table:
    return looked.clean.asked.declared.tables[looked.clean.asked.source.table]
