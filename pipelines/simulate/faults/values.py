"""What may be written in a field instead, as SQL: values of its own kind, and such as lie near others."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.declarations.model import FieldEntry, TableRule
from pipelines.engine import literal, name
from pipelines.errors import SalamatError
from pipelines.simulate.faults.injected import Clean

_CODES, _FIRST = 16, 8
_NATIONAL = "12345678901"
_SHIFTS = ("- 70", "+ 1", "- 1", "- 400", "- 3", "+ 40")
_INHABITANTS = "(SELECT max(population_count) + 1 FROM populations WHERE place_id = region)"
_TOTALS = {"_T", "UNK", "ALL"}


def values(field: str, rule: TableRule, clean: Clean) -> Iterator[str]:
    """Give expressions over a fact; nothing at last, where the field may say nothing."""
    entry, fields = clean.asked.declared.fields[field], clean.asked.declared.fields
    others = [f for f in (*rule.fields, *rule.each) if f != field and f in fields and f in clean.facts.column_names]
    if entry.type in {"code", "place"}:
        yield from (literal(code) for code in codes(field, clean))
    elif entry.type == "date":
        near = [f for f in others if fields[f].type == "date"]
        yield from (f"{name(other)} {shift}" for other in near for shift in ("+ 1", "- 1", "+ 70", "+ 400", "- 0"))
        yield from (f"{name(field)} {shift}" for shift in _SHIFTS)
        yield from ("DATE '2019-03-04'", "DATE '2020-02-03'")
    elif entry.type in {"integer", "decimal"}:
        if "{populations}" in (rule.fails_for or ""):
            yield _INHABITANTS
        yield from _numbers(field, entry, [f for f in others if fields[f].type in {"integer", "decimal"}])
    elif entry.type == "text":
        yield from _texts(field, entry)
    if _may_be_absent(field, clean):
        yield "NULL"


def codes(field: str, clean: Clean) -> list[str]:
    """Give codes or places that the sender has a word for, also those that stand for all or for nothing known."""
    asked = clean.asked
    if asked.declared.fields[field].type == "place":
        own = [where.place_id for where in asked.places(field)]
        return [p for p in [*own, asked.source.country] if _has_a_word(field, p, clean)][-_CODES:]
    known = asked.declared.codes[asked.declared.fields[field].codes or ""].known()
    own = [c for c in asked.codes(field) if c in known]
    return [*own[:_FIRST], *_totals(field, clean), *own[_FIRST:]][:_CODES]


def _numbers(field: str, entry: FieldEntry, others: list[str]) -> Iterator[str]:
    """Give numbers within the range of the field: those are the rules' own affair."""
    own, lowest = name(field), int(entry.minimum or 0)
    highest = int(entry.maximum if entry.maximum is not None else 10**9)
    near = [f"{name(other)} {more}" for other in others for more in ("+ 1", "- 1", "* 4 + 10")]
    wide = [f"{own} * 3 + 1000", f"{own} // 4", "1", str(lowest), str(highest), "5", "70", f"{own} + 25", "999999"]
    within = f"BETWEEN {lowest} AND {highest}"
    yield from (f"CASE WHEN {v} {within} THEN {v} ELSE {own} END" for v in (*near, *wide))


def _texts(field: str, entry: FieldEntry) -> Iterator[str]:
    """Give texts of the field's own form: another one is the fault of a cell."""
    own, form = name(field), literal(entry.pattern or ".*")
    yield from (f"CASE WHEN regexp_full_match({v}, {form}) THEN {v} ELSE {own} END" for v in _spoiled(own))


def _spoiled(own: str) -> Iterator[str]:
    """A number of a person, another end, another letter in front, and two letters of a state that is none."""
    yield literal(_NATIONAL)
    yield f"{own}[:-2] || CASE WHEN {own}[-1:] = '7' THEN '3' ELSE '7' END"
    yield f"'ZZ' || {own}[3:]"
    yield "'ZZABC'"  # a place of no state
    yield f"replace({own}, '/20', '/19')"
    yield f"'EPI_ISL_' || regexp_extract({own}, '[0-9]+$')"  # what another database calls it
    yield f"{own} || ' {_NATIONAL}'"
    yield f"regexp_replace({own}, '/[A-Z][A-Za-z]+/', '/Atlantis/')"


def _totals(field: str, clean: Clean) -> list[str]:
    known = clean.asked.declared.codes[clean.asked.declared.fields[field].codes or ""].known()
    return [c for c in known if c in _TOTALS and _has_a_word(field, c, clean)]


def _has_a_word(field: str, code: str, clean: Clean) -> bool:
    try:
        return bool(clean.asked.pen("totals").ways(field, code))
    except SalamatError:
        return False


def _may_be_absent(field: str, clean: Clean) -> bool:
    table = clean.asked.declared.tables[clean.asked.source.table]
    use = table.fields[field]
    return not (use.required or use.default is not None or field in table.key or field == table.fact)
