"""Faults of whole files of delimited text: what a transfer, a program or a hurry does to bytes and columns."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Container, Iterator

from pipelines.declarations.decoding import Decode
from pipelines.simulate.faults.injected import FileFault

Row = Callable[[list[str]], list[str]]

_LONG, _LONG_LINE = 2_000_000, 600_000  # bytes
_OTHERS = ("utf-8", "utf-16", "cp1251", "cp1254", "cp1250")
_LOOK_ALIKE = str.maketrans("аеосурхАЕОСРХАВКМНТaeocpxAEOCPXBKMHTsSiI", "aeocypxAEOCPXABKMHTаеосрхАЕОСРХВКМНТѕЅіІ")


def text_faults() -> Iterator[FileFault]:
    """Give every fault that delimited text can have, wherever its column names stand. None says that it cannot."""
    yield FileFault("nothing-in-it", ("empty-file",), bytes_=lambda _, __: b"")
    yield FileFault(
        "web-page", ("not-delimited-text",), bytes_=lambda _, __: b"<!DOCTYPE html><html><body>502</body></html>"
    )
    yield FileFault("half-packed", ("broken-gzip",), bytes_=lambda content, _: gzip.compress(content, mtime=0)[:-9])
    yield FileFault("byte-of-nowhere", ("invalid-byte", "wrong-encoding"), bytes_=_stray_byte)
    yield FileFault("nul-in-the-text", ("nul-byte",), _in_the_last(lambda line: "\0" + line))
    yield FileFault("invisible-mark", ("control-character",), _in_the_last(lambda line: "\x08" + line))
    yield FileFault("endless-line", ("line-too-long",), _in_the_last(lambda line: line + "x" * _LONG))
    yield FileFault("pages-in-a-cell", ("unreadable-row",), _pages_in_a_cell)
    yield FileFault(
        "quote-never-closed", ("unclosed-quote", "malformed-quote", "row-too-short"), _quoted(lambda q, line: q + line)
    )
    yield FileFault(
        "quote-in-a-cell", ("malformed-quote", "unclosed-quote"), _quoted(lambda q, line: f"a{q}b{q}{line}")
    )
    yield FileFault("broken-off", ("row-too-short", "unclosed-quote"), _broken_off)
    yield FileFault("row-that-stops-early", ("short-row-not-reported",), _stopped_early)


def file_faults(needed: Container[str]) -> Iterator[FileFault]:
    """Give every fault that a file can have as a whole that begins with its column names.

    `needed` are the columns that are read; the others may be there or not.
    """
    yield from text_faults()
    yield FileFault("names-only", ("no-rows",), lambda lines, _: lines[:1])
    yield FileFault(
        "other-encoding",
        (
            "wrong-encoding",
            "invalid-byte",
            "missing-column",
            "unexpected-column",
            "control-character",
            "nul-byte",
            "wrong-delimiter",
        ),
        bytes_=_in_another,
    )
    yield FileFault(
        "encoded-twice",
        (
            "missing-column",
            "unexpected-column",
            "unknown-place",
            "unknown-code",
            "control-character",
            "wrong-encoding",
            "nothing-accepted",
        ),
        _encoded_twice,
    )
    yield FileFault("delimiter-missing", ("row-too-short",), _rows_cell(lambda cells: cells[1:]))
    yield FileFault("cell-too-many", ("row-too-long",), _rows_cell(lambda cells: [*cells, "1"]))
    yield FileFault("other-delimiter", ("wrong-delimiter", "missing-column", "unexpected-column"), _other_delimiter)
    yield FileFault("column-dropped", ("missing-column",), _columns(_without_the_last(needed)))
    yield FileFault("column-added", ("unexpected-column",), _columns(lambda _: lambda row: [*row, "FIN"]))
    yield FileFault(
        "column-renamed",
        ("missing-column", "unexpected-column"),
        _header(lambda names: [*names[:-1], names[-1] + " 2"]),
    )
    yield FileFault("column-twice", ("duplicate-column",), _header(lambda names: [*names[:-1], names[0]]))
    yield FileFault(
        "column-without-name", ("unnamed-column", "missing-column"), _header(lambda names: [*names[:-1], ""])
    )
    yield FileFault(
        "column-in-another-alphabet", ("look-alike-column", "missing-column", "unexpected-column"), _look_alike
    )
    yield FileFault("letters-lost-in-the-names", ("lost-characters-in-names",), _letters_lost)
    yield FileFault(
        "title-above",
        ("header-elsewhere", "header-not-found", "missing-column", "row-too-long", "wrong-delimiter"),
        lambda lines, _: ["COVID-19", *lines],
    )
    yield FileFault("blank-line", ("blank-row",), lambda lines, _: [*lines[:2], "", *lines[2:]] if lines[2:] else None)


def _in_the_last(change: Callable[[str], str]) -> Callable[[list[str], Decode], list[str] | None]:
    return lambda lines, _: [*lines[:-1], change(lines[-1])]


def _quoted(change: Callable[[str, str], str]) -> Callable[[list[str], Decode], list[str] | None]:
    return lambda lines, decode: [*lines[:-1], change(decode.quote, lines[-1])]


def _pages_in_a_cell(lines: list[str], decode: Decode) -> list[str] | None:
    """Put two lines into the last cell, neither of them too long, that are more than is taken of a row."""
    head, mark, cell = lines[-1].rpartition(decode.delimiter)
    pages = "x" * _LONG_LINE + "\r\n" + "x" * _LONG_LINE
    return [*lines[:-1], head + mark + decode.quote + pages + decode.quote] if decode.quote not in cell else None


def _broken_off(lines: list[str], decode: Decode) -> list[str] | None:
    """Cut the last line behind its first cell, as where a transfer ends."""
    short = decode.short_row and decode.short_row.cells == 1
    return None if short or decode.delimiter not in lines[-1] else [*lines[:-1], lines[-1].split(decode.delimiter)[0]]


def _stopped_early(lines: list[str], decode: Decode) -> list[str] | None:
    """Cut the last line where the source's rows stop that say nothing: it is taken as such, and that is told."""
    if decode.short_row is None or decode.quote in lines[-1]:
        return None
    return [*lines[:-1], decode.delimiter.join(lines[-1].split(decode.delimiter)[: decode.short_row.cells])]


def _rows_cell(change: Callable[[list[str]], list[str]]) -> Callable[[list[str], Decode], list[str] | None]:
    def changed(lines: list[str], decode: Decode) -> list[str] | None:
        cells = lines[-1].split(decode.delimiter)
        whole = len(cells) == len(lines[0].split(decode.delimiter)) and decode.quote not in lines[-1]
        kept = change(cells)
        stops = decode.short_row and len(kept) == decode.short_row.cells
        return [*lines[:-1], decode.delimiter.join(kept)] if whole and len(cells) > 1 and not stops else None

    return changed


def _without_the_last(needed: Container[str]) -> Callable[[list[str]], Row | None]:
    """Drop the last of the columns that are read; that another one is gone harms nobody."""

    def dropped(names: list[str]) -> Row | None:
        last = max((i for i, name in enumerate(names) if name in needed), default=None)
        return None if last is None else lambda row: [*row[:last], *row[last + 1 :]]

    return dropped


def _columns(change: Callable[[list[str]], Row | None]) -> Callable[[list[str], Decode], list[str] | None]:
    def changed(lines: list[str], decode: Decode) -> list[str] | None:
        rows = [line.split(decode.delimiter) for line in lines]
        plain = not any(decode.quote in line for line in lines) and len(rows[0]) > 1
        same, changed_row = len({len(row) for row in rows}) == 1, change(rows[0])
        if changed_row is None or not (plain and same):
            return None
        return [decode.delimiter.join(changed_row(row)) for row in rows]

    return changed


def _header(change: Callable[[list[str]], list[str]]) -> Callable[[list[str], Decode], list[str] | None]:
    def changed(lines: list[str], decode: Decode) -> list[str] | None:
        names = lines[0].split(decode.delimiter)
        plain = decode.quote not in lines[0] and len(names) > 1
        return [decode.delimiter.join(change(names)), *lines[1:]] if plain else None

    return changed


def _letters_lost(lines: list[str], _: Decode) -> list[str]:
    """Write a question mark in place of every letter of the column names that English has not."""
    return [lines[0].encode("ascii", "replace").decode(), *lines[1:]]


def _look_alike(lines: list[str], decode: Decode) -> list[str] | None:
    """Write a letter of the last column's name with one that looks the same and is of another alphabet."""
    head, mark, name = lines[0].rpartition(decode.delimiter)
    for i, letter in enumerate(name):
        other = letter.translate(_LOOK_ALIKE)
        if other != letter:
            try:
                other.encode(decode.encoding[0])
            except UnicodeEncodeError:
                continue
            return [head + mark + name[:i] + other + name[i + 1 :], *lines[1:]]
    return None


def _other_delimiter(lines: list[str], decode: Decode) -> list[str] | None:
    other = "," if decode.delimiter != "," else ";"
    plain = not any(decode.quote in line or other in line for line in lines) and decode.delimiter in lines[0]
    return [line.replace(decode.delimiter, other) for line in lines] if plain else None


def _encoded_twice(lines: list[str], decode: Decode) -> list[str] | None:
    """Read UTF-8 as an older encoding, and write what that says: Ð for every Cyrillic letter."""
    if not decode.encoding[0].startswith("utf-8") or all(line.isascii() for line in lines[:1]):
        return None
    return [line.encode().decode("latin-1") for line in lines]


def _in_another(content: bytes, decode: Decode) -> bytes | None:
    text = content.decode(decode.encoding[0])
    if text.isascii():
        return None
    for other in _OTHERS:
        if other not in decode.encoding and not (other == "utf-8" and "utf-8-sig" in decode.encoding):
            try:
                return text.encode(other)
            except UnicodeEncodeError:
                continue
    return None


def _stray_byte(content: bytes, decode: Decode) -> bytes | None:
    """Put a byte into the last line that no text in UTF-8 can have there."""
    return content[:-4] + b"\xff" + content[-4:] if decode.encoding == ("utf-8",) else None
