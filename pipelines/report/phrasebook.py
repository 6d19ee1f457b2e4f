"""Says in a language what steps say in English: a finding is kept in English, and its phrases are known by their form.

A text that is no phrase is the sender's own, such as the words of a code list or a column's name, and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_BRACES = re.compile(r"\{(\w+)\}")
_NUMBER, _WORD = r"[-+\d.,e%]+", r"\S+(?: or \S+)*?"
_FILLED_WITH = dict.fromkeys(("count", "low", "high", "seconds", "memory", "code"), _NUMBER) | {
    "one": _WORD,
    "other": _WORD,
}


class Phrasebook:
    """The phrases, those with most letters of their own first: `at most {x} characters` before `at most {x}`."""

    def __init__(self, english: Mapping[str, str], said: Mapping[str, str], number: Callable[[int], str]) -> None:
        ordered = sorted(english.items(), key=lambda phrase: -len(_BRACES.sub("", phrase[1])))
        self._forms = [(identity, _form(text)) for identity, text in ordered]
        self._said, self._number = said, number

    def said(self, text: str) -> str:
        """Say a phrase; in English and brackets where it is not translated."""
        for identity, form in self._forms:
            if found := form.fullmatch(text):
                parts = {name: self._part(name, part) for name, part in found.groupdict().items()}
                return _filled(self._said[identity], parts) if identity in self._said else f"[{text}]"
        return text

    def knows(self, text: str) -> bool:
        """Whether a text is one of the phrases."""
        return any(form.fullmatch(text) for _, form in self._forms)

    def _part(self, name: str, part: str) -> str:
        """What fills a phrase may be a phrase itself; what is counted is written as the language writes numbers."""
        if name == "count" and part.isdecimal():
            return self._number(int(part))
        return self.said(part)


def _filled(template: str, parts: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda brace: parts[brace[1]], template)


def _form(text: str) -> re.Pattern[str]:
    pieces = _BRACES.split(text)
    parts = (f"(?P<{p}>{_FILLED_WITH.get(p, '.+')})" if at % 2 else re.escape(p) for at, p in enumerate(pieces))
    return re.compile("".join(parts), re.DOTALL)
