"""Says in a language what steps say in English: a finding is kept in English, and its phrases are known by their form.

A text that is no phrase is the sender's own, such as the words of a code list or a column's name, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_BRACES = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNTED = ("count", "every")
_BOUNDS = ("low", "high", "percent")
_NUMBER, _WORD = r"[-+\d.,e%]+", r"\S+(?: or \S+)*?"
_FIELD, _RESOURCE = r"[a-z]\w*", r"[A-Z]\w*"
_FILLED_WITH = {
    **dict.fromkeys((*_COUNTED, "low", "high", "seconds", "memory", "written", "code"), _NUMBER),
    **dict.fromkeys(("one", "other"), _WORD),
    **dict.fromkeys(("field", "then"), _FIELD),
    **dict.fromkeys(("fields", "key"), f"{_FIELD}(?:, {_FIELD})*"),
    **dict.fromkeys(("resource", "script"), _RESOURCE),
    "hex": "[0-9A-F]+",
    "delivery": r"\S+",
    "percent": r"\d+(?:\.\d+)?",
}
_OF_FIELDS = ("field", "then", "fields", "key")


class Phrasebook:
    """The phrases, those with most letters of their own first: `at most {x} characters` before `at most {x}`.

    A phrase such as `thousands.dot` is said only where it fills `{thousands}`: alone, the word may be a sender's.
    """

    def __init__(
        self,
        english: Mapping[str, str],
        said: Mapping[str, str],
        number: Callable[[float], str],
        field: Callable[[str], str] = str,
        bound: Callable[[Decimal], str] = str,
        day: Callable[[str], str] = str,
    ) -> None:
        alone = ((identity, text) for identity, text in english.items() if "." not in identity)
        ordered = sorted(alone, key=lambda phrase: -len(_BRACES.sub("", phrase[1])))
        self._forms = [(identity, _form(text)) for identity, text in ordered]
        self._english, self._said = english, said
        self._number, self._field, self._bound, self._day = number, field, bound, day
        self._once = lru_cache(maxsize=4096)(self._said_anew)  # a report says a few phrases again and again

    def said(self, text: str) -> str:
        """Say a phrase, or a day; in English and brackets where it is not translated."""
        return self._once(text)

    def _said_anew(self, text: str) -> str:
        identity, filled = self.found(text)
        if identity is None:
            return self._day(text)
        parts = {name: self.part(name, part) for name, part in filled.items()}
        return _filled(self._said[identity], parts) if identity in self._said else f"[{text}]"

    def found(self, text: str) -> tuple[str | None, dict[str, str]]:
        """Give the id of a phrase and what fills it; None where the text is no phrase."""
        matches = ((identity, form.fullmatch(text)) for identity, form in self._forms)
        return next(((identity, match.groupdict()) for identity, match in matches if match), (None, {}))

    def part(self, name: str, part: str) -> str:
        """What fills a phrase may be a phrase itself, a field, or a number that the language writes in its own way."""
        if name in _COUNTED and part.isdecimal():
            return self._number(int(part))
        if name in _BOUNDS and _is_number(part):
            return self._bound(Decimal(part))
        if name in _OF_FIELDS:
            return ", ".join(map(self._field, part.split(", ")))
        if name == "beside":
            return ", ".join(f"{self._field(field)} {self._compared(value)}" for field, _, value in _parted(part))
        within = f"{name}.{part}"
        if within in self._english:
            return self._said.get(within, f"[{self._english[within]}]")
        return self.said(part)

    def _compared(self, value: str) -> str:
        """A day that was compared is written as every day is; a code or a number stands as it was compared."""
        return self._day(value) if _DAY.fullmatch(value) else value

    def knows(self, text: str) -> bool:
        """Whether a text is one of the phrases."""
        return self.found(text)[0] is not None


def _is_number(part: str) -> bool:
    try:
        return Decimal(part).is_finite()
    except InvalidOperation:
        return False


def _filled(template: str, parts: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda brace: parts[brace[1]], template)


def _parted(values: str) -> list[tuple[str, str, str]]:
    return [value.partition(" ") for value in values.split(", ")]


def _form(text: str) -> re.Pattern[str]:
    pieces = _BRACES.split(text)
    parts = (f"(?P<{p}>{_FILLED_WITH.get(p, '.+')})" if at % 2 else re.escape(p) for at, p in enumerate(pieces))
    return re.compile("".join(parts), re.DOTALL)
