"""Faults: a catalogue of what goes wrong with files, each put where it can be, each with the rule that must find it.

Six kinds: of cells, derived from what their fields are declared to be (`cells`); of facts, found from the rules of
the table themselves (`rules`), also beside what was sent before (`beside`); of whole deliveries (`whole`); of whole
files, by their format (`files`, `workbooks`, `documents`, `packed`); and deliveries that follow (`again`). Faults of
cells and facts share a file, each in a row of its own, as many as do not hold it; those for which a person must look,
or the file is refused, have one for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.declarations.decoding import Decode
from pipelines.declarations.model import TableRule
from pipelines.declarations.source import declared_columns
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults.again import BEFORE, CORRECTIONS, TIMES_LARGER, faults_again
from pipelines.simulate.faults.beside import beside_changes, last_sending, sent_before, told_last
from pipelines.simulate.faults.cells import cell_changes, row_changes
from pipelines.simulate.faults.documents import document_faults
from pipelines.simulate.faults.events import event_changes
from pipelines.simulate.faults.files import file_faults, text_faults
from pipelines.simulate.faults.headings import heading_faults
from pipelines.simulate.faults.injected import Change, Clean, Faulty, FileFault, Injected
from pipelines.simulate.faults.key import keep_faults, read_faults
from pipelines.simulate.faults.packed import archive_faults, parquet_faults
from pipelines.simulate.faults.rules import rule_changes
from pipelines.simulate.faults.whole import whole_changes
from pipelines.simulate.faults.workbooks import workbook_faults
from pipelines.simulate.lay_out import Cell, Row, Sheet, as_sheet, lay_out
from pipelines.simulate.send import file_name, since
from pipelines.simulate.stream import can_be_streamed
from pipelines.simulate.truth import truth
from pipelines.simulate.write import put, write
from pipelines.simulate.write.names import places_of

__all__ = [
    "BEFORE",
    "CORRECTIONS",
    "TIMES_LARGER",
    "Faulty",
    "Injected",
    "clean_file",
    "faults_again",
    "faults_beside",
    "faulty_files",
    "keep_faults",
    "last_sending",
    "read_faults",
    "sent_before",
    "spoiled_files",
    "told_last",
]

_STOPS = {"hold", "refuse"}
_SPARE = 2.5  # a row of a wide file has several facts, and all of them are rejected for one cell


def clean_file(asked: Asked, first: date = date.min) -> Clean | None:
    """Lay out what a source sends on the last day, with the place of each fact; None where there is nothing.

    Figures of periods before `first` are left out.
    """
    facts = since(truth(asked), asked, first)
    if not facts.num_rows:
        return None
    pages = lay_out(facts, asked.pen("faulty"))
    sheet = as_sheet(pages)
    places = places_of(sheet, asked.source.decode)
    return Clean(asked, sheet, pages[0].placed(facts, places), tuple(places))


def faulty_files(clean: Clean, folder: Path) -> Iterator[Faulty]:
    """Write every file that has a fault of the catalogue into a folder of its own."""
    yield from _written(clean, _together(clean), "cells", folder)
    yield from spoiled_files(clean, folder)


def spoiled_files(clean: Clean, folder: Path) -> Iterator[Faulty]:
    """Write the file once with each fault that it can have as a whole."""
    asked, decode = clean.asked, clean.asked.source.decode
    whole = folder / "clean" / file_name(asked, asked.as_of)
    write(clean.sheet, decode, whole)
    content = whole.read_bytes()
    for fault in _faults_of_files(asked):
        spoiled = _spoiled_bytes(fault, content, decode)
        if spoiled is not None and spoiled != content:
            path = folder / fault.fault / whole.name
            put(spoiled, path)
            consequence = asked.declared.rules[fault.rules[0]].consequence
            yield Faulty(fault.fault, asked.source.source, path, (Injected(fault.fault, fault.rules, consequence),))


def faults_beside(clean: Clean, folder: Path) -> Iterator[Faulty]:
    """Write the files that are wrong only beside what lies in the lake by then: what `sent_before` gives."""
    yield from _written(clean, ([change] for change in beside_changes(clean)), "beside", folder)


def _written(clean: Clean, files: Iterable[Sequence[Change]], kind: str, folder: Path) -> Iterator[Faulty]:
    asked = clean.asked
    for made, changes in enumerate(files, start=1):
        sheet, faults = _changed(clean, changes)
        path = folder / f"{kind}-{made}" / file_name(asked, asked.as_of)
        write(sheet, asked.source.decode, path)
        yield Faulty(f"{kind}-{made}", asked.source.source, path, faults)


def _together(clean: Clean) -> Iterator[Sequence[Change]]:
    """Share the changes out over files: few enough in each that it is not held, and what stops a file alone in one.

    Faults of one file stand in different rows. What only several rows show has a file of its own: it would meet others.
    """
    rules = clean.asked.declared.rules
    every = [*cell_changes(clean), *event_changes(clean), *rule_changes(clean), *row_changes(clean)]
    every += whole_changes(clean)
    alone = [c for c in every if not _bears_others(c, rules)]
    yield from ([c] for c in alone)
    yield from _shared([c for c in every if c not in alone], _most(clean))


def _bears_others(change: Change, rules: Mapping[str, TableRule]) -> bool:
    stops = any(rules[rule].consequence in _STOPS for rule in change.rules)
    return change.is_of_one_row and not (change.again or stops or rules[change.rules[0]].fails_for)


def _most(clean: Clean) -> int:
    """Say how many faults a file may have without being held for them."""
    sound = sum(len(row.reported) > 0 and row.aside is None for row in clean.sheet.rows)
    return max(1, int(sound * clean.asked.source.hold_above_rejected_share / _SPARE))


def _shared(changes: Iterable[Change], many: int) -> Iterator[Sequence[Change]]:
    files = list[list[Change]]()
    for change in changes:
        free = (f for f in files if len(f) < many and change.row not in {c.row for c in f})
        if (file := next(free, None)) is None:
            files.append(file := [])
        file.append(change)
    yield from files


def _changed(clean: Clean, changes: Sequence[Change]) -> tuple[Sheet, tuple[Injected, ...]]:
    rows, faults, where = list(clean.sheet.rows), list[Injected](), list[int]()
    for change in changes:
        for i, cells in change.more.items():
            rows[i] = _spoiled(rows[i], cells)
        spoiled = _spoiled(rows[change.row], change.cells)
        row = len(rows) if change.again else change.row
        rows[row : row + 1] = [spoiled]
        faults.append(_injected(change, clean))
        where.append(row)
    left = [i for i in range(len(rows)) if not any(i in change.gone for change in changes)]
    sheet = Sheet(clean.sheet.columns, tuple(rows[i] for i in left))
    place = dict(zip(left, places_of(sheet, clean.asked.source.decode), strict=True))
    told = (
        replace(fault, row=place[row])
        if change.is_of_one_row
        else replace(fault, also=tuple(place[i] for i in (row, *change.more) if i in place))
        for fault, row, change in zip(faults, where, changes, strict=True)
    )
    return sheet, tuple(told)


def _injected(change: Change, clean: Clean) -> Injected:
    before = clean.sheet.rows[change.row].cells
    was = ", ".join(before[c].text for c in change.cells if c in before)
    said = ", ".join(change.cells.values())
    if not change.is_of_one_row:
        was, said = "", f"{len(change.more) + 1} rows say something else, {len(change.gone)} are lost"
    consequence = clean.asked.declared.rules[change.rules[0]].consequence
    return Injected(change.fault, change.rules, consequence, None, change.column, change.field, was, said)


def _spoiled(row: Row, cells: Mapping[str, str]) -> Row:
    return replace(row, cells={**row.cells, **{c: Cell(text) for c, text in cells.items()}})


def _faults_of_files(asked: Asked) -> Iterator[FileFault]:
    """Give the faults that a file of this form can have as a whole: of its outermost form, where it is packed."""
    decode = asked.source.decode
    if decode.zip is not None:
        yield from archive_faults(decode)
    elif decode.format != "csv":
        forms = {"xlsx": workbook_faults, "parquet": parquet_faults}
        yield from forms.get(decode.format, document_faults)(decode)
    elif can_be_streamed(decode):
        yield from file_faults({*declared_columns(asked.source)} - {*asked.source.ignore})
    else:
        yield from (*text_faults(), *heading_faults(decode))


def _spoiled_bytes(fault: FileFault, content: bytes, decode: Decode) -> bytes | None:
    if decode.format != "csv" or decode.zip is not None:
        return fault.bytes_(content, decode)
    encoding = decode.encoding[0]
    lines = fault.text(content.decode(encoding).removesuffix("\r\n").split("\r\n"), decode)
    if lines is None:
        return None
    try:
        return fault.bytes_("".join(f"{line}\r\n" for line in lines).encode(encoding), decode)
    except UnicodeEncodeError:
        return None
