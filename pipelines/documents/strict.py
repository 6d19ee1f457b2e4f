"""JSON as RFC 8259 has it: nothing twice, nothing that is no number; numbers stay the text that was written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NoReturn

from pipelines.artefacts import Finding, overheard
from pipelines.errors import Refused

Value = dict[str, "Value"] | list["Value"] | str | bool | None
TOO_DEEP = "more levels than the decoder follows"


def refused(error: Exception, row: int | None) -> Refused:
    """Say what is wrong with a text that is no JSON."""
    if isinstance(error, Doubled):
        return Refused([Finding("duplicate-key", row, error.key, value=error.key, expected="each key once")])
    if isinstance(error, _NoNumber):
        return Refused([Finding("no-json-number", row, value=error.said, expected="a number, a text or null")])
    if isinstance(error, RecursionError):
        return Refused([Finding("nested-too-deep", row, value=TOO_DEEP, expected="a table of records")])
    why = overheard(error.msg) if isinstance(error, json.JSONDecodeError) else str(error)
    return Refused([Finding("broken-json", row, value=why, expected="JSON that is whole")])


class Doubled(ValueError):
    """A key stands twice in one object."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


class _NoNumber(ValueError):
    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


def _object(pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for key, value in pairs:
        if key in made:
            raise Doubled(key)
        made[key] = value
    return made


def _no_number(said: str) -> NoReturn:
    raise _NoNumber(said)


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_no_number, strict=True
)
