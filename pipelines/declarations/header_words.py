"""Which words stand above a column: schemas/words/headers.csv, and the languages of each state. Only a draft asks."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipelines.declarations.folding import fold
from pipelines.declarations.load import Declarations
from pipelines.errors import Contradiction, DeclarationError

NOTHING, IGNORE, NUMBER = "~nothing", "~ignore", "~id"
PERSON = "~person"  # by which a person can be found
YEARS, OLDER, YOUNGER = "~years", "~older", "~younger"  # beside the figures of an age band
SMALL = "~small"  # says nothing of what is counted
OTHER = "~other"  # makes of a figure one that no field takes, such as the free ones of the beds
_FILE, _UNITS, _STATES = "schemas/words/headers.csv", "schemas/words/units.csv", "schemas/places/states.csv"
_LETTERS = "schemas/words/letters.csv"
_APART = re.compile(r"[\W_]+")
_POWER, _SIGNS = re.compile(r"[*^·×]|(?<!\w)x(?=10)"), str.maketrans("μµ⁰¹²³⁴⁵⁶⁷⁸⁹", "uu0123456789")


@dataclass(frozen=True)
class HeaderWords:
    """Words above columns. A target: a field, `field=code`, or one of those above.

    `said` leads from a word, plainly written, to its targets, each with the languages in which it is said so.
    """

    said: dict[str, dict[str, tuple[str, ...]]]
    ours: frozenset[tuple[str, str]] = frozenset()  # words, with their field, that only our reports use: no sender's
    units: dict[str, str] = field(default_factory=dict)  # how a unit is written → how UCUM writes it
    listed: tuple[tuple[str, str, str], ...] = ()  # senders' words as they are written, with target and language
    sounds: tuple[tuple[str, str], ...] = ()  # how letters are written → what they sound like in any of the languages

    def targets(self, text: str) -> dict[str, tuple[str, ...]]:
        """Give what a header means, if it is one of the words."""
        return self.said.get(plain(text), {})

    def of(self, target: str) -> tuple[str, ...]:
        """Give every word of a target."""
        return self._by_target.get(target, ())

    @cached_property
    def _by_target(self) -> dict[str, tuple[str, ...]]:
        found = defaultdict[str, list[str]](list)
        for word, targets in self.said.items():
            for target in targets:
                found[target].append(word)
        return {target: tuple(words) for target, words in found.items()}


@dataclass(frozen=True)
class State:
    """The languages in which a state's authorities write, and its time zone."""

    languages: tuple[str, ...]
    timezone: str = "UTC"


def header_words(declared: Declarations) -> HeaderWords:
    """Read the words of all languages; what a field is called in reports is one of its words."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    listed = [*((word, target, language) for target, language, word in _read(declared))]
    listed += [(name, name, "en") for name in declared.fields]
    senders = [(plain(word), target, language) for word, target, language in listed]
    named = [*_plainly(_named(declared))]
    for word, target, language in [*senders, *named]:
        said[word][target].append(language)
    ours = {(word, target) for word, target, _ in named} - {(word, target) for word, target, _ in senders}
    return HeaderWords(
        {w: {t: tuple(dict.fromkeys(x)) for t, x in by.items()} for w, by in said.items()},
        frozenset(ours),
        {plain_unit(w): row["unit"] for row in _rows(declared.roots, _UNITS) for w in _written(row)},
        tuple(listed),
        tuple((w, row["sound"]) for row in _rows(declared.roots, _LETTERS) for w in row["written"].split("|")),
    )


def state_of(country: str, declared: Declarations) -> State:
    """Give the languages and the time zone of a state; every declared language where the state is not listed."""
    for row in _rows(declared.roots, _STATES):
        if row["country"] == country:
            return State(tuple(row["languages"].split("|")), row["timezone"])
    return State(tuple(language for language in declared.languages if language != "en"))


def plain(text: str) -> str:
    """Write a header without capitals, marks and doubled spaces, so that two ways of writing it are one."""
    return " ".join(part for part in _APART.sub(" ", fold(text).replace("'", "")).split(" ") if part)


def _plainly(words: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    return ((plain(word), target, language) for target, language, word in words)


def plain_unit(text: str) -> str:
    """Write a unit without spaces, and with one sign for each of those that differ only to the eye."""
    return _POWER.sub("", fold(text).translate(_SIGNS)).replace(" ", "")


def _written(row: dict[str, str]) -> list[str]:
    return [row["unit"], *row["words"].split("|")]


def _named(declared: Declarations) -> Iterator[tuple[str, str, str]]:
    """Give what reports call each field, in the languages that say it."""
    for language in declared.languages:
        named = (row for row in declared.wordings(language).values() if row.kind == "field" and row.text)
        yield from ((row.id, language, row.text) for row in named if row.id in declared.fields)


def _read(declared: Declarations) -> Iterator[tuple[str, str, str]]:
    for row in _rows(declared.roots, _FILE):
        target = row.pop("field")
        _check(target, declared)
        for language, words in row.items():
            yield from ((target, language, word) for word in (words or "").split("|") if word)


def _check(target: str, declared: Declarations) -> None:
    field, _, code = target.partition("=")
    entry = declared.fields.get(field)
    wrong = entry is None and target not in {NOTHING, IGNORE, PERSON, NUMBER, YEARS, OLDER, YOUNGER, SMALL, OTHER}
    if entry and code and entry.pattern:
        wrong = not re.fullmatch(entry.pattern, code)
    elif entry and code:
        wrong = not entry.codes or code not in declared.codes[entry.codes].known()
    if wrong:
        raise DeclarationError([Contradiction(declared.roots[0] / _FILE, 0, f"'{target}' is neither field nor code")])


def _rows(roots: Sequence[Path], name: str) -> Iterator[dict[str, str]]:
    for file in (root / name for root in roots if (root / name).is_file()):
        with file.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)
