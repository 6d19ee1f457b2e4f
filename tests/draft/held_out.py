"""Words above columns without those that only one source has taught: what a draft would do at its first sight of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.declarations import Declarations
from pipelines.declarations.header_words import header_words, plain
from pipelines.declarations.source import Source
from pipelines.draft.forms import Forms, base_of
from pipelines.draft.shortened import variants

_HEADERS = "schemas/words/headers.csv"


def without(name: str, declared: Declarations, folder: Path) -> Declarations:
    """Give the declarations with the words that no header of another source bears out taken from the list.

    A word stays where a column of another source is called so, or where no column of this one is. With a word goes the
    same word in the other script of its language: both were learnt at once.
    """
    sound = Forms(declared, header_words(declared), frozenset()).sound
    own = set(_above(declared.sources[name]))
    others = {w for other, source in declared.sources.items() if other != name for w in _above(source)}
    gone, heard = own - others, {sound(w) for w in _written(declared.sources[name])}
    heard -= {sound(w) for other, source in declared.sources.items() if other != name for w in _written(source)}
    scripts = {x for x in declared.languages if sum(base_of(y) == base_of(x) for y in declared.languages) > 1}
    root = declared.roots[0]
    (folder / _HEADERS).parent.mkdir(parents=True, exist_ok=True)
    for same in (*(root / "schemas").iterdir(), *(root / "schemas/words").iterdir()):
        if (to := folder / same.relative_to(root)) not in {folder / "schemas/words", folder / _HEADERS}:
            to.symlink_to(same)
    with (root / _HEADERS).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with (folder / _HEADERS).open("w", encoding="utf-8", newline="") as kept:
        writer = csv.DictWriter(kept, list(rows[0]))
        writer.writeheader()
        for row in rows:
            left = {k: v if k == "field" else _left(v, gone) for k, v in row.items()}
            both = {k: "|".join(w for w in left[k].split("|") if sound(w) not in heard) for k in scripts & {*left}}
            writer.writerow({**left, **both})
    return replace(declared, roots=(folder,))


def _left(words: str | None, gone: set[str]) -> str:
    return "|".join(word for word in (words or "").split("|") if plain(word) not in gone)


def _above(source: Source) -> Iterator[str]:
    """Give the names of a source's columns as they are looked up."""
    return (plain(text) for text in _written(source))


def _written(source: Source) -> Iterator[str]:
    unpivot = source.unpivot
    names = [m.from_ for m in source.map.values() if m.from_]
    names += [*source.ignore, *(t.column for t in source.total_of_parts)]
    names += [*unpivot.columns] if unpivot and isinstance(unpivot.columns, dict) else []
    return (text for header in names for text in variants(header))
