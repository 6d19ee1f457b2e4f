"""How a report speaks: its words in one language, numbers and dates as that language writes them.

English in a report of another language stands in brackets: beside a sentence that no native speaker has checked yet,
and in the place of a text that is not translated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from pipelines.artefacts import Finding
from pipelines.declarations import Declarations
from pipelines.declarations.model import TableRule
from pipelines.declarations.vocabulary import ENGLISH, english, locale, usable
from pipelines.report.days import days_in_words, example_of
from pipelines.report.phrasebook import Phrasebook

if TYPE_CHECKING:
    from babel import Locale

DASH = "\u2013"
_BRACES = re.compile(r"\{(\w+)\}")
_LONGEST = 120
_GROUPED = 10_000  # below it a bound may be a year
_CELLS_UNREAD = {"receive", "decode"}  # steps whose findings describe a file; those of later steps quote a cell


@dataclass(frozen=True)
class Said:
    """A sentence of a report, and the English that stands beside it; there is none where it says nothing more.

    `text` is None where the sentence is not translated.
    """

    text: str | None
    english: str | None = None

    def __str__(self) -> str:
        return " ".join(part for part in (self.text, f"[{self.english}]" if self.english else None) if part)


class Speech:
    """The words of one language."""

    def __init__(self, declared: Declarations, language: str) -> None:
        self.declared, self.language = declared, declared.language(language)
        self._english = english(declared, language)
        self._said = {} if language == ENGLISH else usable(declared, language)

    @property
    def foreign(self) -> bool:
        """Whether the report is in another language than English."""
        return self.language != ENGLISH

    @cached_property
    def all_checked(self) -> bool:
        """Whether a native speaker has checked every text."""
        return not self.foreign or (
            self._said.keys() == self._english.keys() and all(r.checked for r in self._said.values())
        )

    def says(self, kind: str, identity: str) -> bool:
        """Whether a text is there in this language."""
        return not self.foreign or (kind, identity) in self._said

    def word(self, identity: str, **parts: str) -> str:
        """Give a word or a sentence of the report, filled in; in English and brackets where it is not translated."""
        return self._text("word", identity, parts)

    def told(self, identity: str, **parts: str) -> Said:
        """Give a sentence of the report with its English beside it until somebody has checked it."""
        return self._beside("word", identity, parts, parts)

    def count(self, number: int, what: str) -> str:
        """Give a number with its noun: `1 fact`, `20 facts`."""
        return self._text("count", self._form(number, what), {"count": self.number(number)})

    def told_count(self, number: int, what: str) -> Said:
        """Give a sentence about a number, with its English beside it."""
        count = {"count": self.number(number)}
        return self._beside("count", self._form(number, what), count, count)

    def number(self, count: float) -> str:
        """Write a number as the language does."""
        from babel.numbers import format_decimal  # noqa: PLC0415  as in `locale`

        return format_decimal(count, locale=self._locale)

    def bound(self, number: Decimal) -> str:
        """Write a bound as the language does, with every digit that it has."""
        from babel.numbers import format_decimal  # noqa: PLC0415  as in `locale`

        grouped = abs(number) >= _GROUPED
        told = format_decimal(number, locale=self._locale, decimal_quantization=False, group_separator=grouped)
        return _with_spaces(told)

    def day(self, day: date) -> str:
        """Write a day, its month in words; in English as ISO 8601 has it."""
        from babel.dates import format_date  # noqa: PLC0415  as in `locale`

        return _with_spaces(format_date(day, "long", locale=self._locale)) if self.foreign else day.isoformat()

    def form(self, read: str) -> str:
        """Show a form of days with an example, for its letters are English: `dd.MM.yyyy (31.12.2020)`."""
        example = self._example(read)
        return f"{read} ({example})" if example else read

    def percent(self, share: float) -> str:
        """Write a share, given in percent, with one decimal."""
        from babel.numbers import format_percent  # noqa: PLC0415  as in `locale`

        pattern = self._locale.percent_formats[None].pattern.split(";")[0]
        return format_percent(share / 100, pattern.replace("#,##0", "#,##0.0"), locale=self._locale)

    def moment(self, at: datetime, *, seconds: bool = True) -> str:
        """Write a moment, in UTC."""
        from babel.dates import format_date  # noqa: PLC0415  as in `locale`

        here = at.astimezone(UTC) if at.tzinfo else at
        return (
            f"{format_date(here.date(), 'long', locale=self._locale)}, {here:{'%H:%M:%S' if seconds else '%H:%M'}} UTC"
        )

    def sentence(self, rule: TableRule, finding: Finding) -> Said:
        """Say what is wrong at one place."""
        return self._of_rule("rule", rule, finding)

    def mend(self, rule: TableRule, finding: Finding) -> Said | None:
        """Say what the sender can do about it."""
        return self._of_rule("mend", rule, finding) if rule.mend else None

    def rule(self, kind: Literal["rule", "mend"], identity: str) -> str | None:
        """Give a rule's sentence as declared, with its braces; None where there is none in this language."""
        if not self.foreign:
            return self._english.get((kind, identity))
        row = self._said.get((kind, identity))
        return row.text if row else None

    def field(self, name: str) -> str:
        """Name a field: by its id in English, by its words in another language."""
        row = self._said.get(("field", name))
        return row.text if row else name

    def table(self, name: str) -> str:
        """Give a table's title."""
        return self._text("table", name, {})

    def phrase(self, text: str | None) -> str | None:
        """Say what a step has said in English: what is expected, or why a check was not made."""
        return self._phrasebook.said(text) if text and self.foreign else text

    def expected(self, text: str | None, longest: int = _LONGEST) -> Said:
        """Say a phrase, with its English beside it until somebody has checked it. Both are shown on one line."""
        said, own = self.listed(self.phrase(text), longest), self._phrasebook.found(text)[0] if text else None
        row = self._said.get(("phrase", own)) if own else None
        is_form = own is None and text is not None and self._example(text) is not None
        beside = self.foreign and ((row is not None and not row.checked) or is_form)
        return Said(said, self._in_english.listed(text, longest) if beside else None)

    def reason(self, why_not: str | None) -> tuple[str | None, str]:
        """Give the id of the phrase that says why a check was not made, and what fills it."""
        identity, filled = self._phrasebook.found(why_not) if why_not else (None, {})
        return identity, next(iter(filled.values()), "")

    def part(self, name: str, text: str) -> str:
        """Say a word that fills a phrase, such as which mark stands between thousands."""
        return self._phrasebook.part(name, text) if self.foreign else text

    def value(self, finding: Finding) -> str | None:
        """Say what was found. A cell is quoted as it stands; what a step says of a file is a phrase."""
        of_file = finding.row is None and finding.field is None
        of_step = self.declared.rules[finding.rule].step in _CELLS_UNREAD and finding.value != finding.column
        return self.phrase(finding.value) if of_file or of_step else finding.value

    def column(self, finding: Finding) -> str | None:
        """Give the column as the sender named it. One without a name is told by its number, which is a phrase."""
        nameless = finding.expected == self._english["phrase", "a-name"]
        return self.phrase(finding.column) if nameless else finding.column

    def fate(self, fate: str) -> str:
        """Name what became of a fact, in two or three words."""
        return (
            self._text("word", f"fate.{fate}", {})
            if ("word", f"fate.{fate}") in self._english
            else fate.replace("-", " ")
        )

    def shown(self, value: str | None, longest: int = _LONGEST) -> str:
        """Show a value as written, on one line: what cannot be seen is named, what is too long cut, None a dash."""
        if value is None:
            return DASH
        seen = value[: longest + 1]
        if not seen.isprintable():
            seen = "".join(map(_visible, seen))
        cut = f"{seen[:longest]}\u2026 ({self.count(len(value), 'character')})" if len(value) > longest else seen
        return cut or self.word("empty")

    def listed(self, text: str | None, longest: int = _LONGEST) -> str:
        """Show a text; of a list that is too long its first entries, and how many more there are."""
        mark = "; " if text and "; " in text else ", "
        entries = text.split(mark) if text and len(text) > longest else []
        fit = sum(end <= longest for end in accumulate(len(entry) + len(mark) for entry in entries))
        if not 0 < fit < len(entries):
            return self.shown(text, longest)
        return f"{self.shown(mark.join(entries[:fit]), longest)} {self.count(len(entries) - fit, 'more')}"

    def row_list(self, rows: Iterable[str], every: int, most: int) -> str:
        """List rows as a spreadsheet counts them, and say how many more there are: `2, 5, 9 +12 rows`."""
        few = [self.shown(row) for row in rows][:most]
        more = f" +{self.count(every - len(few), 'row')}" if every > len(few) else ""
        return f"{', '.join(few)}{more}" if few else DASH

    @cached_property
    def _locale(self) -> Locale:
        return locale(self.declared, self.language)

    @cached_property
    def _in_english(self) -> Speech:
        """Who speaks in the brackets."""
        return Speech(self.declared, ENGLISH) if self.foreign else self

    @cached_property
    def _phrasebook(self) -> Phrasebook:
        said = {identity: row.text for (kind, identity), row in self._said.items() if kind == "phrase"}
        phrases = self.declared.report_words.phrases
        return Phrasebook(phrases, said, self._counted, self._in_a_sentence, self.bound, self._day_or_form)

    def _counted(self, number: float) -> str:
        return _with_spaces(self.number(number))

    def _in_a_sentence(self, field: str) -> str:
        """Name a field so that it is one among others: a name with a comma stands in quotes."""
        label = self.field(field)
        return f"“{label}”" if "," in label else label

    def _day_or_form(self, text: str) -> str:
        if (words := days_in_words(text, self.day)) is not None:
            return words
        example = self._example(text)
        return self.word("for-example-in-form", example=example) if example else text

    def _example(self, text: str) -> str | None:
        return example_of(text, self.declared.languages[self.language])

    def _form(self, number: int, what: str) -> str:
        return f"{what}.{self._locale.plural_form(number)}"

    def _text(self, kind: str, identity: str, parts: dict[str, str]) -> str:
        row = self._said.get((kind, identity))
        if row:
            return _filled(row.text, parts)
        text = _filled(self._english[kind, identity], parts)
        return f"[{text}]" if self.foreign else text

    def _beside(self, kind: str, identity: str, parts: dict[str, str], in_english: dict[str, str]) -> Said:
        original = _filled(self._english[kind, identity], in_english)
        if not self.foreign:
            return Said(original)
        row = self._said.get((kind, identity))
        return Said(_filled(row.text, parts) if row else None, None if row and row.checked else original)

    def _of_rule(self, kind: str, rule: TableRule, finding: Finding) -> Said:
        """Fill a sentence with one finding, in a single pass: a value that has braces is never filled again."""
        original = self._in_english.parts(finding)
        if not self.foreign:
            return Said(_filled(self._english[kind, rule.id], original))
        field = self._in_a_sentence(finding.field) if finding.field else None
        local = replace(finding, field=field, value=self.value(finding), column=self.column(finding))
        own = self.parts(replace(local, expected=self.phrase(finding.expected)))
        return self._beside(kind, rule.id, own, original)

    def parts(self, found: Finding) -> dict[str, str]:
        """Show what fills a sentence about a finding."""
        said = {name: getattr(found, name) for name in ("value", "column", "field", "expected", "nearest")}
        shown = {name: self.shown(text) for name, text in {**said, "row": found.row_label}.items()}
        return {**shown, "expected": self.listed(found.expected)}


def _filled(text: str, parts: dict[str, str]) -> str:
    return _BRACES.sub(lambda found: parts.get(found[1], found[0]), text)


def _with_spaces(text: str) -> str:
    """Put spaces for those that do not break: what is shown names every character that cannot be seen."""
    return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)


def _visible(character: str) -> str:
    if character == " " or unicodedata.category(character)[0] not in "CZ":
        return character
    return f"<U+{ord(character):04X}>"
