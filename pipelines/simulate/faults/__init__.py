"""Faults: a catalogue of what goes wrong with files, each put where it can be, each with the rule that must find it.

Three kinds: of cells, derived from what their fields are declared to be (`cells`); of facts, found from the rules of
the table themselves (`rules`); of whole files (`files`). Faults of cells and facts share a file, each in a row of its
own, as many as do not hold it; those for which a person must look, or the file is refused, have one for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipelines.declarations.decoding import Decode
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults.cells import cell_changes, row_changes
from pipelines.simulate.faults.files import FileFault, file_faults
from pipelines.simulate.faults.injected import Change, Clean, Faulty, Injected
from pipelines.simulate.faults.key import keep_faults, read_faults
from pipelines.simulate.faults.rules import rule_changes
from pipelines.simulate.lay_out import Cell, Row, Sheet, as_sheet, lay_out
from pipelines.simulate.send import file_name
from pipelines.simulate.stream import can_be_streamed
from pipelines.simulate.truth import truth
from pipelines.simulate.write import put, write
from pipelines.simulate.write.names import places_of

__all__ = ["Faulty", "Injected", "clean_file", "faulty_files", "keep_faults", "read_faults"]

_STOPS = {"hold", "refuse"}


def clean_file(asked: Asked) -> Clean | None:
    """Lay out what a source sends on the last day, with the place of each fact; None where there is nothing."""
    facts = truth(asked)
    if not facts.num_rows:
        return None
    pages = lay_out(facts, asked.pen("faulty"))
    sheet = as_sheet(pages)
    places = places_of(sheet, asked.source.decode)
    return Clean(asked, sheet, pages[0].placed(facts, places), tuple(places))


def faulty_files(clean: Clean, folder: Path) -> Iterator[Faulty]:
    """Write every file that has a fault of the catalogue into a folder of its own."""
    asked = clean.asked
    for made, changes in enumerate(_together(clean), start=1):
        sheet, faults = _changed(clean, changes)
        path = folder / f"cells-{made}" / file_name(asked, asked.as_of)
        write(sheet, asked.source.decode, path)
        yield Faulty(f"cells-{made}", asked.source.source, path, faults)
    if can_be_streamed(asked.source.decode):
        yield from _of_files(clean, folder)


def _together(clean: Clean) -> Iterator[Sequence[Change]]:
    """Share the changes out over files: few enough in each that it is not held, and what stops a file alone in one."""
    rules, taken = clean.asked.declared.rules, set[int]()
    every = list(cell_changes(clean))
    taken |= {change.row for change in every}
    every += rule_changes(clean, taken)
    every += row_changes(clean, taken)
    stopping = [c for c in every if rules[c.rules[0]].consequence in _STOPS]
    others = [c for c in every if c not in stopping]
    sound = sum(len(row.reported) > 0 and row.aside is None for row in clean.sheet.rows)
    many = max(1, int(sound * clean.asked.source.hold_above_rejected_share / 2.5))
    yield from ([c] for c in stopping)
    yield from (others[i : i + many] for i in range(0, len(others), many))


def _changed(clean: Clean, changes: Sequence[Change]) -> tuple[Sheet, tuple[Injected, ...]]:
    rows, faults, where = list(clean.sheet.rows), list[Injected](), list[int]()
    for change in changes:
        spoiled = _spoiled(rows[change.row], change)
        row = len(rows) if change.again else change.row
        rows[row : row + 1] = [spoiled]
        before = clean.sheet.rows[change.row].cells
        was = ", ".join(before[c].text for c in change.cells if c in before)
        said = ", ".join(change.cells.values())
        consequence = clean.asked.declared.rules[change.rules[0]].consequence
        place = (None, change.column, change.field)
        faults.append(Injected(change.fault, change.rules, consequence, *place, was, said))
        where.append(row)
    sheet = Sheet(clean.sheet.columns, tuple(rows))
    places = places_of(sheet, clean.asked.source.decode)
    return sheet, tuple(replace(f, row=places[row]) for f, row in zip(faults, where, strict=True))


def _spoiled(row: Row, change: Change) -> Row:
    return replace(row, cells={**row.cells, **{c: Cell(text) for c, text in change.cells.items()}})


def _of_files(clean: Clean, folder: Path) -> Iterator[Faulty]:
    asked, decode = clean.asked, clean.asked.source.decode
    whole = folder / "clean" / file_name(asked, asked.as_of)
    write(clean.sheet, decode, whole)
    content = whole.read_bytes()
    for fault in file_faults():
        spoiled = _spoiled_bytes(fault, content, decode)
        if spoiled is not None and spoiled != content:
            path = folder / fault.fault / whole.name
            put(spoiled, path)
            consequence = asked.declared.rules[fault.rules[0]].consequence
            yield Faulty(fault.fault, asked.source.source, path, (Injected(fault.fault, fault.rules, consequence),))


def _spoiled_bytes(fault: FileFault, content: bytes, decode: Decode) -> bytes | None:
    encoding = decode.encoding[0]
    lines = fault.text(content.decode(encoding).removesuffix("\r\n").split("\r\n"), decode)
    if lines is None:
        return None
    try:
        return fault.bytes_("".join(f"{line}\r\n" for line in lines).encode(encoding), decode)
    except UnicodeEncodeError:
        return None
