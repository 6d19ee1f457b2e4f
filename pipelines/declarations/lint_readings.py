"""Contradictions in how cells become values: forms of dates and numbers, units, parts of cells, words, constants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.dates import SERIAL, date_form
from pipelines.declarations.folding import fold
from pipelines.declarations.load import Declarations
from pipelines.declarations.missing import NOT_MISSING, REASON
from pipelines.declarations.model import Scalar
from pipelines.declarations.source import Mapping, NameIs, Source
from pipelines.declarations.units import conversion
from pipelines.declarations.words import collisions, in_scope, words
from pipelines.declarations.yaml_lines import Wrong


def wrong_readings(source: Source, declared: Declarations) -> Iterator[Wrong]:
    """How each field is read from its cells, against what the field is."""
    for field, mapping in source.map.items():
        yield from _reading(field, mapping, source, declared, ("map", field))
        yield from _shared_cells(field, mapping, source, declared)
    named = source.unpivot.name_is if source.unpivot else None
    if named:
        yield from _reading(named.field, named, source, declared, ("unpivot", "name_is"))
    yield from _reasons(source, declared)


def wrong_constant(
    field: str, value: Scalar, table: str, declared: Declarations, at: tuple[str | int, ...]
) -> Iterator[Wrong]:
    """A value that is written in a declaration, against its field and how its table uses it."""
    entry = declared.fields[field]
    if entry.codes and entry.codes in declared.codes and str(value) not in codes_of(declared, table, field).known():
        known = str(value) in declared.codes[entry.codes].known()
        yield f"'{value}' is not a code of {entry.codes}{f' in the table {table}' if known else ''}", at
    if entry.type == "place" and str(value) not in declared.places and str(value) != "UNK":
        yield f"'{value}' is not a place of schemas/places", at
    if entry.type == "integer" and not isinstance(value, int):
        yield f"'{field}' is a whole number, and '{value}' is not", at
    if entry.type == "date" and not isinstance(value, date):
        yield f"'{field}' is a date, and '{value}' is not", at


def _reading(
    field: str, mapping: Mapping | NameIs, source: Source, declared: Declarations, at: tuple[str | int, ...]
) -> Iterator[Wrong]:
    kind, zone = declared.fields[field].type, getattr(mapping, "zone", None)
    if kind == "date" and mapping.read is None:
        yield f"'{field}' is a date: say how it is written with read", at
    if kind == "date" and mapping.read not in {None, "instant"} and date_form(mapping.read or "") is None:
        yield f"'{mapping.read}' is not a form of dates", (*at, "read")
    if kind == "date" and mapping.read == SERIAL and source.decode.format != "xlsx":
        yield "read: serial is for format: xlsx; only a workbook says from which day it counts", (*at, "read")
    if (mapping.read == "instant") != (zone is not None):
        yield "read: instant and zone go together", at
    if (
        kind in {"integer", "decimal"}
        and mapping.read
        and mapping.read not in {"range-low", "range-high"}
        and mapping.read.count("#") != 1
    ):
        yield f"'{mapping.read}' is not a form of numbers: it needs one #", (*at, "read")
    if unit := getattr(mapping, "unit", None):
        yield from _unit(field, unit, declared, (*at, "unit"))
    yield from _own_words(field, mapping.codes, source, declared, (*at, "codes"))


def _reasons(source: Source, declared: Declarations) -> Iterator[Wrong]:
    """Cells that say why there is no figure: of the figure that is the fact, and said once."""
    table = declared.tables[source.table]
    told: list[tuple[str, dict[str, str], tuple[str, ...]]]
    told = [(field, m.missing, ("map", field, "missing")) for field, m in source.map.items()]
    told += [(source.unpivot.into, source.unpivot.missing, ("unpivot", "missing"))] if source.unpivot else []
    for field, missing, at in told:
        if missing and (field != table.fact or REASON not in table.fields):
            yield f"'{field}' is not the figure of which the table {table.table} keeps a {REASON}", at
        if missing and REASON in source.map:
            yield f"a column gives the {REASON} already", at
        for reason in missing.values():
            yield from wrong_constant(REASON, reason, table.table, declared, at)
            if reason == NOT_MISSING:
                yield f"'{NOT_MISSING}' is no reason", at


def _unit(field: str, unit: str, declared: Declarations, at: tuple[str | int, ...]) -> Iterator[Wrong]:
    entry = declared.fields[field]
    if entry.type != "decimal" or entry.unit is None:
        yield f"'{field}' is no measured number: it takes no unit", at
    elif unit == entry.unit:
        yield f"'{unit}' is the unit of '{field}' already: leave it out", at
    elif conversion(field, unit, entry, declared) is None:
        known = sorted({c.unit for c in declared.units.values() if c.into == entry.unit and c.field in {"", field}})
        told = ", ".join(known) or "none"
        yield f"nothing says what '{unit}' is in {entry.unit}; schemas/units.csv knows {told} for '{field}'", at


def _shared_cells(field: str, mapping: Mapping, source: Source, declared: Declarations) -> Iterator[Wrong]:
    """What takes only some of a cell, or makes another day of it, must lose nothing."""
    kind, at = declared.fields[field].type, ("map", field)
    if mapping.part and (kind in {"text", "texts"} or mapping.part.take > mapping.part.of):
        yield f"'part' takes one of {mapping.part.of} parts, for a field that is not text", (*at, "part")
    whole = [f for f, m in source.map.items() if m.from_ == mapping.from_ and not m.rest]
    if mapping.rest and not (kind in {"code", "place"} and mapping.codes and whole):
        yield "'rest' needs codes, and another field that reads every cell of the same column", (*at, "rest")
    levels = declared.codes["geo_level"].known() if kind == "place" and "geo_level" in declared.codes else ()
    if mapping.level and mapping.level not in levels:
        yield f"'level' is for places and one of {', '.join(levels) or 'none'}", (*at, "level")
    if mapping.place_codes:
        yield from _place_codes(mapping.place_codes, kind, source, declared, (*at, "place_codes"))
    dated = "period_type" in {*source.constants, *source.map}
    if mapping.names == "last-day" and not (field == "period_start" and dated):
        yield "names: last-day is for period_start, with a period_type that is constant or mapped", (*at, "names")


def _place_codes(
    of_list: str, kind: str, source: Source, declared: Declarations, at: tuple[str | int, ...]
) -> Iterator[Wrong]:
    """The list must have codes of places that the source may report on."""
    codes = (n for n in declared.place_names if n.is_code)
    known = sorted({n.source for n in codes if in_scope(source, n.place_id, declared)})
    if kind != "place" or of_list not in known:
        yield f"'place_codes' is for places and one of {', '.join(known) or 'none'}", at


def _own_words(
    field: str, own: dict[str, Scalar], source: Source, declared: Declarations, at: tuple[str | int, ...]
) -> Iterator[Wrong]:
    kind = declared.fields[field].type
    if own and kind not in {"code", "place", "integer", "text"}:
        yield f"'{field}' has no codes", at
    if kind in {"integer", "text"}:
        for word, value in own.items():
            yield from wrong_constant(field, value, source.table, declared, (*at, word))
    if kind in {"code", "place"}:
        yield from _words(field, own, source, declared, at)


def _words(
    field: str, own: dict[str, Scalar], source: Source, declared: Declarations, at: tuple[str | int, ...]
) -> Iterator[Wrong]:
    for word, codes in collisions(declared, source, field, own):
        yield f"'{word}' means {' and '.join(codes)} in {', '.join(source.language)}: say which", at
    without = words(declared, source, field, {}) if own else {}
    for word, value in own.items():
        yield from wrong_constant(field, value, source.table, declared, (*at, word))
        if without.get(fold(str(word))) == str(value):
            yield f"'{word}' means {value} already: leave it out", (*at, word)
