"""Record by record, in Python: for files that the fast path cannot read, and to find a place in those it refuses."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipelines.artefacts import Finding
from pipelines.declarations.decoding import Decode
from pipelines.settings import Settings

_SHOWN = 1000  # findings listed at most for a file whose structure is broken
_TEXT = 80  # characters shown of what is broken
_WANTED = {
    "unclosed-quote": "a closing quotation mark",
    "malformed-quote": "quotation marks around the whole cell, doubled inside it",
}


class Record(NamedTuple):
    """One record: its row, how many cells it has, and its text; or what is wrong with its quotes, and from where on."""

    row: int
    cells: int
    text: str
    fault: str | None = None
    broken: str = ""


def read_header(path: Path, decode: Decode) -> tuple[str, ...]:
    """Read the sender's column names from the first record, without the spaces around them; none where it is broken."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines, delimiter=decode.delimiter, quotechar=decode.quote)
        try:
            return tuple(cell.strip() for cell in next(reader, []))
        except csv.Error:  # a cell over the limit of the csv module, 128 KiB
            return ()


def broken_rows(path: Path, decode: Decode, settings: Settings) -> Iterator[Finding]:
    """Find each record that is not as declared: an unclosed or misplaced quote, too few or too many cells, too long."""
    header, found = read_header(path, decode), 0
    for record in records(path, decode, settings):
        if finding := _broken(record, header):
            yield finding
            found += 1
        if found >= _SHOWN or record.fault == "unclosed-quote" or (record.fault and record.row == 1):
            return  # what follows is unknown


def too_long(path: Path, decode: Decode, settings: Settings) -> Iterator[Finding]:
    """Find the first record that has more than a reader takes, though none of its lines has: they stand in one cell."""
    for record in records(path, decode, settings):
        if (size := len(record.text.encode())) > settings.max_line_bytes:
            most = f"{settings.max_line_bytes} bytes at most"
            yield Finding("unreadable-row", record.row, value=f"{size} bytes", expected=most)
            return


def completed(path: Path, decode: Decode, width: int, last_row: int, target: Path, settings: Settings) -> int:
    """Write the text anew until its last row, blank lines and rows of the declared short shape filled up to `width`.

    So a strict reader takes them, and each keeps its row number. Gives the number of short rows. A loop over lines,
    for the few sources and files that need it.
    """
    short, end = 0, "\n"
    cells_of_short = decode.short_row.cells if decode.short_row else None
    with target.open("w", encoding="utf-8", newline="") as out:
        for record in islice(records(path, decode, settings), last_row):
            line = record.text.rstrip("\r\n")
            fill = width - record.cells if not record.fault and (record.cells == cells_of_short or not line) else 0
            short += bool(line) and fill > 0
            end = record.text[len(line) :] or end  # the file's own: lines within cells end so too
            out.write(line + decode.delimiter * fill + end)
    return short


def records(path: Path, decode: Decode, settings: Settings) -> Iterator[Record]:
    """Give each record by the rules of RFC 4180. A record with a broken quote ends with its line."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        yield from records_of(lines, decode, settings)


def records_of(lines: Iterable[str], decode: Decode, settings: Settings) -> Iterator[Record]:
    """Give each record of these lines, which keep their ends."""
    row, cells, length, broken, held, inside = 0, 1, 0, "", [""], False
    for line in lines:
        seen = _walk(line.rstrip("\r\n"), decode, inside=inside)
        if not inside:
            row, cells, length, broken, held = row + 1, 1, 0, line.rstrip("\r\n")[seen.start :][:_TEXT], []
        held.append(line)
        cells, length, inside = cells + seen.ended, length + len(line), seen.inside
        if seen.fault or (inside and length > settings.max_line_bytes):
            inside = False
            fault = seen.fault if len(held) == 1 and seen.fault else "unclosed-quote"
            yield Record(row, cells, "".join(held), fault, broken)
        elif not inside:
            yield Record(row, cells, "".join(held))
    if inside:
        yield Record(row, cells, "".join(held), "unclosed-quote", broken)


def place(before: str, decode: Decode) -> tuple[int, int]:
    """Say how many records end in a text that begins with a record, and how many cells of the next one."""
    ended, rest = unfinished(before, decode)
    return ended, sum(part.count(decode.delimiter) for part in rest.split(decode.quote)[::2])


def unfinished(text: str, decode: Decode) -> tuple[int, str]:
    """Say how many records end in a text that begins with a record, and give what stands behind them."""
    parts = text.split(decode.quote)  # every second one stands outside quotes
    ends = [i for i in range(0, len(parts), 2) if "\n" in parts[i]]
    if not ends:
        return 0, text
    rest = [parts[ends[-1]].rpartition("\n")[2], *parts[ends[-1] + 1 :]]
    return sum(parts[i].count("\n") for i in ends), decode.quote.join(rest)


def _broken(record: Record, header: tuple[str, ...]) -> Finding | None:
    width = len(header)
    if record.fault:
        column = header[record.cells - 1] if record.row > 1 and record.cells <= width else None
        return Finding(record.fault, record.row, column, value=record.broken, expected=_WANTED[record.fault])
    if not header or not record.text.strip("\r\n") or record.cells == width:
        return None
    rule = "row-too-short" if record.cells < width else "row-too-long"
    return Finding(rule, record.row, value=f"{record.cells} cells", expected=f"{width} cells")


class _Walked(NamedTuple):
    """How many cells ended in a line, where the last one that was looked at starts, and how its quotes stand."""

    ended: int
    start: int
    inside: bool = False
    fault: str | None = None


def _walk(line: str, decode: Decode, *, inside: bool) -> _Walked:
    """Follow a line from outside or inside quotes to its end, or to the first quote that stands where none may."""
    quote, delimiter, ended, at, start = decode.quote, decode.delimiter, 0, 0, 0
    if not inside and quote not in line:
        return _Walked(line.count(delimiter), 0)
    while True:
        if not inside and not line.startswith(quote, at):
            end = line.find(delimiter, at)
            if quote in line[at : end if end >= 0 else len(line)]:
                return _Walked(ended, start, fault="malformed-quote")
            if end < 0:
                return _Walked(ended, start)
        else:
            closing = _closing(quote).match(line, at if inside else at + 1)
            if not closing:
                return _Walked(ended, start, inside=True)
            inside, end = False, closing.end()
            if end == len(line):
                return _Walked(ended, start)
            if line[end] != delimiter:  # `;"x` behind an open quote: the next cell opens, and this one was never closed
                opens = line[max(end - 2, 0) : end] in {delimiter + quote, quote}
                return _Walked(ended, start, fault="unclosed-quote" if opens else "malformed-quote")
        ended, at, start = ended + 1, end + 1, end + 1


@cache
def _closing(quote: str) -> re.Pattern[str]:
    q = re.escape(quote)
    return re.compile(f"[^{q}]*(?:{q}{q}[^{q}]*)*{q}(?!{q})")
