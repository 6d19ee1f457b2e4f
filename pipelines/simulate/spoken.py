"""Which words the sender of a source writes for a code or a place: what reads a word, the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipelines.declarations import Declarations
from pipelines.declarations.folding import fold
from pipelines.declarations.model import PlaceName, Scalar
from pipelines.declarations.source import Mapping as Mapped
from pipelines.declarations.source import NameIs, Source
from pipelines.declarations.words import place_codes, words

_KINDS = ("name", "alias", "former", "code", "former_code")


def spoken(source: Source, declared: Declarations, field: str) -> Mapping[str, tuple[str, ...]]:
    """Give, for each code or place of a field that the sender can name, the words that are read back as it.

    A code has all its words, the sender's own before all others; a place has the one name, or code, that is used first.
    """
    unpivot = source.unpivot
    named = unpivot.name_is if unpivot and unpivot.name_is and unpivot.name_is.field == field else None
    how = source.map.get(field) or named
    known = words(declared, source, field, how.codes if how else {})
    silent = {fold(token) for token in (*source.decode.nothing, *_nothing(how))}
    found: dict[str, list[str]] = {}
    for value, word in _candidates(source, declared, field, how):
        if known.get(fold(word)) == value and fold(word) not in silent and _writable(word, source):
            found.setdefault(value, []).append(word)
    if source.decode.fhir and field in {entry.comparator for entry in declared.fields.values()}:
        return {v: (v,) for v, said in found.items() if v in said}  # in FHIR a comparator is its sign
    if source.decode.fhir and how and isinstance(how, Mapped) and how.from_.endswith("].code"):
        return _as_codes(declared, field, known)
    own = {str(v) for v in (how.codes.values() if how else ())}
    single = declared.fields[field].type == "place"
    return {v: tuple(said[:1] if single or v in own else dict.fromkeys(said)) for v, said in found.items()}


def _as_codes(declared: Declarations, field: str, known: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Give each code as a coding of FHIR has it: as its system writes it, and never as a label."""
    listed = declared.codes[declared.fields[field].codes or ""].codes
    written = {
        c.code: next((w for w in (c.standard_code, c.code) if known.get(fold(w)) == c.code), None) for c in listed
    }
    return {code: (word,) for code, word in written.items() if word}


def _nothing(how: Mapped | NameIs | None) -> tuple[str, ...]:
    return how.nothing if isinstance(how, Mapped) else ()


def _candidates(
    source: Source, declared: Declarations, field: str, how: Mapped | NameIs | None
) -> Iterator[tuple[str, str]]:
    """Give every value with a word for it, the likeliest word first."""
    unpivot, entry = source.unpivot, declared.fields[field]
    if isinstance(how, NameIs) and unpivot and unpivot.columns != "dates":
        known = words(declared, source, field, how.codes)
        yield from ((known.get(fold(column), ""), column) for column in unpivot.columns)
        return
    yield from ((str(value), word) for word, value in (how.codes if how else dict[str, Scalar]()).items())
    if entry.type == "place":
        coded = how.place_codes if isinstance(how, Mapped) else None
        names = place_codes(declared, coded) if coded else declared.place_names
        yield from _ordered(names, source.language)
        return
    for code in declared.codes[entry.codes or ""].codes:
        labels = [word for x in source.language for word in (code.labels.get(x), *code.synonyms.get(x, ())) if word]
        yield from ((code.code, word) for word in labels or [code.code])


def _ordered(names: Iterable[PlaceName], languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give each place with its names: the present ones first, in the source's first language first."""
    order = [*languages, "und"]
    found = [n for n in names if n.language in order]
    found.sort(key=lambda n: (_KINDS.index(n.kind), order.index(n.language)))
    return [(n.place_id, n.name) for n in found]


def _writable(word: str, source: Source) -> bool:
    try:
        word.encode(source.decode.encoding[0])
    except UnicodeEncodeError:
        return False
    return True
