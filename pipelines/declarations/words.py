"""Which word of a sender means which code or place: labels, synonyms and names of the source's languages, folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf

from pipelines.declarations.code_lists import codes_of
from pipelines.declarations.folding import fold
from pipelines.declarations.load import Declarations
from pipelines.declarations.model import Code, CodeList, PlaceName, Scalar
from pipelines.declarations.source import Mapping, Source

AMBIGUOUS, FOREIGN = "~ambiguous", "~foreign"
_SELF_EXPLAINING = 3  # a code this long stands for itself; shorter ones collide across languages


def words(declared: Declarations, source: Source, field: str, own: MappingOf[str, Scalar]) -> dict[str, str]:
    """Give folded word → code or place for a field of a source. `own` are the source's own words and win.

    A name that means two places gives AMBIGUOUS, one of another state's places FOREIGN. Two codes for one word are a
    contradiction, found by `collisions` before anything runs.
    """
    said = {fold(str(word)): str(value) for word, value in own.items()}
    entry = declared.fields[field]
    if entry.type == "place":
        return {**_foreign(declared, source), **_places(declared, source, source.map.get(field)), **said}
    listed = _grouped(_labels(codes_of(declared, source.table, field), source))
    return {**{word: codes[0] for word, codes in listed.items()}, **said}


def collisions(
    declared: Declarations, source: Source, field: str, own: MappingOf[str, Scalar]
) -> Iterator[tuple[str, list[str]]]:
    """Give each word that means two codes in the languages of this source, with the codes."""
    entry = declared.fields[field]
    if entry.type != "code":
        return
    said = {fold(str(word)) for word in own}
    for word, codes in _grouped(_labels(codes_of(declared, source.table, field), source)).items():
        if len(codes) > 1 and word not in said:
            yield word, codes


def spellings(declared: Declarations, source: Source, field: str, own: MappingOf[str, Scalar]) -> dict[str, str]:
    """Give folded word → the word as declared, for suggesting the nearest one; no name that means two places."""
    if declared.fields[field].type == "place":
        named = _own_names(declared, source, source.map.get(field))
        means = _grouped((fold(n.name), n.place_id) for n in named)
        known = [n.name for n in named if len(means[fold(n.name)]) == 1]
    else:
        known = [word for c in codes_of(declared, source.table, field).codes for word in _said(c, source)]
    return {fold(word): word for word in [*known, *map(str, own)]}


def meant_by(declared: Declarations, source: Source, field: str, word: str) -> list[str]:
    """Give the places that a name may mean, each as `Ош облусу (KG-O)`: a name that means it alone, and its code."""
    own = _own_names(declared, source, source.map.get(field))
    alone = {fold(name) for name, ids in _grouped((fold(n.name), n.place_id) for n in own).items() if len(ids) == 1}
    shown: dict[str, str] = {}
    for place in dict.fromkeys(n.place_id for n in own if fold(n.name) == fold(word)):
        named = [n for n in own if n.place_id == place and n.kind in {"name", "alias"} and fold(n.name) in alone]
        best = min(named, key=lambda n: (n.kind != "name", source.language.index(n.language)), default=None)
        shown[place] = f"{best.name if best else declared.places[place].name_en} ({place})"
    return list(shown.values())


def place_codes(declared: Declarations, of_list: str) -> list[PlaceName]:
    """Give the codes of places that stand in one national list."""
    return [n for n in declared.place_names if n.source == of_list and n.is_code]


def as_spreadsheets_have_them(codes: Iterable[PlaceName]) -> list[PlaceName]:
    """Give the codes, and those that begin with 0 also without it, unless another place of the state has that one."""
    listed = list(codes)
    taken = {(n.place_id[:2], n.name) for n in listed}
    short = [n.model_copy(update={"name": n.name.lstrip("0")}) for n in listed if n.name.startswith("0")]
    return [*listed, *(n for n in short if n.name and (n.place_id[:2], n.name) not in taken)]


def in_scope(source: Source, place_id: str, declared: Declarations) -> bool:
    """Whether a source may report on this place."""
    if "any" in source.reports_on:
        return True
    return declared.places[place_id].country in (source.reports_on or (source.country,))


def _labels(codes: CodeList, source: Source) -> Iterator[tuple[str, str]]:
    return ((fold(word), code.code) for code in codes.codes for word in _said(code, source))


def _said(code: Code, source: Source) -> Iterator[str]:
    if len(code.code) >= _SELF_EXPLAINING:
        yield code.code
    for language in source.language:
        yield from (word for word in (code.labels.get(language), *code.synonyms.get(language, ())) if word)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, code in pairs:
        if code not in found[word]:
            found[word].append(code)
    return dict(found)


def _places(declared: Declarations, source: Source, mapped: Mapping | None) -> dict[str, str]:
    own = ((fold(n.name), n.place_id) for n in _own_names(declared, source, mapped))
    return {word: ids[0] if len(ids) == 1 else AMBIGUOUS for word, ids in _grouped(own).items()}


def _own_names(declared: Declarations, source: Source, mapped: Mapping | None) -> list[PlaceName]:
    """Give the names of the places that a source may report on, in its languages; or their codes of one list."""
    level, coded = (mapped.level, mapped.place_codes) if mapped else (None, None)
    meant = {p.place_id for p in declared.places.values() if level in {None, p.geo_level}}
    every = as_spreadsheets_have_them(place_codes(declared, coded)) if coded else _names(declared, source)
    return [n for n in every if n.place_id in meant and in_scope(source, n.place_id, declared)]


def _foreign(declared: Declarations, source: Source) -> dict[str, str]:
    """Names of other states' places, in whatever language: rows of another state are told as such."""
    ours = {place_id for place_id in declared.places if in_scope(source, place_id, declared)}
    return {fold(n.name): FOREIGN for n in declared.place_names if n.kind != "code" and n.place_id not in ours}


def _names(declared: Declarations, source: Source) -> Iterator[PlaceName]:
    spoken = {*source.language, "und"}
    return (n for n in declared.place_names if n.language in spoken)
