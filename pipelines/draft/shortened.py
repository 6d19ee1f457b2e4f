"""A header without what stands in brackets, behind a comma or a stroke; and what was left out, for it may say much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARENTHESES = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AFTER_COMMA = re.compile(r",([^,]*)$")
_KEYS = re.compile(r"(?<=\w\.)\w+")  # of a path that leads through nested records
_EITHER = re.compile(r"\s*/\s*|\s*\n\s*")


@dataclass(frozen=True)
class Shortened:
    """A text by which a header is looked up, and the pieces of the header that are not in it."""

    text: str
    left_out: tuple[str, ...] = ()


def shortened(header: str) -> list[Shortened]:
    """Give a header as it stands, without what is in brackets, camelCase apart, without unit, stroke by stroke."""
    found = dict[str, Shortened]()
    for one in _shortened(header):
        found.setdefault(one.text, one)
    return [*found.values()]


def variants(header: str) -> list[str]:
    """Give the texts alone."""
    return [one.text for one in shortened(header)]


def _shortened(header: str) -> Iterator[Shortened]:
    bare = _PARENTHESES.sub(" ", header)
    inside = tuple(round_ or square for round_, square in _PARENTHESES.findall(header))
    yield Shortened(header)
    yield Shortened(bare, inside)
    yield Shortened(_CAMEL.sub(" ", bare), inside)
    yield Shortened(_AFTER_COMMA.sub("", bare), (*inside, *_AFTER_COMMA.findall(bare)))
    parts = _EITHER.split(bare)
    for n, part in enumerate(parts):
        if len(part) > 1:
            yield Shortened(part, (*inside, *parts[:n], *parts[n + 1 :]))
    for key in _KEYS.findall(header)[-1:]:
        yield Shortened(key, (header.rpartition(".")[0],))
