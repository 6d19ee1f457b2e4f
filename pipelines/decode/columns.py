"""The header against the declaration: every column is mapped or ignored, each stands once, none only looks alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import zip_longest

from pipelines.artefacts import Finding
from pipelines.declarations.dates import reads_as_date
from pipelines.declarations.folding import fold
from pipelines.declarations.source import Source, declared_columns
from pipelines.decode.encodings import Text, encoded_twice, encoding_hint
from pipelines.errors import Refused

_HOLE = re.compile("[?\N{REPLACEMENT CHARACTER}]+")  # where a letter stood that an encoding does not have
_DELIMITERS = ",;\t|"
_SHOWN = 1000  # columns listed at most that are not declared


def check_columns(header: tuple[str, ...], source: Source, text: Text) -> None:
    """Compare the header with the columns that the source declares. Raises Refused with all that is wrong at once."""
    wrong = _lost(header, source) or [*_wrong_delimiter(header, source), *_unnamed(header), *_doubled(header)]
    if not wrong:
        wrong = [*_differences(header, source), *_no_date(header, source)]
    if any(f.rule == "missing-column" for f in wrong) and (hint := encoding_hint(text.start, source, text.encoding)):
        wrong = [Finding("wrong-encoding", row=1, value=hint, expected=text.encoding)]
    if any(f.rule == "missing-column" for f in wrong) and encoded_twice(header, source):
        wrong = [Finding("wrong-encoding", row=1, value="text that was encoded twice", expected=text.encoding)]
    if wrong:
        raise Refused(wrong)


def expected_columns(header: tuple[str, ...], source: Source) -> tuple[set[str], set[str]]:
    """Give the columns that must be there, and those that may be there."""
    needed = set(declared_columns(source)) - set(source.ignore)
    dates = source.unpivot is not None and source.unpivot.columns == "dates"
    read = source.unpivot.name_is.read if source.unpivot and source.unpivot.name_is else None
    allowed = {c for c in header if dates and read and reads_as_date(c, read)}
    return needed, allowed | set(source.ignore)


def _wrong_delimiter(header: tuple[str, ...], source: Source) -> Iterator[Finding]:
    alone = header[0] if len(header) == 1 else ""
    other = next((d for d in _DELIMITERS if d != _delimiter(source) and alone.count(d) > 0), None)
    if other is None or alone in declared_columns(source) or source.decode.format not in {"csv", "xlsx"}:
        return
    if source.decode.format == "xlsx":
        yield Finding("unsplit-cells", row=1, value=repr(other), expected="each name in a cell of its own")
    else:
        yield Finding("wrong-delimiter", row=1, value=repr(other), expected=repr(source.decode.delimiter))


def _delimiter(source: Source) -> str | None:
    return source.decode.delimiter if source.decode.format == "csv" else None


def _unnamed(header: tuple[str, ...]) -> Iterator[Finding]:
    for number, column in enumerate(header, start=1):
        if not column:
            yield Finding("unnamed-column", row=1, column=f"number {number}", expected="a name")


def _doubled(header: tuple[str, ...]) -> Iterator[Finding]:
    alike = Counter(column.lower() for column in header)
    for column in dict.fromkeys(header):
        times = alike[column.lower()]
        if times > 1 and column:
            yield Finding("duplicate-column", row=1, column=column, value=f"{times} times", expected="once")


def _lost(header: tuple[str, ...], source: Source) -> list[Finding]:
    """Say once that letters of names were lost: who exports anew mends all of them, and whatever else is seen now."""
    known = declared_columns(source)
    for column in (c for c in header if _HOLE.search(c) and c not in known):
        names = _HOLE.split(column)
        pattern = re.compile(r"[^\x00-\x7f]+".join(map(re.escape, names)))
        if meant := next((k for k in known if k not in header and pattern.fullmatch(k)), None):
            return [Finding("lost-characters-in-names", row=1, column=column, value=column, expected=meant)]
    return []


def _differences(header: tuple[str, ...], source: Source) -> Iterator[Finding]:
    needed, allowed = expected_columns(header, source)
    missing, extra = sorted(needed - set(header)), [c for c in header if c not in needed | allowed]
    known = [*missing, *(c for c in source.ignore if c not in header)]
    folded = {fold(column): column for column in known}
    alike = {c: m for c in extra if (m := folded.get(fold(c)))}
    for column in extra[:_SHOWN]:
        if column in alike:
            yield Finding(
                "look-alike-column", row=1, column=column, value=_letter(column, alike[column]), expected=alike[column]
            )
        else:
            nearest = next(iter(get_close_matches(column, missing, n=1)), None)
            expected = ", ".join(missing) or "no further column"
            yield Finding("unexpected-column", row=1, column=column, value=column, expected=expected, nearest=nearest)
    for column in missing:
        if column not in alike.values():
            nearest = next(iter(get_close_matches(column, extra, n=1)), None)
            yield Finding("missing-column", row=1, column=column, expected=column, nearest=nearest)


def _no_date(header: tuple[str, ...], source: Source) -> Iterator[Finding]:
    """A file whose figures stand under dates says nothing without one."""
    unpivot = source.unpivot
    if unpivot is None or unpivot.columns != "dates":
        return
    if not any(reads_as_date(column, unpivot.days_read) for column in header):
        yield Finding("missing-column", row=1, column=unpivot.days_read, expected=unpivot.days_read)


def _letter(column: str, expected: str) -> str:
    """Name the first letter in which a column differs from the one that it looks like."""
    letter = next(a or b for a, b in zip_longest(column, expected, fillvalue="") if a != b)
    return f"{letter} (U+{ord(letter):04X}, {unicodedata.name(letter, '?').partition(' ')[0].title()})"
