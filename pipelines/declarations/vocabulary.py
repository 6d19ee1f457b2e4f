"""What has to be said in every language, which of it is said, and what is wrong with how it is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipelines.declarations.load import Declarations
from pipelines.declarations.wordings import Key, Wording
from pipelines.errors import Contradiction

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en"
_BRACES = re.compile(r"\{(\w+)\}")
_WHOLE_NUMBERS = (*range(202), 1_000_000)


def english(declared: Declarations, language: str = ENGLISH) -> dict[Key, str]:
    """Give every text that reports need, in the order in which translators meet them, by kind and id.

    Of a text with a number there is one for each plural form that the language has for whole numbers.
    """
    said, forms = declared.report_words, plural_forms(declared, language)
    counts = {("count", f"{i}.{f}"): p.one if f == "one" else p.other for i, p in said.counts.items() for f in forms}
    texts: dict[Key, str] = {("word", i): text for i, text in said.words.items()}
    texts |= counts | {("phrase", i): text for i, text in said.phrases.items()}
    texts |= {("table", name): table.title for name, table in declared.tables.items()}
    texts |= {("field", name): plain(name) for name in declared.fields}
    for rule in declared.rules.values():
        texts["rule", rule.id] = rule.sentence.en
        if rule.mend:
            texts["mend", rule.id] = rule.mend.en
    return texts


def plain(field: str) -> str:
    """Give a field's name as words."""
    return field.replace("_", " ")


def plural_forms(declared: Declarations, language: str) -> tuple[str, ...]:
    """Name the plural forms that CLDR knows for whole numbers of a language: `one` and `other`, `few` and `many`."""
    form = locale(declared, language).plural_form
    return tuple(dict.fromkeys(form(number) for number in (1, *_WHOLE_NUMBERS)))


def locale(declared: Declarations, language: str) -> Locale:
    """Give CLDR's locale of a language: how its numbers and dates are written, and which plural forms it has."""
    from babel import Locale  # noqa: PLC0415  0.1 s, and only what speaks to people needs it

    return Locale.parse((declared.languages[language].locale or language).replace("-", "_"))


def usable(declared: Declarations, language: str) -> dict[Key, Wording]:
    """Give what is said in a language and still says what the English says today."""
    today = english(declared, language)
    said = declared.wordings(language)
    return {key: said[key] for key, text in today.items() if key in said and _holds(said[key], text)}


def missing(declared: Declarations, language: str) -> dict[Key, str]:
    """Give the English of what is not said in a language, or was said of an English that has changed since."""
    said = usable(declared, language)
    return {key: text for key, text in english(declared, language).items() if key not in said}


def stale(declared: Declarations, language: str) -> list[Wording]:
    """Give the rows whose English is no longer today's, or that nothing needs any more."""
    today = english(declared, language)
    return [row for row in declared.wordings(language).values() if today.get(row.key) != row.english]


def broken_wordings(declared: Declarations) -> Iterator[Contradiction]:
    """Find translations that would fill their braces with something else than the English does."""
    for language in declared.languages:
        for row in declared.wordings(language).values():
            if wrong := broken_braces(row.english, row.text):
                yield Contradiction(row.file, row.line, f"{row.kind} '{row.id}': {wrong}")


def broken_braces(english_text: str, text: str) -> str | None:
    """Say which words in braces a translation lacks or has besides; nothing where it has the same."""
    wanted, has = set(_BRACES.findall(english_text)), set(_BRACES.findall(text))
    if not text or wanted == has:
        return None
    lacks = ", ".join(f"{{{name}}}" for name in sorted(wanted - has))
    more = ", ".join(f"{{{name}}}" for name in sorted(has - wanted))
    return "; ".join(
        filter(None, (f"lacks {lacks}" if lacks else "", f"has {more}, which is not filled" if more else ""))
    )


def coverage(declared: Declarations) -> Mapping[str, tuple[int, int, int]]:
    """Give for each language how many texts there are, how many are said, how many a native speaker has checked."""
    found = {}
    for language in declared.languages:
        if language != ENGLISH:
            said = usable(declared, language)
            found[language] = (len(english(declared, language)), len(said), sum(row.checked for row in said.values()))
    return found


def unlabelled(declared: Declarations, language: str) -> dict[str, str]:
    """Give the English of the codes that have no label in a language, by list and code: `sex:F`."""
    lists = ((name, code) for name, codes in declared.codes.items() for code in codes.codes)
    return {f"{name}:{c.code}": c.labels.get(ENGLISH, "") for name, c in lists if language not in c.labels}


def unnamed(declared: Declarations, language: str) -> dict[str, str]:
    """Give the English names of the places that have no current name in a language, by place."""
    named = {n.place_id for n in declared.place_names if n.language == language and n.kind == "name"}
    return {place: known.name_en for place, known in declared.places.items() if place not in named}


def _holds(row: Wording, text: str) -> bool:
    return bool(row.text) and row.english == text
