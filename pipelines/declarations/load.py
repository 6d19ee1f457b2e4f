"""Reads schemas/ and expectations/ into one frozen value. The checkout's folders, else the wheel's, plus any given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from pipelines.declarations.model import CodeList, FieldEntry, Language, Place, PlaceName, RuleFile, Table, TableRule
from pipelines.declarations.person_numbers import PersonNumber
from pipelines.declarations.read_codes import read_code_lists
from pipelines.declarations.registered import Registered
from pipelines.declarations.registers import Register
from pipelines.declarations.source import Source
from pipelines.declarations.units import Conversion, by_unit, read_conversions
from pipelines.declarations.wordings import Key, ReportWords, Wording, read_report_words
from pipelines.declarations.yaml_lines import Document, read_yaml, typed
from pipelines.errors import Contradiction, DeclarationError, UnknownLanguage

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Declarations:
    """All that is declared. Mappings are by name; `documents` leads from a source, table or rule file to its lines."""

    roots: tuple[Path, ...]
    fields: dict[str, FieldEntry]
    codes: dict[str, CodeList]
    tables: dict[str, Table]
    languages: dict[str, Language]
    repairs: dict[str, dict[str, str]]
    units: Mapping[tuple[str, str, str | None], Conversion]
    sources: dict[str, Source]
    rules: dict[str, TableRule]
    table_rules: dict[str, tuple[TableRule, ...]]
    documents: dict[str, Document] = field(repr=False)
    registered: Registered = field(repr=False)

    @property
    def registers(self) -> dict[str, Register]:
        """Every register with its rows."""
        return self.registered.registers

    @property
    def places(self) -> dict[str, Place]:
        """Every place by its id."""
        return self.registered.places

    @property
    def place_names(self) -> tuple[PlaceName, ...]:
        """Every name of every place."""
        return self.registered.place_names

    @cached_property
    def person_numbers(self) -> dict[str, PersonNumber]:
        """By what a person can be found in a text."""
        return _entries(self.roots, "schemas/person_numbers.yaml", PersonNumber, {})

    @cached_property
    def report_words(self) -> ReportWords:
        """What reports say, in English."""
        return read_report_words(self.roots)

    def wordings(self, language: str) -> dict[Key, Wording]:
        """Give what schemas/words says in a language, by kind and id. Raises UnknownLanguage."""
        return self.registered.wordings[self.language(language)]

    def language(self, name: str) -> str:
        """Give the name of a language that is declared. Raises UnknownLanguage."""
        if name not in self.languages:
            raise UnknownLanguage(f"no language is called '{name}'; known are {', '.join(sorted(self.languages))}")
        return name

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every declaration but the words of reports, which decide nothing.

        Publishing is a no-op only under the same digest.
        """
        whole = hashlib.sha256()
        for root in self.roots:
            for file in (f for f in _files_of(root) if f.parent != root / "schemas/words"):
                whole.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
        return whole.hexdigest()


@dataclass(frozen=True)
class Senders:
    """The sources that can be read, and for each of the others what is wrong with its file."""

    sound: dict[str, Source]
    broken: dict[str, DeclarationError]


def read_senders(*extra: Path) -> Senders:
    """Read the sources and nothing else, one by one: an error in one file spoils no other. A millisecond each."""
    sound: dict[str, Source] = {}
    broken: dict[str, DeclarationError] = {}
    for file in _all(roots_of(*extra), "schemas/sources/??/*.yaml"):
        name = _source_name(file)
        try:
            sound[name] = _sender(file, name, taken=name in sound or name in broken)
        except DeclarationError as error:
            sound.pop(name, None)
            broken[name] = error
    return Senders(sound, broken)


def _sender(file: Path, name: str, *, taken: bool) -> Source:
    if taken:
        raise DeclarationError([Contradiction(file, 0, f"'{name}' is declared already")])
    document = read_yaml(file)
    source = typed(Source, _extended(document))
    if source.source != name:
        raise DeclarationError([document.contradiction(f"the file is {name}, and it says {source.source}", "source")])
    return source


def read_declarations(*extra: Path, only: str | None = None) -> Declarations:
    """Read and type the declarations without looking for contradictions between them.

    With `only`, no other source is read than this one: an error in another's file does not concern it.
    """
    roots = roots_of(*extra)
    return with_sources(read_shared(roots), roots, only)


def read_shared(roots: tuple[Path, ...]) -> Declarations:
    """Read and type what sources share; they themselves are not read."""
    documents: dict[str, Document] = {}
    rules = _rules(roots, documents)
    languages = _entries(roots, "schemas/languages.yaml", Language, documents)
    return Declarations(
        roots=roots,
        fields=_entries(roots, "schemas/fields/*.yaml", FieldEntry, documents),
        codes=read_code_lists(_all(roots, "schemas/codes/*.csv")),
        tables=_unique(
            (d.file, d.file.stem, typed(Table, d)) for d in _documents(roots, "schemas/tables/*.yaml", documents)
        ),
        languages=languages,
        repairs={k: v for d in _documents(roots, "schemas/repairs.yaml", documents) for k, v in d.value.items()},
        units=by_unit(c for file in _all(roots, "schemas/units.csv") for c in read_conversions(file)),
        sources={},
        rules={rule.id: rule for _, rule in rules},
        table_rules={t: tuple(r for of, r in rules if of == t) for t in dict.fromkeys(of for of, _ in rules if of)},
        documents=documents,
        registered=Registered(roots, tuple(languages)),
    )


def with_sources(shared: Declarations, roots: tuple[Path, ...], only: str | None = None) -> Declarations:
    """Read and type the sources of these folders, or the one named, beside what they share."""
    documents = dict(shared.documents)
    return replace(shared, roots=roots, sources=_sources(roots, documents, only), documents=documents)


def files_of(*extra: Path) -> dict[Path, list[Path]]:
    """Give every file that is read for the declarations, by its folder, each in one order."""
    return {root: _files_of(root) for root in roots_of(*extra)}


def is_of_a_source(file: Path, root: Path) -> bool:
    """Whether a file of this folder belongs to one source, or to several that one extends."""
    return file.is_relative_to(root / "schemas/sources")


def _files_of(root: Path) -> list[Path]:
    return sorted(f for part in ("schemas", "expectations") for f in (root / part).rglob("*") if f.is_file())


def roots_of(*extra: Path) -> tuple[Path, ...]:
    """Give salamat's own folder and those in `extra`. Raises DeclarationError for one that declares nothing."""
    for root in extra:
        if not (root / "schemas").is_dir() and not (root / "expectations").is_dir():
            raise DeclarationError([Contradiction(root, 0, "has neither schemas/ nor expectations/")])
    return (_own_root(), *(root.resolve() for root in extra))


def _own_root() -> Path:
    here = Path(__file__).resolve()
    checkout, wheel = here.parents[2], here.parents[1] / "_declarations"
    return checkout if (checkout / "schemas").is_dir() else wheel


def _all(roots: Sequence[Path], pattern: str) -> Iterator[Path]:
    return (file for root in roots for file in sorted(root.glob(pattern)) if not file.name.startswith("_"))


def _documents(roots: Sequence[Path], pattern: str, kept: dict[str, Document]) -> Iterator[Document]:
    for file in _all(roots, pattern):
        document = read_yaml(file)
        kept[f"{file.parent.name}/{file.stem}"] = document
        yield document


def _unique(named: Iterator[tuple[Path, str, T]]) -> dict[str, T]:
    found, files = dict[str, T](), dict[str, Path]()
    for file, name, value in named:
        if name in found:
            raise DeclarationError([Contradiction(file, 0, f"'{name}' is declared already, in {files[name]}")])
        found[name], files[name] = value, file
    return found


def _entries(roots: Sequence[Path], pattern: str, model: type[T], kept: dict[str, Document]) -> dict[str, T]:
    return _unique(
        (document.file, name, typed(model, document, value if value is not None else {}, (name,)))
        for document in _documents(roots, pattern, kept)
        for name, value in document.value.items()
    )


def _rules(roots: Sequence[Path], kept: dict[str, Document]) -> list[tuple[str | None, TableRule]]:
    files = [(d.file, typed(RuleFile, d)) for d in _documents(roots, "expectations/*.yaml", kept)]
    first, again = dict[str, Path](), dict[tuple[Path, Path], list[str]]()
    for file, rule in ((file, rule.id) for file, said in files for rule in said.rules):
        if rule in first:
            again.setdefault(_apart(file, first[rule]), []).append(rule)
        first.setdefault(rule, file)
    if again:
        raise DeclarationError([_declared_again(*both, rules) for both, rules in again.items()])
    return [(said.table, rule) for _, said in files for rule in said.rules]


def _apart(file: Path, other: Path) -> tuple[Path, Path]:
    """Give two files, or their folders where these differ: of two folders one sentence says enough."""
    return (file, other) if file.parent == other.parent else (file.parent, other.parent)


def _declared_again(here: Path, there: Path, rules: Sequence[str]) -> Contradiction:
    which = f"the rule '{rules[0]}'" if len(rules) == 1 else f"{len(rules)} rules, such as '{rules[0]}',"
    own = "; salamat's own declarations are always read, and a folder beside them says only what is added"
    return Contradiction(here, 0, f"declares {which} again: {there} does{own if here.is_dir() else ''}")


def _sources(roots: Sequence[Path], kept: dict[str, Document], only: str | None) -> dict[str, Source]:
    documents = list(_documents(roots, f"schemas/sources/{only or '??/*'}.yaml", kept))
    return _unique((d.file, _source_name(d.file), typed(Source, _extended(d))) for d in documents)


def _source_name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def _extended(document: Document, over: tuple[Path, ...] = ()) -> Document:
    base = document.value.get("extends")
    if base is None:
        return document
    file = document.file.parent / f"{base}.yaml"
    if not file.is_file():
        raise DeclarationError([document.contradiction(f"extends '{base}', and there is no {file}", "extends")])
    if file in (*over, document.file):
        raise DeclarationError([document.contradiction(f"extends '{base}', which extends it again", "extends")])
    below = _extended(read_yaml(file), (*over, document.file))
    return Document(document.file, _laid_over(below.value, document.value), document.node, below)


def _laid_over(base: dict[str, Any], upper: dict[str, Any]) -> dict[str, Any]:
    both = {
        k: _laid_over(v, upper[k]) for k, v in base.items() if isinstance(v, dict) and isinstance(upper.get(k), dict)
    }
    return {**base, **upper, **both}
