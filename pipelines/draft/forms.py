"""Words in another form: with other endings, in another order, in the other script of their language.

`Занятые койки` and `занятых коек`, `келген дозалар` and `kelgan dozalar`: what is left of a text are its stems, written
by their sounds, without the words that say nothing. The same stems are the same word, and never a certain one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from pipelines.declarations import Declarations
from pipelines.declarations.header_words import SMALL, HeaderWords

Stems = frozenset[str]

_SHORTEST = 2  # letters that are left of a word without its endings
_LONG, _NEAR = 4, 0.8  # a word of another language counts when it is so long, and so like
_APART, _APOSTROPHES = re.compile(r"[\W_]+"), re.compile("['ʻʼʹʰ‘’‛`´′̇]")
_TWICE = re.compile(r"(\D)\1+")


def base_of(language: str) -> str:
    """Give the language without its script: words of both scripts of a language are words of it."""
    return language.partition("-")[0]


@dataclass(frozen=True)
class Forms:
    """The stems of the words that senders write above columns, in the languages that are spoken and in the others."""

    declared: Declarations
    headers: HeaderWords
    spoken: frozenset[str]
    _kept: dict[str, Stems] = field(default_factory=dict, compare=False, repr=False)
    _found: dict[str, set[Stems]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, text: str) -> Stems:
        """Give the stems of a text, as its language may be any that is spoken."""
        if text not in self._kept:
            self._kept[text] = frozenset(self._stems(text, self._endings)) - self._small
        return self._kept[text]

    def targets(self, text: str) -> frozenset[str]:
        """Give what words of the same stems stand for."""
        return self._said.get(self.of(text), frozenset())

    def holds(self, text: str, target: str) -> bool:
        """Whether a word that stands for it is among the words of a text, and no part of a longer one for another.

        Words are compared whole: of a short one, such as `бос`, a stem says too little.
        """
        said = frozenset(self.sound(text).split(" "))
        within = {words: targets for words, targets in self._sounded.items() if words <= said}
        return any(
            target in targets and not any(words < longer and target not in within[longer] for longer in within)
            for words, targets in within.items()
        )

    def is_near(self, text: str, target: str) -> bool:
        """Whether words of any language that are written alike stand for it, such as `reanimasiya`, `реанимация`."""
        mine = {self.of(text), frozenset(self._stems(text, ()))} - {frozenset()}  # an ending here is none elsewhere
        return any(_alike(one, other) for one in mine for other in self._anywhere(target))

    @cached_property
    def _said(self) -> dict[Stems, frozenset[str]]:
        found = defaultdict[Stems, set[str]](set)
        for word, target, language in self.headers.listed:
            if base_of(language) in self._bases and (stems := self.of(word)):
                found[stems].add(target)
        return {stems: frozenset(targets) for stems, targets in found.items()}

    @cached_property
    def _sounded(self) -> dict[frozenset[str], set[str]]:
        found = defaultdict[frozenset[str], set[str]](set)
        for word, target, language in self.headers.listed:
            if base_of(language) in self._bases:
                found[frozenset(self.sound(word).split(" "))].add(target)
        return dict(found)

    def _anywhere(self, target: str) -> set[Stems]:
        if target not in self._found:
            words = self._by_target.get(target, ())
            stems = {frozenset(self._stems(word, self._all_endings[language])) for word, language in words}
            self._found[target] = stems - {frozenset()}
        return self._found[target]

    @cached_property
    def _by_target(self) -> dict[str, list[tuple[str, str]]]:
        found = defaultdict[str, list[tuple[str, str]]](list)
        for word, target, language in self.headers.listed:
            found[target].append((word, language))
        return found

    def _stems(self, text: str, endings: Iterable[str]) -> list[str]:
        words = self.sound(text).split(" ")
        return [_stem(word, endings) for n, word in enumerate(words) if word and not (n and word in endings)]

    def sound(self, text: str) -> str:
        """Write a text by its sounds, in whatever script it is."""
        bare = _APART.sub(" ", _APOSTROPHES.sub("", unicodedata.normalize("NFC", text).lower()))
        for written, sound in self._long:
            bare = bare.replace(written, sound)
        return _TWICE.sub(r"\1", bare.translate(self._single)).strip()

    @cached_property
    def _single(self) -> dict[int, str]:
        return {ord(written): sound for written, sound in self.headers.sounds if len(written) == 1}

    @cached_property
    def _long(self) -> list[tuple[str, str]]:
        return [(written, sound) for written, sound in self.headers.sounds if len(written) > 1]

    @cached_property
    def _bases(self) -> set[str]:
        return {base_of(language) for language in self.spoken}

    @cached_property
    def _all_endings(self) -> dict[str, tuple[str, ...]]:
        languages = self.declared.languages
        return {
            name: tuple(sorted({self.sound(e) for e in languages[base_of(name)].endings}, key=len, reverse=True))
            for name in languages
        }

    @cached_property
    def _endings(self) -> tuple[str, ...]:
        spoken = {ending for name, own in self._all_endings.items() if base_of(name) in self._bases for ending in own}
        return tuple(sorted(spoken, key=lambda e: (-len(e), e)))

    @cached_property
    def _small(self) -> Stems:
        listed = ((word, base_of(x)) for word, target, x in self.headers.listed if target == SMALL)
        words = [word for word, language in listed if language in self._bases]
        return frozenset(stem for word in words if " " not in word for stem in self._stems(word, self._endings))


def _stem(word: str, endings: Iterable[str]) -> str:
    """Take every ending off a word, the longest first."""
    for ending in endings:
        if word.endswith(ending) and len(word) >= len(ending) + _SHORTEST:
            return _stem(word[: -len(ending)], endings)
    return word


def _alike(one: Stems, other: Stems) -> bool:
    if len(one) != len(other):
        return False
    return all(any(_near(a, b) for b in other) for a in one) and all(any(_near(a, b) for a in one) for b in other)


def _near(one: str, other: str) -> bool:
    if one == other:
        return len(one) >= _LONG
    if min(len(one), len(other)) < _LONG or one[0] != other[0]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _NEAR
