"""How one cell becomes one value: SQL expressions per field type. Each is NULL where the cell says nothing known.

The expressions are chains of plain functions, so that DuckDB works them out once per distinct value of a
dictionary-encoded column and not once per row.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.declarations import Declarations
from pipelines.declarations.comparators import comparators
from pipelines.declarations.dates import date_form
from pipelines.declarations.decoding import THOUSANDS
from pipelines.declarations.folding import fold
from pipelines.declarations.model import FieldEntry, Scalar
from pipelines.declarations.source import Part, Source
from pipelines.declarations.units import Conversion, conversion
from pipelines.declarations.words import AMBIGUOUS, FOREIGN, words
from pipelines.engine import literal, literals, name
from pipelines.harmonise.bounds import without_comparator
from pipelines.harmonise.units import converted_sql

_FROM = r"^(\d{1,3})(?: ?[-–] ?\d{1,3}|\+)?$"  # 20-24, 7, 65+
_TO = r"^(?:\d{1,3} ?[-–] ?)?(\d{1,3})$"  # 20-24, 7
_ODD = (AMBIGUOUS, FOREIGN)
_PARTED = "\t"  # no word has one: folding makes spaces of them
_OVER, _UNDER = r"^> ?(\d{1,3})$", r"^< ?(\d{1,3})$"


@dataclass(frozen=True)
class Reading:
    """How a field's cells are to be read: the field, its form, the words of its own, the cells that mean nothing."""

    field: str
    entry: FieldEntry
    read: str | None = None
    zone: str | None = None
    codes: dict[str, Scalar] | None = None
    nothing: tuple[str, ...] = ()
    unit: Conversion | None = None
    part: Part | None = None
    rest_is_nothing: bool = False
    may_be_bound: bool = False  # whether a comparator may stand before the number
    period: str | None = None  # the period's type, as an expression, where the cell names the last day of its period


def mapped_readings(source: Source, declared: Declarations) -> dict[str, Reading]:
    """Give each field that is read from a column of its own, and how."""
    return {field: _mapped(field, source, declared) for field in source.map}


def _mapped(field: str, source: Source, declared: Declarations) -> Reading:
    m, entry = source.map[field], declared.fields[field]
    unit = conversion(field, m.unit, entry, declared) if m.unit else None
    period = _period_type(source, declared) if m.names == "last-day" else None
    bound = field in comparators(source, declared.tables[source.table], declared).values()
    told = (m.read, m.zone, m.codes, (*m.nothing, *m.missing), unit, m.part, m.rest == "nothing", bound, period)
    return Reading(field, entry, *told)


def _period_type(source: Source, declared: Declarations) -> str:
    mapped = source.map.get("period_type")
    if mapped is None:
        return literal(source.constants["period_type"])
    return value_sql(name(mapped.from_), _mapped("period_type", source, declared), source)


def value_sql(cell: str, reading: Reading, source: Source) -> str:
    """Write the expression that reads a cell (an SQL expression of text) as a value of the field's type."""
    cell = repaired(cell, reading, source)
    if reading.entry.type in {"code", "place"}:
        return f"{_macro('word', reading)}({cell})"
    parsed = _parsed(f"trim({cell})", reading, source)
    tokens = _nothing(reading, source)
    return f"CASE WHEN trim({cell}) IN ({literals(tokens)}) THEN NULL ELSE {parsed} END" if tokens else parsed


def problem_sql(cell: str, value: str, reading: Reading, source: Source) -> str:
    """Write the expression that names the rule which a cell breaks, or NULL: known, mapped, or declared as nothing."""
    if reading.rest_is_nothing:
        return "CAST(NULL AS VARCHAR)"
    spoken = f"{value} IS NULL AND trim({cell}) NOT IN ({_absent(reading, source)})"  # NULL where there is no cell
    if reading.entry.type == "text":
        return f"CASE WHEN contains({cell}, '\ufffd') THEN 'lost-characters' END"
    return f"CASE WHEN {spoken} THEN {_rule(repaired(cell, reading, source), reading, source)} END"


def absent_sql(cell: str, reading: Reading, source: Source) -> str:
    """Write the condition under which a cell is declared as nothing."""
    return f"(coalesce(trim({cell}), '') IN ({_absent(reading, source)}))"


def _absent(reading: Reading, source: Source) -> str:
    return literals(("", *_nothing(reading, source)))


def macros(readings: list[Reading], source: Source, declared: Declarations) -> list[str]:
    """Write the macros that look words up, one or two per field of type code or place."""
    made: dict[str, str] = {}
    for reading in readings:
        if reading.entry.type not in {"code", "place"} or _macro("word", reading) in made:
            continue
        known = words(declared, source, reading.field, reading.codes or {})
        nothing = {fold(token) for token in _nothing(reading, source)}
        own = {w: v for w, v in known.items() if v not in _ODD and w not in nothing}
        other = {what: sorted(w for w, v in known.items() if v == what and w not in nothing) for what in _ODD}
        made[_macro("word", reading)] = _lookup(_macro("word", reading), own)
        made[_macro("odd", reading)] = _told_apart(_macro("odd", reading), other)
    return list(made.values())


def repaired(cell: str, reading: Reading, source: Source) -> str:
    """Take the declared part of a cell, and apply the source's named repairs of text."""
    if reading.part:
        parts = f"string_split({cell}, {literal(reading.part.parted_by)})"
        cell = f"CASE WHEN len({parts}) = {reading.part.of} THEN trim({parts}[{reading.part.take}]) END"
    if not source.repair or reading.entry.type not in {"text", "code", "place"}:
        return cell
    return f"repaired({cell})"


def repair_macro(source: Source, declared: Declarations) -> list[str]:
    """Write the macro that replaces letters as the source's named repairs say."""
    letters = {a: b for name in source.repair for a, b in declared.repairs[name].items()}
    if not letters:
        return []
    before, after = literal("".join(letters)), literal("".join(letters.values()))
    return [f"CREATE OR REPLACE TEMP MACRO repaired(x) AS translate(x, {before}, {after})"]


def month_macro(source: Source, declared: Declarations) -> list[str]:
    """Write the macro that gives a month's number for its name in the source's languages."""
    forms = [m.read for m in source.map.values()]
    forms += [source.unpivot.name_is.read] if source.unpivot and source.unpivot.name_is else []
    if not any(_form_has_words(read) for read in forms):
        return []
    spoken = [declared.languages[code] for code in source.language]
    names = [names for language in spoken for names in (language.months, language.months_short)]
    found = {fold(name.rstrip(".")): f"{i:02d}" for months in names for i, name in enumerate(months, start=1)}
    return [_lookup("month_number", found)]


def _form_has_words(read: str | None) -> bool:
    form = date_form(read) if read else None
    return form is not None and form.month_words


def _macro(kind: str, reading: Reading) -> str:
    return f"{kind}_{reading.field}"


def _lookup(name: str, known: dict[str, str]) -> str:
    pairs = ", ".join(f"{literal(word)}: {literal(value)}" for word, value in sorted(known.items()))
    table = f"MAP {{{pairs}}}" if pairs else "MAP([]::VARCHAR[], []::VARCHAR[])"
    return f"CREATE OR REPLACE TEMP MACRO {name}(x) AS map_extract_value({table}, fold(x))"


def _told_apart(name: str, known: dict[str, list[str]]) -> str:
    """Write the macro that says in which list a word is. A list is one text: DuckDB takes each literal apart."""
    lists = ((what, f"string_split({literal(_PARTED.join(w))}, {literal(_PARTED)})") for what, w in known.items() if w)
    whens = " ".join(f"WHEN list_contains({words}, fold(x)) THEN {literal(what)}" for what, words in lists)
    return f"CREATE OR REPLACE TEMP MACRO {name}(x) AS CASE {whens or 'WHEN false THEN x'} END"


def _nothing(reading: Reading, source: Source) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*source.decode.nothing, *reading.nothing)))


def _parsed(cell: str, reading: Reading, source: Source) -> str:
    kind = reading.entry.type
    if kind == "date":
        return _first_day(_date(cell, reading), reading.period) if reading.period else _date(cell, reading)
    if kind in {"integer", "decimal"}:
        return _worded(cell, _number(cell, reading, source), reading)
    return _worded(cell, cell, reading)


def _worded(cell: str, other: str, reading: Reading) -> str:
    """Read the declared words that stand for a number or a text, else what else the cell says."""
    words = " ".join(f"WHEN fold({literal(w)}) THEN {literal(n)}" for w, n in (reading.codes or {}).items())
    return f"CASE fold({cell}) {words} ELSE {other} END" if words else other


def _date(cell: str, reading: Reading) -> str:
    read = reading.read or "yyyy-MM-dd"
    if read == "instant":
        exact = f"regexp_extract({cell}, '^(\\d{{4}}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d.*)$', 1)"
        return f"CAST(timezone({literal(reading.zone)}, TRY_CAST({exact} AS TIMESTAMPTZ)) AS DATE)"
    form = date_form(read)
    if form is None:
        raise ValueError(read)  # lint has refused it before
    exact = f"regexp_extract({cell}, {literal(f'^({form.pattern})$')}, 1)"
    if form.month_words:
        month = f"coalesce(month_number(regexp_extract({exact}, '\\p{{L}}+')), '?')"
        exact = f"regexp_replace({exact}, '\\p{{L}}+\\.?', {month})"
    if not form.iso_week:
        return f"CAST(try_strptime({exact}, {literal(form.format)}) AS DATE)"
    two_digits = f"regexp_replace({exact}, '(^|[^0-9])([0-9])($|[^0-9])', '\\10\\2\\3')"  # week 5 as week 05
    monday, week = f"concat({two_digits}, '-1')", literal(form.format)
    parsed = f"try_strptime({monday}, {week})"  # DuckDB takes week 53 of a year of 52 for the next week 1
    return f"CAST(CASE WHEN strftime({parsed}, {week}) = {monday} THEN {parsed} END AS DATE)"


def _first_day(last: str, period: str) -> str:
    """Give the first day of the period that ends with this day. That a week begins on a Monday is a rule's to say."""
    month = f"CASE WHEN last_day({last}) = {last} THEN CAST(date_trunc('month', {last}) AS DATE) END"
    return f"CASE {period} WHEN 'D' THEN {last} WHEN 'W' THEN {last} - 6 WHEN 'M' THEN {month} END"


def _number(cell: str, reading: Reading, source: Source) -> str:
    whole = reading.entry.type == "integer"
    if reading.read in {"range-low", "range-high"}:
        return _bound(cell, reading.entry, low=reading.read == "range-low")
    cell = _unwrapped(without_comparator(cell) if reading.may_be_bound else cell, reading.read)
    exact = f"regexp_extract({cell}, {literal(f'^({_digits(source, whole=whole)})$')}, 1)"
    mark = THOUSANDS[source.decode.thousands]
    if mark:
        exact = f"replace({exact}, {literal(mark)}, '')"
    if source.decode.decimal == "," and not whole:
        exact = f"replace({exact}, ',', '.')"
    return converted_sql(exact, reading.unit) if reading.unit else f"TRY_CAST({exact} AS {reading.entry.sql_type})"


def _digits(source: Source, *, whole: bool) -> str:
    mark = THOUSANDS[source.decode.thousands]
    grouped = rf"\d{{1,3}}(?:[{mark}]\d{{3}})+|" if mark else ""
    return rf"[+-]?(?:{grouped}\d+)" + ("" if whole else rf"(?:[{source.decode.decimal}]\d+)?")


def _unwrapped(cell: str, read: str | None) -> str:
    if not read or read == "#":
        return cell
    before, _, after = read.partition("#")
    return f"regexp_extract({cell}, {literal(f'^{_escaped(before)}(.*){_escaped(after)}$')}, 1)"


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() else f"\\{c}" for c in text)


def _bound(cell: str, entry: FieldEntry, *, low: bool) -> str:
    """One end of an age range. What is open above ends at the field's maximum, what is open below at its zero."""

    def part(pattern: str) -> str:
        return f"TRY_CAST(regexp_extract({cell}, {literal(pattern)}, 1) AS BIGINT)"

    if low:
        return f"coalesce({part(_FROM)}, {part(_OVER)} + 1, {part(_UNDER)} * 0)"
    last = f"{entry.maximum or 0:.0f}"
    return f"coalesce({part(_TO)}, {part(_UNDER)} - 1, coalesce({part(_OVER)}, {part(_FROM)}) * 0 + {last})"


def _rule(cell: str, reading: Reading, source: Source) -> str:
    kind = reading.entry.type
    lost = f"WHEN regexp_matches({cell}, '\ufffd|\\?') THEN 'lost-characters'"
    odd = f"{_macro('odd', reading)}({cell})"
    if kind == "place":
        known = f"CASE {odd} WHEN '{AMBIGUOUS}' THEN 'ambiguous-place' WHEN '{FOREIGN}' THEN 'not-own-state'"
        return f"{known} ELSE CASE {lost} ELSE 'unknown-place' END END"
    if kind == "code":
        return f"CASE {lost} ELSE 'unknown-code' END"
    if kind == "date":
        return "'not-a-date'"
    decimal = literal(f"^{_digits(source, whole=True)}[{source.decode.decimal}]\\d+$")
    fraction = f"WHEN regexp_matches(trim({cell}), {decimal}) THEN 'not-a-whole-number'" if kind == "integer" else ""
    figures = f"regexp_matches({cell}, '^[^\\p{{L}}]*\\d[^\\p{{L}}]*$')"
    return f"CASE {fraction} WHEN {figures} THEN 'wrong-number-form' ELSE 'not-a-number' END"
