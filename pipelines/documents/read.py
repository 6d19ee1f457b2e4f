"""Records, one after the other: the lines of NDJSON, or the elements of the one array, or object, that is declared."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from pipelines.artefacts import Finding
from pipelines.documents.strict import DECODER, Doubled, Value, refused
from pipelines.errors import Refused

_CHUNK = 1 << 18
_NEAR = 16  # what is torn by the end of what was read is wrong within so many letters of it
_BOM = b"\xef\xbb\xbf"
_BROKEN = (ValueError, RecursionError)


def lines(document: str, most_record: int, most_bytes: int) -> Iterator[tuple[int, Value]]:
    """Give each line with its number; blank ones are left out."""
    number, read = 0, 0
    with Path(document).open("rb") as stream:
        while line := stream.readline(most_record + 2):
            number, read = number + 1, read + len(line)
            _within(read, most_bytes)
            if len(line) > most_record + 1:
                raise _too_long(number, most_record)
            text = _text(line.removeprefix(_BOM) if number == 1 else line, number)
            if text.strip():
                try:
                    yield number, DECODER.decode(text)
                except _BROKEN as error:
                    raise refused(error, number) from error


class Array:
    """The elements of the array that the keys `at` lead to; `envelope` has what stands beside it, by its path.

    Where they are `keyed_by` a name, they stand in an object, and each takes its name as a cell.
    """

    def __init__(
        self, document: str, at: tuple[str, ...], most_record: int, most_bytes: int, keyed_by: str = ""
    ) -> None:
        self.document, self.at, self.keyed_by = document, at, keyed_by
        self.most_record, self.most_bytes = most_record, most_bytes
        self.envelope: dict[str, Value] = {}
        self.number = 0

    def __iter__(self) -> Iterator[tuple[int, Value]]:
        """Give each element with its number, counted from 1."""
        with Path(self.document).open("rb") as stream:
            text = _Text(stream, self.most_record, self.most_bytes)
            try:
                yield from self._level(text, self.at, "")
                if text.peek():
                    raise ValueError("something stands behind its end")
            except _BROKEN as error:
                raise refused(error, self.number + 1 if self.number else None) from error

    def _level(self, text: _Text, way: tuple[str, ...], path: str) -> Iterator[tuple[int, Value]]:
        if not way:
            yield from self._members(text) if self.keyed_by else self._elements(text)
            return
        for key in text.keys():  # noqa: SIM118  not a mapping
            here = f"{path}.{key}" if path else key
            if here in self.envelope:
                raise ValueError(f"the key {here} stands there twice")
            self.envelope[here] = None
            if key == way[0]:
                yield from self._level(text, way[1:], here)
            else:
                self.envelope[here] = text.value()

    def _members(self, text: _Text) -> Iterator[tuple[int, Value]]:
        names = set[str]()
        for name in text.keys():  # noqa: SIM118  not a mapping
            if name in names:
                raise Doubled(name)
            names.add(name)
            record = text.value()
            if isinstance(record, dict) and self.keyed_by in record:
                raise Doubled(self.keyed_by)
            self.number += 1
            yield self.number, {self.keyed_by: name, **record} if isinstance(record, dict) else record

    def _elements(self, text: _Text) -> Iterator[tuple[int, Value]]:
        text.take("[", "an array of records")
        if text.peek() == "]":
            text.take("]")
            return
        while True:
            value = text.value()
            self.number += 1
            yield self.number, value
            if text.peek() != ",":
                break
            text.take(",")
        text.take("]", "a comma or the end of the array")


class _Text:
    """The text of a document, of which no more is held than one value needs."""

    def __init__(self, stream: IO[bytes], most_record: int, most_bytes: int) -> None:
        self.stream, self.most_record, self.most_bytes = stream, most_record, most_bytes
        self.decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
        self.held, self.at, self.read, self.ended = "", 0, 0, False

    def peek(self) -> str:
        """Give the next letter that is no space; nothing at the end."""
        while True:
            rest = self.held[self.at : self.at + 1]
            if rest and rest not in " \t\r\n":
                return rest
            if rest:
                self.at += 1
            elif not self._more(1):
                return ""

    def take(self, letter: str, wanted: str = "") -> None:
        """Go past a letter that must stand here."""
        if (found := self.peek()) != letter:
            raise ValueError(f"{wanted or letter} was expected, and {found or 'the end'} stands there")
        self.at += 1

    def value(self) -> Value:
        """Read one value, and as much of the document as it needs."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self.held, self.at)
            except json.JSONDecodeError as error:
                torn = error.pos > len(self.held) - _NEAR or error.msg.startswith("Unterminated string")
                if not (torn and self._more(len(self.held) - self.at)):
                    raise
            else:
                if end < len(self.held) or not self._more(1):
                    self.at = end
                    return cast("Value", value)

    def keys(self) -> Iterator[str]:
        """Give each key of an object; whoever takes it reads its value before the next."""
        self.take("{", "an object")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            key = self.value() if self.peek() == '"' else None
            if not isinstance(key, str):
                raise ValueError("a key was expected")  # noqa: TRY004  the document is wrong, not a type of ours
            self.take(":")
            yield key
            if self.peek() != ",":
                break
            self.take(",")
        self.take("}", "a comma or the end of the object")

    def _more(self, wanted: int) -> bool:
        if self.ended:
            return False
        chunk = self.stream.read(max(_CHUNK, wanted))
        self.read, self.ended = self.read + len(chunk), not chunk
        _within(self.read, self.most_bytes)
        if len(self.held) - self.at > self.most_record:
            raise _too_long(None, self.most_record)
        try:
            self.held, self.at = self.held[self.at :] + self.decoder.decode(chunk, final=not chunk), 0
        except UnicodeDecodeError as error:
            raise _invalid(error, None) from error
        return True


def _text(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid(error, number) from error


def _invalid(error: UnicodeDecodeError, row: int | None) -> Refused:
    byte = f"0x{error.object[error.start]:02X}"
    return Refused([Finding("invalid-byte", row, value=byte, expected="utf-8")])


def _too_long(row: int | None, most: int) -> Refused:
    return Refused([Finding("line-too-long", row, expected=f"{most} bytes at most")])


def _within(read: int, most: int) -> None:
    if read > most:
        raise Refused([Finding("too-large", value=f"{read} bytes", expected=f"{most} bytes")])
