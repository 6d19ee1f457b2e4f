"""What a native speaker looks at: one line for each text of a language, wherever it is declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.declarations import Declarations
from pipelines.declarations.checked import checks
from pipelines.declarations.vocabulary import ENGLISH, english, usable
from pipelines.declarations.wordings import Key


@dataclass(frozen=True)
class Entry:
    """One text: what it is in English, how it is said, who has checked it and when, and what they remark."""

    kind: str
    id: str
    english: str
    text: str = ""
    checked_by: str = ""
    checked_on: str = ""
    remarks: str = ""

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.kind, self.id


def entries(declared: Declarations, language: str) -> dict[Key, Entry]:
    """Give every text of a language: the words of reports, the labels of codes, the names of places."""
    found = (*_words(declared, language), *_codes(declared, language), *_places(declared, language))
    return {entry.key: entry for entry in found}


def spoken(declared: Declarations) -> list[str]:
    """Name the languages that are translated into."""
    return [language for language in declared.languages if language != ENGLISH]


def _words(declared: Declarations, language: str) -> Iterator[Entry]:
    said, rows = usable(declared, language), declared.wordings(language)
    for (kind, identity), text in english(declared, language).items():
        row, remark = said.get((kind, identity)), rows.get((kind, identity))
        if row:
            yield Entry(kind, identity, text, row.text, row.checked_by, row.checked_on, row.remarks)
        else:
            yield Entry(kind, identity, text, remarks=remark.remarks if remark else "")


def _codes(declared: Declarations, language: str) -> Iterator[Entry]:
    done = checks(declared, language)
    for name, codes in declared.codes.items():
        for code in codes.codes:
            entry = Entry("code", f"{name}:{code.code}", code.labels.get(ENGLISH, ""), code.labels.get(language, ""))
            yield _checked(entry, done)


def _places(declared: Declarations, language: str) -> Iterator[Entry]:
    done = checks(declared, language)
    names = {n.place_id: n.name for n in declared.place_names if n.language == language and n.kind == "name"}
    for place in declared.places.values():
        yield _checked(Entry("place", place.place_id, place.name_en, names.get(place.place_id, "")), done)


def _checked(entry: Entry, done: dict[Key, list[str]]) -> Entry:
    row = done.get(entry.key)
    if row is None:
        return entry
    by, on = (row[4], row[5]) if row[3] == entry.text else ("", "")
    return Entry(entry.kind, entry.id, entry.english, entry.text, by, on, row[6])
