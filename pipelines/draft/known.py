"""What a draft knows beforehand: words above columns, words in cells, by language. No declaration of a source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log

from pipelines.declarations import Declarations
from pipelines.declarations.folding import fold
from pipelines.declarations.header_words import NUMBER, OTHER, SMALL, YEARS, HeaderWords, plain, plain_unit
from pipelines.declarations.model import Table
from pipelines.declarations.source import Source
from pipelines.declarations.words import AMBIGUOUS, collisions, words
from pipelines.draft.drafted import COMMON, Column
from pipelines.draft.forms import Forms
from pipelines.draft.shortened import Shortened, shortened, variants

IS_PATH = re.compile(r"\w\.\w")
TOTAL = "measure_type=CUMULATIVE"  # the words for a total
_MOST = 0.5  # of a column's cells are words of a list, or it says nothing of the language
_ALONE = 2  # a gain in words shorter than this says nothing of the language


@dataclass(frozen=True)
class Known:
    """The words that count for one file: of these languages, and of English above columns."""

    declared: Declarations
    headers: HeaderWords
    shell: Source
    joined_by: str = ""  # the mark between the names of columns that stand in two rows

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the words in the cells."""
        return self.shell.language

    @property
    def spoken(self) -> set[str]:
        """The languages of headers: these, and English."""
        return {*self.languages, "en"}

    def speaking(self, languages: tuple[str, ...]) -> Known:
        """The same with other languages."""
        return replace(self, shell=self.shell.model_copy(update={"language": languages}))

    def reading(self, table: str) -> Known:
        """The same for rows of one table, which can say some codes of a list and not others."""
        return replace(self, shell=self.shell.model_copy(update={"table": table}))

    def table(self, name: str) -> Table:
        """Give a table."""
        return self.declared.tables[name]

    def means(self, header: str) -> set[str]:
        """Give what a header, or a part of it, is a word for, in these languages or English."""
        return {target for text in self.texts(header) for target in self.says(text)}

    def wholly(self, header: str, target: str) -> bool:
        """Whether a header is a word for a target, and what stands beside the word says nothing, or the same."""
        return any(target in self.says(one.text) for one in self._shortened(header) if self.adds_nothing(one, target))

    def adds_nothing(self, one: Shortened, target: str = SMALL) -> bool:
        """Whether what is left out of a header is a unit, a small word, or another word for the same."""
        return all(self._is_silent(piece, target) for piece in one.left_out)

    def _is_silent(self, piece: str, target: str) -> bool:
        if self.headers.units.get(plain_unit(piece)) or self.says(piece) & {target, YEARS}:
            return True
        return all(SMALL in self.says(word) for word in plain(piece).split(" ") if word)

    def tells_another(self, header: str) -> bool:
        """Whether a word of a header makes of its figure one that no field takes, such as the free ones of the beds."""
        return self.forms.holds(header, OTHER)

    def texts(self, header: str) -> list[str]:
        """Give the texts by which a header is looked up; the number of a record within the row's is none of the row."""
        return [one.text for one in self._shortened(header)]

    def _shortened(self, header: str) -> list[Shortened]:
        if self.joined_by and self.joined_by in header:  # the upper name says of what, the lower says what of it
            parts = header.split(self.joined_by)
            total = [part for part in parts if TOTAL in self.says(part)]
            kept = self.joined_by.join(part for part in parts if part not in total)
            return [Shortened(header), *([Shortened(kept, tuple(total))] if total else [])]
        found = shortened(header)
        inner = IS_PATH.search(header) and NUMBER in self.says(found[-1].text)
        return found[:-1] if inner else found

    def says(self, text: str) -> set[str]:
        """Give what a text as it stands is a word for."""
        return {target for target, languages in self.headers.targets(text).items() if self.spoken & set(languages)}

    def has_form_of(self, header: str, target: str) -> bool:
        """Whether a header is a sender's word in another form: other endings, order or script."""
        return any(target in self.forms.targets(one.text) for one in self._shortened(header) if self.adds_nothing(one))

    def has_part_for(self, header: str, target: str) -> bool:
        """Whether a part of a header is a sender's word, in whatever form, and the rest says what nobody knows."""
        return any(target in self.says(text) or target in self.forms.targets(text) for text in self.texts(header))

    @cached_property
    def forms(self) -> Forms:
        """The words in whatever form."""
        return Forms(self.declared, self.headers, frozenset(self.spoken))

    def is_ours(self, header: str, field: str) -> bool:
        """Whether a header is a word for a field in our own reports only."""
        listed = [text for text in variants(header) if field in self.headers.targets(text)]
        return bool(listed) and all((plain(text), field) in self.headers.ours for text in listed)

    def in_cells(self, field: str) -> dict[str, str]:
        """Give the words that stand in cells of a field of type code or place, folded, with what they mean."""
        kept = self._kept
        if field not in kept:
            unclear = {word: AMBIGUOUS for word, _ in collisions(self.declared, self.shell, field, {})}
            kept[field] = {**words(self.declared, self.shell, field, {}), **unclear}
        return kept[field]

    def words_of(self, field: str) -> list[str]:
        """Give the words for a field, in these languages and English."""
        return [w for w in self.headers.of(field) if self.spoken & set(self.headers.said[w][field])]

    def weight(self, word: str) -> float:
        """Give how much one word of a header says: the less, the more fields have it in their own."""
        return 1 / (1 + log(self._fields_with.get(word, 1)))

    @cached_property
    def _fields_with(self) -> Counter[str]:
        pairs = {
            (t, target)
            for word, targets in self.headers.said.items()
            for t in word.split(" ")
            for target, languages in targets.items()
            if self.spoken & set(languages)
        }
        return Counter(token for token, _ in pairs)

    @cached_property
    def _kept(self) -> dict[str, dict[str, str]]:
        return {}

    def worded(self) -> list[str]:
        """Give one field of each code list, and one of places."""
        entries = self.declared.fields
        lists = {e.codes or e.type: name for name, e in reversed(entries.items()) if e.type in {"code", "place"}}
        return list(lists.values())

    def of_level(self, name: str, others: Sequence[str]) -> str | None:
        """Give the one place of this name that is of the level which most of the other places have."""
        places = self.declared.places
        levels = [places[p].geo_level for p in others]
        usual = max(set(levels), key=levels.count) if levels else ""
        own = {n.place_id for n in self.declared.place_names if fold(n.name) == fold(name)}
        same = [p for p in sorted(own) if places[p].geo_level == usual and places[p].country == self.shell.country]
        return same[0] if len(same) == 1 else None

    def places_share(self, column: Column) -> float:
        """Give the share of a column's cells that are places."""
        place = next((name for name, entry in self.declared.fields.items() if entry.type == "place"), None)
        return self.share(column, place) if place else 0.0

    def share(self, column: Column, field: str) -> float:
        """Give the share of a column's cells that are words of a field."""
        if not column.said or column.distinct > COMMON:
            return 0.0
        listed = self.in_cells(field)
        return sum(n for cell, n in column.common if fold(cell) in listed) / column.said


def languages_of(columns: list[Column], spoken: tuple[str, ...], known: Known) -> tuple[str, ...]:
    """Find the languages of headers and cells: the one that explains most, then those that explain what is left."""
    explained = {language: _explained(columns, known.speaking((language,))) for language in (*spoken, "en")}
    order = sorted(explained, key=lambda x: -len(explained[x]))
    chosen, covered = [order[0]], set(explained[order[0]])
    for language in order[1:]:
        gained = {item for item in explained[language] - covered if len(item[1]) > _ALONE}
        if gained and (language != "en" or any(kind == "cell" for kind, _ in gained)):
            chosen.append(language)
            covered |= gained
    return tuple(chosen)


def _explained(columns: list[Column], known: Known) -> set[tuple[str, str]]:
    """Give the headers and cells that are words of one language; cells only where most of their column are."""
    (language,) = known.languages
    found = {
        ("header", plain(column.name))
        for column in columns
        if any(language in of for text in variants(column.name) for of in known.headers.targets(text).values())
    }
    for field in known.worded():
        listed = known.in_cells(field)
        for column in columns:
            if known.share(column, field) >= _MOST:
                found |= {("cell", fold(cell)) for cell, _ in column.common if fold(cell) in listed}
    return found
