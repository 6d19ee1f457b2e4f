"""One look at the raw lines before any reader: forbidden bytes, endless lines, unclosed quotes, and a count of our own.

DuckDB's reader is fast and strict, yet one of its modes drops rows behind an unclosed quote without a word; so the
number of rows is counted here as well, independently, and the two must agree.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.artefacts import Finding
from pipelines.declarations.source import Decode
from pipelines.errors import Refused
from pipelines.settings import Settings

_CHUNK = 4 << 20
_CONTROL = bytes(1 if b in {*range(32), 127} - {9, 10, 13} else 0 for b in range(256))
_SHOWN = 1000  # findings listed at most for a file whose structure is broken


@dataclass(frozen=True)
class Scan:
    """What the raw lines say: records without the header, which records are blank lines, how the lines end.

    `mixed_ends`: carriage returns stand alone, or before some of the line feeds only.
    """

    records: int
    blank_lines: tuple[int, ...]
    mixed_ends: bool


def scan(path: Path, decode: Decode, settings: Settings) -> Scan:
    """Count records by looking at line feeds outside quotes. Raises Refused for what no reader should meet."""
    quote = ord(decode.quote)
    records = lines = quotes = line_bytes = returns = pairs = 0
    blank: list[int] = []
    last = b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            _no_control(chunk, lines)
            ends, line_bytes = _line_ends(chunk, line_bytes, lines, settings)
            outside, quotes = _outside(chunk, ends, quote, quotes)
            blank += [records + int(n) + 1 for n in _blank(chunk, ends, outside, last)]
            returns, pairs = returns + chunk.count(b"\r"), pairs + chunk.count(b"\r\n") + (last + chunk[:1] == b"\r\n")
            records, lines, last = records + int(outside.sum()), lines + len(ends), chunk[-1:]
    if returns and not returns == pairs == lines:
        return Scan(0, (), mixed_ends=True)
    if quotes % 2:
        raise Refused(list(broken_rows(path, decode, None)) or [Finding("unclosed-quote")])
    records += last != b"\n"
    trailing = _trailing(blank, records)
    return Scan(records - trailing - 1, tuple(blank[: len(blank) - trailing]), mixed_ends=False)


def broken_rows(path: Path, decode: Decode, width: int | None) -> Iterator[Finding]:
    """Find each record that is not as declared: an unclosed or misplaced quote, too few or too many cells.

    Runs only for a file that the strict reader has refused; `width` None takes the header's number of cells.
    """
    found = 0
    for row, cells, fault, text in _records(path, decode):
        width = width or cells
        rule = fault or (None if not text.strip("\r\n") else "row-too-short" if cells < width else "row-too-long" if cells > width else None)
        if rule:
            yield Finding(rule, row=row, value=f"{cells} cells" if not fault else text[:200], expected=f"{width} cells")
            found += 1
        if found >= _SHOWN or fault:
            return


def completed(path: Path, decode: Decode, width: int, target: Path) -> int:
    """Write the text anew with blank lines and rows of the declared short shape filled up to `width` cells.

    So a strict reader takes them, and each keeps its row number. Gives the number of short rows. A loop over lines,
    for the few sources and files that need it.
    """
    short = 0
    cells_of_short = decode.short_row.cells if decode.short_row else None
    with target.open("w", encoding="utf-8", newline="") as out:
        for _, cells, fault, text in _records(path, decode):
            line = text.rstrip("\r\n")
            fill = width - cells if fault is None and (cells == cells_of_short or not line) else 0
            short += bool(line) and fill > 0
            out.write(line + decode.delimiter * fill + "\n" if fault is None else text)
    return short


def _records(path: Path, decode: Decode) -> Iterator[tuple[int, int, str | None, str]]:
    """Give (row, cells, fault, text) of each record by the rules of RFC 4180; what follows a broken quote is unknown."""
    row, held = 0, ""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        for line in lines:
            held += line
            row += not held[: -len(line)]
            state = _quotes(held, decode)
            if state == "open":
                continue
            cells = next(csv.reader([held], delimiter=decode.delimiter, quotechar=decode.quote), [])
            torn = "unclosed-quote" if "\n" in held.rstrip("\r\n") else "malformed-quote"
            yield row, len(cells) or 1, torn if state == "misplaced" else None, held
            held = ""
    if held:
        yield row, 1, "unclosed-quote", held


def _quotes(record: str, decode: Decode) -> str:
    """Say whether a record's quotes are `closed`, still `open`, or `misplaced` inside a cell."""
    if decode.quote not in record:
        return "closed"
    inside, at_start = False, True
    text = record.rstrip("\r\n") if record.count(decode.quote) % 2 == 0 else record
    i = 0
    while i < len(text):
        c = text[i]
        if inside:
            if c == decode.quote:
                if text[i + 1 : i + 2] == decode.quote:
                    i += 1
                else:
                    inside = False
                    if text[i + 1 : i + 2] not in ("", decode.delimiter, "\r", "\n"):
                        return "misplaced"
        elif c == decode.quote:
            if not at_start:
                return "misplaced"
            inside = True
        at_start = c == decode.delimiter and not inside
        i += 1
    return "open" if inside else "closed"


def _no_control(chunk: bytes, lines: int) -> None:
    at = chunk.translate(_CONTROL).find(1)
    if at < 0:
        return
    rule = "nul-byte" if chunk[at] == 0 else "control-character"
    row = lines + chunk[:at].count(b"\n") + 1
    raise Refused([Finding(rule, row=row, value=f"U+{chunk[at]:04X}")])


def _line_ends(chunk: bytes, before: int, lines: int, settings: Settings) -> tuple[np.ndarray, int]:
    """Give where lines end in the chunk, and the bytes of the line that goes on behind it."""
    ends = np.flatnonzero(np.frombuffer(chunk, np.uint8) == 10)
    lengths = np.diff(ends, prepend=-1 - before)
    rest = len(chunk) - 1 - int(ends[-1]) if len(ends) else before + len(chunk)
    too_long = np.flatnonzero(lengths > settings.max_line_bytes)
    if len(too_long) or rest > settings.max_line_bytes:
        row = lines + (int(too_long[0]) if len(too_long) else len(ends)) + 1
        raise Refused([Finding("line-too-long", row=row, expected=f"{settings.max_line_bytes} bytes at most")])
    return ends, rest


def _outside(chunk: bytes, ends: np.ndarray, quote: int, before: int) -> tuple[np.ndarray, int]:
    """Say for each line end whether it stands outside quotes: behind an even number of them."""
    if chunk.find(bytes([quote])) < 0:
        return np.full(len(ends), before % 2 == 0), before
    quotes = np.flatnonzero(np.frombuffer(chunk, np.uint8) == quote)
    return (before + np.searchsorted(quotes, ends)) % 2 == 0, before + len(quotes)


def _blank(chunk: bytes, ends: np.ndarray, outside: np.ndarray, last: bytes) -> np.ndarray:
    """Give which of the chunk's records, counted from 0, are lines with nothing in them."""
    if not len(ends):
        return ends
    first_blank = ends[0] == 0 and last == b"\n"
    lengths = np.diff(ends, prepend=-1 if first_blank or last == b"\n" else -2 - (1 << 30))
    returns = np.frombuffer(chunk, np.uint8)[np.maximum(ends - 1, 0)] == 13
    empty = (lengths == 1) | ((lengths == 2) & returns)
    return np.cumsum(outside)[empty & outside] - 1


def _trailing(blank: list[int], records: int) -> int:
    count = 0
    while count < len(blank) and blank[-1 - count] == records - count:
        count += 1
    return count
