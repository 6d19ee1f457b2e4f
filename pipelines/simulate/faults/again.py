"""Deliveries that follow a clean one: wrong, or no more than an event, because of what is known by then or said beside.

Each has a folder with all that is sent: the file, and the `datapackage.json` that goes with it, if one does. What came
in between lies in `before/` (a withdrawal), what is declared by then in `corrections.yaml`. None may change the lake.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipelines.artefacts import DATAPACKAGE
from pipelines.declarations.recognise import by_stem
from pipelines.simulate.faults.corrected import corrections, with_cells
from pipelines.simulate.faults.injected import Clean, Faulty, Injected
from pipelines.simulate.lay_out import Cell, Sheet
from pipelines.simulate.send import file_name
from pipelines.simulate.withheld import is_told
from pipelines.simulate.write import put, write

BEFORE, CORRECTIONS = "before", "corrections.yaml"
TIMES_LARGER = 4  # than the clean file: more is not taken where these are delivered

_OF_NO_SOURCE, _OTHER_ENDING = "covid_final_v2 (1).csv", ".dat"
_WEEK, _CUT = timedelta(days=7), 3
_WHY = "it was the file of another week"

Said = Mapping[str, object]  # what stands under `salamat` in a data package


@dataclass(frozen=True)
class _Next:
    """What is sent next: another sheet than the clean one, under another name, so many times; and what is said of it.

    `row` counts the rows of the sheet from 0. `before` is said before it comes.
    """

    fault: str
    rule: str
    sheet: Sheet | None = None
    row: int | None = None
    said: Said | None = None
    before: Said | None = None
    corrected: Mapping[str, Any] | None = None
    name: str | None = None
    times: int = 1


def faults_again(clean: Clean, folder: Path, one_in: int = 1) -> Iterator[Faulty]:
    """Write each of them; they are delivered in this order, for the last one follows a withdrawal of everything.

    Of those that are read to their end one in so many is written (`one_in`), for they cost most; chance says which ones
    a source has.
    """
    for made in _chosen(clean, one_in):
        path = folder / made.fault / (made.name or file_name(clean.asked, clean.asked.as_of))
        write(made.sheet or clean.sheet, clean.asked.source.decode, path)
        put(path.read_bytes() * made.times, path)
        _put_beside(made, path)
        yield Faulty(made.fault, clean.asked.source.source, path, (_injected(made, clean),))


def _injected(made: _Next, clean: Clean) -> Injected:
    place = None if made.row is None else clean.places[made.row]
    return Injected(made.fault, (made.rule,), clean.asked.declared.rules[made.rule].consequence, place)


def _chosen(clean: Clean, one_in: int) -> Iterator[_Next]:
    yield from _not_taken(clean)
    yield from _deletions(clean)
    turn = int(clean.asked.chance("deliveries that follow").integers(one_in))  # it is the same when sources are added
    yield from (made for nth, made in enumerate(_taken(clean)) if nth % one_in == turn)


def _taken(clean: Clean) -> Iterator[_Next]:
    """Give those that are read to their end."""
    yield _Next("same-file-twice", "same-bytes-again")
    for fault, rule, sheet, row, corrected in corrections(clean):
        yield _Next(fault, rule, sheet, row, corrected=corrected)
    yield from _replacements(clean)
    yield from _zero_reports(clean)
    other = Path(file_name(clean.asked, clean.asked.as_of)).with_suffix(_OTHER_ENDING)
    if by_stem(other, clean.asked.declared.sources) == clean.asked.source:
        yield _Next("other-ending", "unexpected-file-name", name=other.name)
    withdrawn = {"kind": "withdraw", "period": "all", "because": _WHY}
    yield _Next("old-file-after-its-withdrawal", "superseded", before=withdrawn)


def _not_taken(clean: Clean) -> Iterator[_Next]:
    """Give the file a name that says nothing, so many rows that it is not taken, or a package that denies its rows."""
    yield _Next("name-of-no-source", "unknown-source", name=_OF_NO_SOURCE)
    yield _Next("many-times-too-large", "too-large", times=TIMES_LARGER + 1)
    if days := _days(clean):
        yield _Next("zero-beside-rows", "zero-report-has-rows", said=_zero(days[0], days[-1]))


def _deletions(clean: Clean) -> Iterator[_Next]:
    """Delete a record by a number that none has; the one that was meant stands."""
    source, table = clean.asked.source, clean.asked.declared.tables[clean.asked.source.table]
    for field, deleted in table.deleted_by.items():
        if field in source.map and table.key[0] in source.map:
            number = source.map[table.key[0]].from_
            row = next(i for i, row in enumerate(clean.sheet.rows) if row.reported)
            none = clean.sheet.rows[row].cells[number].text + "0"
            said = clean.asked.pen("deleted").ways(field, deleted)[0]
            sheet = with_cells(clean.sheet, row, {number: Cell(none), source.map[field].from_: Cell(said)})
            yield _Next("unknown-record-deleted", "no-such-record", sheet, row)


def _replacements(clean: Clean) -> Iterator[_Next]:
    """Replace everything by a file that was cut short, and one day by the facts of several."""
    rows, days = clean.sheet.rows, _days(clean)
    if clean.asked.source.delivers.hold_above_dropped_share < 1 - 1 / _CUT and len(rows) >= _CUT:
        cut = Sheet(clean.sheet.columns, rows[: len(rows) // _CUT])
        yield _Next("replaced-by-a-part", "mass-drop", cut, said=_replacing("all"))
    if len(days) > 1:
        yield _Next("replaced-in-a-wrong-period", "outside-its-period", said=_replacing(f"{days[0]}/{days[0]}"))


def _zero_reports(clean: Clean) -> Iterator[_Next]:
    """Report zero for the week before all that is told, and for one that is to come."""
    empty, days, last = Sheet(clean.sheet.columns, ()), _days(clean), clean.asked.as_of
    if days:
        before = _zero(days[0] - _WEEK, days[0] - timedelta(days=1))
        yield _Next("nothing-to-report", "zero-reported", empty, said=before)
    yield _Next("zero-in-advance", "zero-report-too-early", empty, said=_zero(last + _WEEK, last + 2 * _WEEK))


def _days(clean: Clean) -> list[date]:
    """Give the days of all facts that say something, in their order."""
    table = clean.asked.declared.tables[clean.asked.source.table]
    if table.time not in clean.facts.column_names:
        return []
    said = clean.facts.filter(is_told(clean.facts, table))
    return sorted(day for day in said[table.time].unique().to_pylist() if day)


def _replacing(period: str) -> Said:
    return {"kind": "replace", "period": period, "because": "counted again"}


def _zero(first: date, last: date) -> Said:
    return {"zero_report": True, "period": f"{first}/{last}"}


def _put_beside(made: _Next, path: Path) -> None:
    import yaml  # noqa: PLC0415  only where something is said

    if made.said:
        put(_package(made.said, path.name), path.with_name(DATAPACKAGE))
    if made.before:
        put(_package(made.before), path.parent / BEFORE / DATAPACKAGE)
    if made.corrected:
        told = yaml.safe_dump({"corrections": [dict(made.corrected)]}, allow_unicode=True, sort_keys=False)
        put(told.encode(), path.with_name(CORRECTIONS))


def _package(said: Said, *names: str) -> bytes:
    told = {"resources": [{"name": "file", "path": name} for name in names], "salamat": dict(said)}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
