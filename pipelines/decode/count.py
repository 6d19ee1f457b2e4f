"""How many records a document has, counted by its bytes: no value is read, and none of the reader's code is used.

A line of NDJSON is a record where it is not blank. A record of an array is a bracket that opens there, one level below
the array. Brackets inside texts do not count: as in delimited text, an even number of quotes stands before what does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

_CHUNK = 4 << 20
_LONGEST_KEY = 1 << 10  # bytes
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_KEY = re.compile(rb'("(?:[^"\\]|\\.)*")\s*:\s*$', re.DOTALL)
_QUOTE = ord('"')
_STEP = np.zeros(256, np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1


def lines(path: Path) -> int:
    """Count the lines that are not blank."""
    with path.open("rb") as stream:
        return sum(not line.isspace() for line in stream) - _lonely_mark(path)


def elements(path: Path, at: tuple[str, ...], opened_by: bytes = b"[") -> int:
    """Count the objects and arrays in the array, or the object, that the keys `at` lead to."""
    walk = _Walk(at, opened_by)
    for chunk, opens in _brackets(path):
        walk.take(chunk, opens)
    return walk.found


def _lonely_mark(path: Path) -> bool:
    """Say whether the first line holds a byte order mark and nothing else."""
    with path.open("rb") as stream:
        return stream.readline(16).strip() == b"\xef\xbb\xbf"


@dataclass(frozen=True)
class _Brackets:
    """Where brackets stand outside texts, counted from the chunk's beginning, and how deep it is behind each."""

    places: np.ndarray
    depths: np.ndarray
    steps: np.ndarray


def _brackets(path: Path) -> Iterator[tuple[bytes, _Brackets]]:
    """Give the document chunk by chunk; a chunk begins with the end of the one before, where a key may stand."""
    before, quotes, depth, torn = b"", 0, 0, b""
    with path.open("rb") as stream:
        while read := stream.read(_CHUNK):
            chunk = torn + read
            torn = b"\\" if _ends_escaping(chunk) else b""
            chunk = chunk[: len(chunk) - len(torn)]
            plain = np.frombuffer(_ESCAPED.sub(b"  ", chunk) if b"\\" in chunk else chunk, np.uint8)
            marks = np.flatnonzero(plain == _QUOTE)
            places = np.flatnonzero(_STEP[plain])
            places = places[(quotes + np.searchsorted(marks, places)) % 2 == 0]
            steps = _STEP[plain[places]].astype(np.int64)
            depths = depth + np.cumsum(steps)
            yield before + chunk, _Brackets(places + len(before), depths, steps)
            quotes, depth = quotes + len(marks), int(depths[-1]) if len(depths) else depth
            before = (before + chunk)[-_LONGEST_KEY:]


def _ends_escaping(chunk: bytes) -> bool:
    return (len(chunk) - len(chunk.rstrip(b"\\"))) % 2 == 1


@dataclass
class _Walk:
    """Follows the keys to the array, and counts what opens in it."""

    at: tuple[str, ...]
    opened_by: bytes
    found: int = 0
    way: list[str] = field(default_factory=list)  # the keys of the objects and arrays that are open around the array
    inside: bool = False

    def take(self, chunk: bytes, seen: _Brackets) -> None:
        """Look at the shallow brackets one by one; what opens below the array is counted at once."""
        level = len(self.at) + 1
        shallow = np.flatnonzero((seen.depths < level) | ((seen.depths == level) & (seen.steps > 0)))
        records = np.flatnonzero((seen.depths == level + 1) & (seen.steps > 0))
        start = 0
        for at in [*shallow.tolist(), len(seen.places)]:
            end = int(np.searchsorted(records, at))
            self.found += (end - start) * self.inside
            start = end
            if at < len(seen.places):
                self._cross(chunk, int(seen.places[at]), int(seen.depths[at]), opens=seen.steps[at] > 0)

    def _cross(self, chunk: bytes, place: int, depth: int, *, opens: bool) -> None:
        del self.way[max(depth - opens, 0) :]
        if opens:
            self.way.append(_key_before(chunk, place))
        self.inside = tuple(self.way[1:]) == self.at and chunk[place : place + 1] == self.opened_by


def _key_before(chunk: bytes, place: int) -> str:
    key = _KEY.search(chunk[max(place - _LONGEST_KEY, 0) : place])
    return str(json.loads(key[1])) if key else ""
