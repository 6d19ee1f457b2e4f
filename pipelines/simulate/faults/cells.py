"""Faults of single cells, by what their fields are declared to be: a place, a code, a date, a number, a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipelines.declarations.comparators import comparators
from pipelines.declarations.decoding import THOUSANDS
from pipelines.declarations.folding import fold
from pipelines.declarations.missing import REASON
from pipelines.declarations.model import FieldEntry
from pipelines.declarations.words import AMBIGUOUS, FOREIGN, words
from pipelines.simulate.faults.injected import Change, Clean
from pipelines.simulate.lay_out import Cell, Row
from pipelines.simulate.written import impossible_date, written_date, written_number

Wrong = tuple[str, tuple[str, ...], str]  # the fault, the rules that find it, what is written

_FAR = 2068  # the last year that two digits can say
_SHEETS = {"csv", "xlsx"}  # a record names its values, and none of them moves into another's place


def cell_changes(clean: Clean) -> Iterator[Change]:
    """Give every fault that a cell of the sheet can have: each of a field's faults in a row of its own."""
    rows = _Rows(clean)
    for column, field in _columns(clean).items():
        for wrong in _wrongs(field, clean):
            if (found := rows.next(column, wrong)) is not None:
                row, written = found
                yield Change(wrong[0], wrong[1], row, {column: written}, column, field)


def _columns(clean: Clean) -> dict[str, str]:
    """Give the columns that are read, with their fields; of the columns of a wide file the first two."""
    source = clean.asked.source
    mapped = {m.from_: f for f, m in source.map.items() if m.from_ != source.decode.sheets.column}
    if source.unpivot:
        wide = [c for c in clean.sheet.columns if any(c in row.reported for row in clean.sheet.rows)]
        mapped |= dict.fromkeys(wide[:2], source.unpivot.into)
    return mapped


class _Rows:
    """Gives rows one after another, each to one fault: those that are sound and say something in the column."""

    def __init__(self, clean: Clean) -> None:
        """Mix the rows, the same way every time."""
        self.rows = clean.sheet.rows
        order = clean.asked.chance("faulty rows").permutation(len(self.rows))
        self.free = [int(i) for i in order if self.rows[int(i)].reported and self.rows[int(i)].aside is None]

    def next(self, column: str, wrong: Wrong) -> tuple[int, str] | None:
        """Give the next row that can have the fault, and what to write there; None where there is none."""
        for i in self.free:
            written = _said(wrong[2], self.rows[i].cells.get(column))
            if written is not None:
                self.free.remove(i)
                return i, written
        return None


def _said(form: str, cell: Cell | None) -> str | None:
    """Give what to write in place of a cell: {} in the form stands for what it says. None where it says nothing."""
    if cell is None or cell.value is None or not cell.text:
        return None
    if form == "{lost}":
        lost = next((c for c in cell.text if not c.isascii() and c.isalpha()), None)
        return None if lost is None else cell.text.replace(lost, "?")
    return form.replace("{}", cell.text)


def _wrongs(field: str, clean: Clean) -> Iterator[Wrong]:
    asked = clean.asked
    entry, table = asked.declared.fields[field], asked.declared.tables[asked.source.table]
    use = table.readable[field]
    by_kind = {"place": _of_words, "code": _of_words, "date": _of_dates, "integer": _of_numbers, "decimal": _of_numbers}
    yield from by_kind.get(entry.type, _of_texts)(field, entry, clean)
    needed = use.required and use.default is None and field not in asked.source.not_collected
    if needed and field != table.fact:
        yield "empty-cell", ("missing-value",), ""


def _of_words(field: str, entry: FieldEntry, clean: Clean) -> Iterator[Wrong]:
    """A word that nobody knows, one in which letters were lost, and for places those of others."""
    source, declared = clean.asked.source, clean.asked.declared
    mapping = source.map.get(field)
    known = words(declared, source, field, mapping.codes if mapping else {})
    rule = "unknown-place" if entry.type == "place" else "unknown-code"
    spelling = next(w for w in ("Qqzzx", "Qqzzxw", "Qqzzxwv") if fold(w) not in known)
    yield "misspelt-word", (rule,), spelling
    yield "lost-letters", ("lost-characters", rule), "{lost}"
    if entry.type == "place":
        yield from _of_another_time(known, clean)
        for kind, meant, found in (
            ("place-of-another-state", FOREIGN, "not-own-state"),
            ("name-of-two-places", AMBIGUOUS, "ambiguous-place"),
        ):
            name = next(
                (n.name for n in declared.place_names if known.get(fold(n.name)) == meant and _fits(n.name, clean)),
                None,
            )
            if name:
                yield kind, (found,), name


def _of_another_time(known: Mapping[str, str], clean: Clean) -> Iterator[Wrong]:
    """Name a place of the own state that is first there when all that is told has passed."""
    declared, last = clean.asked.declared, clean.asked.window.last
    later = {p.place_id for p in declared.places.values() if p.valid_from and p.valid_from > last}
    names = (n.name for n in declared.place_names if known.get(fold(n.name)) in later and _fits(n.name, clean))
    if name := next(names, None):
        yield "place-of-another-time", ("place-of-another-time",), name


def _fits(word: str, clean: Clean) -> bool:
    try:
        word.encode(clean.asked.source.decode.encoding[0])
    except UnicodeEncodeError:
        return False
    return clean.asked.source.decode.delimiter not in word


def _of_dates(field: str, entry: FieldEntry, clean: Clean) -> Iterator[Wrong]:
    source, declared = clean.asked.source, clean.asked.declared
    mapping = source.map[field]
    read, language = mapping.read or "yyyy-MM-dd", declared.languages[source.language[0]]
    yield "words-for-a-date", ("not-a-date",), "Qqzzx"
    if read not in {"instant", "serial"}:
        yield "day-that-no-calendar-has", ("not-a-date",), impossible_date(2021, read, language)
        other = "yyyy/dd/MM" if read != "yyyy/dd/MM" else "dd.MM.yyyy"
        yield "other-date-form", ("not-a-date",), written_date(date(2021, 1, 15), other, None, language)
        if not entry.may_be_future and "ww" not in read:
            yield "year-mistyped", ("future-date",), written_date(date(_FAR, 1, 15), read, None, language)


def _of_numbers(field: str, entry: FieldEntry, clean: Clean) -> Iterator[Wrong]:
    source, table = clean.asked.source, clean.asked.declared.tables[clean.asked.source.table]
    mapping, decode = source.map.get(field), source.decode
    read = mapping.read if mapping else source.unpivot.read if source.unpivot else None
    if (mapping and (mapping.unit or (read or "").startswith("range"))) or decode.format == "xlsx":
        return
    form = read or "#"
    yield "letters-in-a-number", ("not-a-number", "wrong-number-form"), form.replace("#", "12x")
    strange = "'" if decode.thousands != "apostrophe" else "_"
    yield "other-mark-between-thousands", ("wrong-number-form", "not-a-number"), form.replace("#", f"1{strange}234")
    other = "," if decode.decimal == "." else "."
    if THOUSANDS[decode.thousands] != other:
        wrong = ("wrong-number-form", "not-a-number", "not-a-whole-number")
        yield "other-decimal-mark", wrong, form.replace("#", f"1{other}5")
    if entry.type == "integer":
        yield "fraction-of-a-count", ("not-a-whole-number",), form.replace("#", f"1{decode.decimal}5")
    if field in comparators(source, table, clean.asked.declared).values():
        yield "bound-without-a-number", ("not-a-number", "wrong-number-form"), "<"
    if entry.minimum is not None:
        yield "below-the-range", ("out-of-range",), written_number(int(entry.minimum) - 1, decode, read)
    if entry.maximum is not None and field != table.fact:
        yield "wrong-unit", ("out-of-range",), written_number(int(entry.maximum) * 10 + 1, decode, read)


def _of_texts(_: str, entry: FieldEntry, clean: Clean) -> Iterator[Wrong]:  # noqa: ARG001  as its siblings
    if entry.max_length:
        yield "text-too-long", ("too-long", "wrong-pattern"), "x" * (entry.max_length + 1)
    if entry.prose:
        yield "address-of-a-person", ("personal-data",), "{} qqzzx@mail.example"
    if entry.pattern:
        yield "text-of-another-form", ("wrong-pattern",), "! {} !?"


def row_changes(clean: Clean) -> Iterator[Change]:
    """Give the faults of whole rows: sent twice, sent twice and not alike, moved by a cell. An event may come again."""
    sound = [i for i, row in enumerate(clean.sheet.rows) if row.reported and row.aside is None]
    free = iter(sound)
    first, second, third = (next(free, None) for _ in range(3))
    if first is not None and clean.asked.source.keep_last_per is None and clean.asked.source.count is None:
        yield Change("row-twice", ("identical-duplicate",), first, {}, again=True)
    conflict = _conflict(clean)
    if second is not None and conflict and clean.asked.source.keep_last_per is None:
        cells = {conflict: _another(clean.sheet.rows[second], conflict, clean)}
        yield Change("row-twice-and-not-alike", ("conflicting-duplicate",), second, cells, again=True)
    if third is not None and clean.asked.source.decode.format in _SHEETS:
        yield from _shifted(clean, third)
    yield from _told_all_the_same(clean, sound)


def _told_all_the_same(clean: Clean, sound: Sequence[int]) -> Iterator[Change]:
    """Write a figure beside the reason why there is none."""
    source, fact = clean.asked.source, clean.asked.declared.tables[clean.asked.source.table].fact
    if REASON in source.map and fact in source.map:
        beside, column = source.map[REASON].from_, source.map[fact].from_
        row = next((i for i in sound if clean.sheet.rows[i].cells[beside].value), None)
        if row is not None:
            yield Change("figure-beside-its-reason", ("reason-beside-a-figure",), row, {column: "7"}, column, fact)


def _conflict(clean: Clean) -> str | None:
    """Give a column of whole numbers that is no part of the key."""
    source, table = clean.asked.source, clean.asked.declared.tables[clean.asked.source.table]
    kinds = {m.from_: clean.asked.declared.fields[f] for f, m in source.map.items() if f not in table.key}
    if source.unpivot and source.decode.format != "xlsx":
        return next((c for c in clean.sheet.columns if c in clean.sheet.rows[0].reported), None)
    return next((c for c, entry in kinds.items() if entry.type == "integer" and not source.unpivot), None)


def _another(row: Row, column: str, clean: Clean) -> str:
    value = row.cells[column].value
    field = next((f for f, m in clean.asked.source.map.items() if m.from_ == column), None)
    mapping = clean.asked.source.map.get(field or "")
    unpivot = clean.asked.source.unpivot
    read = mapping.read if mapping else unpivot.read if unpivot else None
    return written_number((value if isinstance(value, int) else 0) + 1, clean.asked.source.decode, read)


def _shifted(clean: Clean, row: int) -> Iterator[Change]:
    """Move the cells of a row one to the right: the last one goes to the front."""
    by_sheet, cells = clean.asked.source.decode.sheets.column, clean.sheet.rows[row].cells
    columns = [column for column in clean.sheet.columns if column != by_sheet]
    texts = [cells[c].text if c in cells else "" for c in columns]
    moved = dict(zip(columns, [texts[-1], *texts[:-1]], strict=True))
    rules: tuple[str, ...] = ("not-a-date", "unknown-place", "unknown-code", "not-a-number", "wrong-number-form")
    rules = (*rules, "missing-value", "out-of-range", "wrong-pattern", "not-a-whole-number")
    if any(aside.others for aside in (*clean.asked.source.out_of_scope, *clean.asked.source.total_of_parts)):
        rules = ("unlisted-value", *rules)  # nobody knows what kind of row it is: a person looks
    if len(columns) > 2 and len(set(texts)) > 2:  # noqa: PLR2004
        yield Change("row-moved-by-a-cell", rules, row, moved)
