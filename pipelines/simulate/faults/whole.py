"""Faults of whole deliveries, in any format: columns mixed up, too many rows wrong or all, numbers of persons."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pipelines.declarations.folding import fold
from pipelines.declarations.person_numbers import is_one
from pipelines.declarations.words import words
from pipelines.simulate.faults.injected import Change, Clean

_FEWEST = 10  # rows, below which nobody can say that numbers are personal ones
_TRIES, _MOST = 2000, 2_000_000  # one in a thousand numbers may have the form and the check digit
_ABOVE = 0.1  # beyond the share from which on a delivery is held
_WORDS, _NO_WORDS = {"place", "code"}, {"date", "integer", "decimal"}


def whole_changes(clean: Clean) -> Iterator[Change]:
    """Give the faults that all rows have, or so many that a person must look."""
    sound = [i for i, row in enumerate(clean.sheet.rows) if row.reported and row.aside is None]
    if pair := _mixed_up(clean):
        rules = ("nothing-accepted", "too-many-rejected")
        yield _change("columns-mixed-up", rules, {i: _exchanged(i, *pair, clean) for i in sound})
    if column := _of_words(clean):
        unknown = _unknown(column, clean)
        wrong = {row: {column: unknown} for row in sound}
        many = math.ceil(len(sound) * min(1, clean.asked.source.hold_above_rejected_share + _ABOVE))
        if many < len(sound):
            yield _change("many-words-misspelt", ("too-many-rejected",), {i: wrong[i] for i in sound[:many]})
        yield _change("all-words-misspelt", ("nothing-accepted",), wrong)
    yield from _of_no_kind(clean, sound)
    yield from _of_persons(clean, sound)


def _change(fault: str, rules: tuple[str, ...], cells: Mapping[int, Mapping[str, str]]) -> Change:
    (first, said), *others = cells.items()
    return Change(fault, rules, first, said, ", ".join(said), more=dict(others))


def _columns(clean: Clean) -> dict[str, str]:
    """Give the columns that say something in every sound row, with the kinds of their fields."""
    asked = clean.asked
    told = {m.from_: asked.declared.fields[f].type for f, m in asked.source.map.items()}
    told = {c: kind for c, kind in told.items() if c != asked.source.decode.sheets.column}
    rows = [row for row in clean.sheet.rows if row.reported and row.aside is None]
    return {c: kind for c, kind in told.items() if all(c in row.cells and row.cells[c].text for row in rows)}


def _mixed_up(clean: Clean) -> tuple[str, str] | None:
    """Give two columns of which neither is read in the place of the other."""
    columns = _columns(clean)
    said, counted = ([c for c, kind in columns.items() if kind in kinds] for kinds in (_WORDS, _NO_WORDS))
    return (said[0], counted[0]) if said and counted else None


def _exchanged(row: int, one: str, other: str, clean: Clean) -> dict[str, str]:
    cells = clean.sheet.rows[row].cells
    return {one: cells[other].text, other: cells[one].text}


def _of_words(clean: Clean) -> str | None:
    return next((c for c, kind in _columns(clean).items() if kind in _WORDS), None)


def _unknown(column: str, clean: Clean) -> str:
    source = clean.asked.source
    field = next(f for f, m in source.map.items() if m.from_ == column)
    known = words(clean.asked.declared, source, field, source.map[field].codes)
    return next(w for w in ("Qqzzx", "Qqzzxw", "Qqzzxwv") if fold(w) not in known)


def _of_no_kind(clean: Clean, sound: list[int]) -> Iterator[Change]:
    """Say a kind of row that the source does not list: whether it is a fact nobody knows."""
    source = clean.asked.source
    aside = next((a for a in (*source.out_of_scope, *source.total_of_parts) if a.others), None)
    if aside and sound:
        yield Change("kind-of-row-not-listed", ("unlisted-value",), sound[0], {aside.column: "Qqzzx"}, aside.column)


def _of_persons(clean: Clean, sound: list[int]) -> Iterator[Change]:
    """Write personal numbers of the state where numbers are to stand that say nothing of a person."""
    asked = clean.asked
    fields = [f for f in asked.source.map if asked.declared.fields[f].pseudonym]
    column = asked.source.map[fields[0]].from_ if fields else None
    rows = [i for i in sound if column in clean.sheet.rows[i].cells]
    numbers = _of_the_state(len(rows), clean) if column and len(rows) >= _FEWEST else []
    if column and len(numbers) == len(rows) > 0:
        wrong = {i: {column: number} for i, number in zip(rows, numbers, strict=True)}
        yield _change("personal-numbers", ("pseudonyms-are-not-personal-numbers",), wrong)


def _of_the_state(many: int, clean: Clean) -> list[str]:
    """Give different numbers with the form and the check digits of the state's personal numbers; none are persons'."""
    import duckdb  # noqa: PLC0415  heavy

    asked = clean.asked
    every = asked.declared.person_numbers.values()
    known = [one for one in every if one.country == asked.source.country and one.checks]
    if not known:
        return []
    digits = 1 + max(len(check.weights) for check in known[0].checks)
    tried = f"lpad((hash(i) % 10::UBIGINT ** {digits})::UBIGINT::VARCHAR, {digits}, '0')"
    drawn = f"SELECT DISTINCT {tried} AS said FROM range({min(_MOST, many * _TRIES)}) AS r(i)"
    found = f"SELECT said FROM ({drawn}) WHERE {is_one('said', known[:1])} ORDER BY said LIMIT {many}"
    return [str(said) for (said,) in duckdb.connect().execute(found).fetchall()]
