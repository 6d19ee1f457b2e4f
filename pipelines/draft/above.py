"""What the name of a column of figures stands for: codes, an age band, a lineage; by words, or by its form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from pipelines.declarations.header_words import OLDER, SMALL, YEARS, YOUNGER, plain
from pipelines.declarations.model import Table
from pipelines.draft.drafted import Column
from pipelines.draft.forms import Stems
from pipelines.draft.known import Known
from pipelines.draft.shortened import Shortened, shortened

K = TypeVar("K")
Phrases = dict[str, tuple[str, str]]
_MOSTLY = 0.9  # of a column are figures; a name that only its form explains covers no more than this
_NOT_ABOVE = {"period_type", "case_basis", "date_basis", "pathogen", "rate_unit", "lineage_system"}
AGES = ("age_from_years", "age_to_years")
_BAND = re.compile(r"(?<!\d)(\d{1,3})\s?[-–—]\s?(\d{1,3})(?!\d)")
_ONE = re.compile(r"([<>]?)\s?(?<![\d.])(\d{1,3})(?![\d.])(\+?)")
_APART = re.compile(r"[\W_]+")
_LONG = 4  # letters of a stem that hints at a code
_OTHER, _REST = "Other", {"OTH", "OTHER"}
HINT = 0.4  # a name of which one word alone says what it is
_INSIDE = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True)
class Telling:
    """The words that count above the columns of one table."""

    table: Table
    known: Known
    keys: Phrases
    beside: Phrases  # codes of fields that are no part of the key: they count beside a name that is told by its form

    @cached_property
    def formed(self) -> dict[Stems, tuple[str, str] | None]:
        """The stems of each phrase, with the code that it stands for; none where they stand for several."""
        stems = ((self.known.forms.of(phrase), said) for phrase, said in self.keys.items())
        return _alone((of, said) for of, said in stems if of)

    @cached_property
    def hinting(self) -> dict[str, tuple[str, str] | None]:
        """Single stems, with the one code in whose phrases they are."""
        return _alone((stem, said) for stems, said in self.formed.items() if said for stem in stems)


def _alone(said: Iterable[tuple[K, tuple[str, str]]]) -> dict[K, tuple[str, str] | None]:
    found = dict[K, tuple[str, str] | None]()
    for key, code in said:
        found[key] = code if found.get(key, code) == code else None
    return found


def meanings_above(columns: Sequence[Column], table: Table, known: Known) -> dict[str, tuple[dict[str, Any], float]]:
    """Give for each column of figures the codes that its name stands for, and the share of its words that say so."""
    if table.fact == "row":
        return {}
    rest = [f for f in table.fields if f not in table.key and f != "obs_status"]
    telling = Telling(table, known, _phrases(table.key, known), _phrases(rest, known))
    found = {}
    for column in (c for c in columns if not c.said or c.numbers >= _MOSTLY * c.said):
        meaning, covered = max((_of_text(one, telling) for one in shortened(column.name)), key=lambda m: m[1])
        if set(meaning) - {"measure_type"}:
            found[column.name] = (meaning, covered)
    return found


def _of_text(one: Shortened, telling: Telling) -> tuple[dict[str, Any], float]:
    meaning, covered = _meaning(one.text, telling)
    return meaning, covered if telling.known.adds_nothing(one) else min(covered, _MOSTLY)


def _phrases(names: Iterable[str], known: Known) -> Phrases:
    """Give every phrase that stands for a code of these fields: labels, synonyms, words above columns."""
    spoken, phrases = known.spoken, dict[str, tuple[str, str]]()
    for name in names:
        entry = known.declared.fields[name]
        if not entry.codes or name in _NOT_ABOVE:
            continue
        for code in known.declared.codes[entry.codes].codes:
            said = [w for x in spoken for w in (code.labels.get(x), *code.synonyms.get(x, ())) if w]
            phrases |= {
                plain(w): (name, code.code) for w in said if len(w) > 1 and code.code not in {"UNK", "_T", "ALL"}
            }
    rest = [name for name in names if known.headers.of(f"{name}={_OTHER}")]
    phrases |= {plain(word): (name, _OTHER) for name in rest for word in _others(known)}
    for word, targets in known.headers.said.items():
        for target in (t for t, languages in targets.items() if "=" in t and spoken & set(languages)):
            name, _, code_ = target.partition("=")
            if name in names:
                phrases[word] = (name, code_)
    return phrases


def _others(known: Known) -> Iterator[str]:
    """Give what code lists call the rest of what they list."""
    for listed in known.declared.codes.values():
        for code in (c for c in listed.codes if c.code in _REST):
            yield from (w for x in known.spoken if (w := code.labels.get(x)) and " " not in w)


def _meaning(header: str, telling: Telling) -> tuple[dict[str, Any], float]:
    for by_form in (_band, _patterned):
        meaning, covered = by_form(header, telling)
        if meaning:
            return meaning, covered
    return _worded(header, telling)


def _worded(header: str, telling: Telling) -> tuple[dict[str, Any], float]:
    tokens = plain(header).split(" ")
    meaning, used = dict[str, Any](), [False] * len(tokens)
    for length in range(len(tokens), 0, -1):
        for at in range(len(tokens) - length + 1):
            if any(used[at : at + length]):
                continue
            said = telling.keys.get(" ".join(tokens[at : at + length]))
            if said and said[0] not in meaning:
                meaning[said[0]] = said[1]
                used[at : at + length] = [True] * length
    _numbered(tokens, used, meaning, telling)
    small = {*telling.known.headers.of(SMALL)}
    used = [u or t in small for u, t in zip(used, tokens, strict=True)]
    if not all(used) and _formed(header, tokens, used, meaning, telling):
        return meaning, min(_MOSTLY, sum(used) / len(used))
    if not {*meaning} - {"measure_type"} and (hint := _hinted(header, telling)):
        return {**meaning, hint[0]: hint[1]}, HINT
    return meaning, sum(used) / len(used)


def _formed(header: str, tokens: list[str], used: list[bool], meaning: dict[str, Any], telling: Telling) -> bool:
    """Take what is left of a name for phrases in another form: other endings, another order, another script."""
    written, found = _APART.split(header.strip()), False
    if len(written) != len(tokens):
        return False
    for length in range(len(tokens), 0, -1):
        for at in range(len(tokens) - length + 1):
            if any(used[at : at + length]):
                continue
            said = telling.formed.get(telling.known.forms.of(" ".join(written[at : at + length])))
            if said and said[0] not in meaning:
                meaning[said[0]], found = said[1], True
                used[at : at + length] = [True] * length
    return found


def _hinted(header: str, telling: Telling) -> tuple[str, str] | None:
    """Take a name for the code of which alone one of its words tells; a short word, or one of several, tells none."""
    hints = {telling.hinting.get(stem) for stem in telling.known.forms.of(header) if len(stem) >= _LONG} - {None}
    return hints.pop() if len(hints) == 1 else None


def _band(header: str, telling: Telling) -> tuple[dict[str, Any], float]:
    """Take `0-39 years` or `85 and older` for the first and the last year of an age band."""
    if not set(AGES) <= set(telling.table.key):
        return {}, 0.0
    top = int(telling.known.declared.fields[AGES[1]].maximum or 0)
    if two := _BAND.search(header):
        rest, ages = header.replace(two[0], " "), (int(two[1]), int(two[2]))
    elif one := _ONE.search(header):
        rest, year = header.replace(one[0], " "), int(one[2])
        older = bool(one[3]) or one[1] == ">" or _says(rest, OLDER, telling)
        younger = one[1] == "<" or _says(rest, YOUNGER, telling)
        if older == younger:
            return {}, 0.0
        ages = (year + (one[1] == ">"), top) if older else (0, year - 1)
    else:
        return {}, 0.0
    if not 0 <= ages[0] <= ages[1] <= top:
        return {}, 0.0
    meaning, covered = _worded(rest, telling) if plain(rest) else ({}, 0.0)
    told = any(_says(rest, target, telling) for target in (YEARS, OLDER, YOUNGER))
    return {**meaning, **dict(zip(AGES, ages, strict=True))}, max(covered, 1.0 if told else _MOSTLY)


def _says(text: str, target: str, telling: Telling) -> bool:
    said = plain(text)
    return any(said == word or f" {word} " in f" {said} " for word in telling.known.headers.of(target))


def _patterned(header: str, telling: Telling) -> tuple[dict[str, Any], float]:
    """Take a name that is written as a text of the key has to be, such as that of a lineage, for that text."""
    bare = _INSIDE.sub(" ", header).strip()
    for name in telling.table.key:
        entry = telling.known.declared.fields[name]
        if entry.type == "text" and entry.pattern and re.fullmatch(entry.pattern, bare) and any(map(str.isdigit, bare)):
            beside = (telling.beside.get(plain(inside)) for inside in _INSIDE.findall(header))
            return {name: bare, **{said[0]: said[1] for said in beside if said}}, _MOSTLY
    return {}, 0.0


def _numbered(tokens: list[str], used: list[bool], meaning: dict[str, Any], telling: Telling) -> None:
    """Take `1-dose` for the code 1 of the field whose word is beside the figure."""
    rest = " ".join(t for t in tokens if not t.isdigit())
    digits = [t for t in tokens if t.isdigit()]
    for name in telling.table.key:
        entry = telling.known.declared.fields[name]
        if (
            entry.codes
            and len(digits) == 1
            and name in telling.known.means(rest)
            and digits[0] in telling.known.declared.codes[entry.codes].known()
        ):
            meaning[name] = digits[0]
            used[:] = [True] * len(used)
