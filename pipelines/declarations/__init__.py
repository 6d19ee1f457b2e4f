"""schemas/ and expectations/ as frozen, typed values, and what is compiled from them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from pipelines.declarations.lint import contradictions_of_sources, contradictions_of_what_is_shared
from pipelines.declarations.load import (
    Declarations,
    Senders,
    files_of,
    is_of_a_source,
    read_senders,
    read_shared,
    with_sources,
)
from pipelines.errors import Contradiction, DeclarationError

__all__ = ["Declarations", "Senders", "load_declarations", "read_senders"]

_Stamp = tuple[tuple[str, int, int], ...]


def load_declarations(*extra: Path, only: str | None = None) -> Declarations:
    """Read the declarations of salamat and of each folder in `extra` (which has schemas/ and expectations/, or either).

    With `only`, no other source is read than this one. Raises DeclarationError with file and line for everything that
    is malformed or that contradicts another. A process that asks again for files that have not changed since gets the
    same value; where only files of sources have, only those are read again.
    """
    files = files_of(*extra)
    shared = {root: [f for f in found if not is_of_a_source(f, root)] for root, found in files.items()}
    sharing = tuple(root for root, found in shared.items() if found)
    with _nothing_is_rubbish():
        return _loaded(tuple(files), only, _stamp(files), sharing, _stamp(shared))


@lru_cache(maxsize=8)
def _loaded(
    roots: tuple[Path, ...], only: str | None, _all: _Stamp, sharing: tuple[Path, ...], of_shared: _Stamp
) -> Declarations:
    shared, wrong = _shared(sharing, of_shared)
    declared = with_sources(shared, roots, only)
    if found := [*contradictions_of_sources(declared), *wrong]:
        raise DeclarationError(found)
    return declared


@lru_cache(maxsize=4)
def _shared(roots: tuple[Path, ...], _all: _Stamp) -> tuple[Declarations, list[Contradiction]]:
    shared = read_shared(roots)
    return shared, contradictions_of_what_is_shared(shared)


def _stamp(files: dict[Path, list[Path]]) -> _Stamp:
    return tuple((str(file), (t := file.stat()).st_mtime_ns, t.st_size) for found in files.values() for file in found)


@contextmanager
def _nothing_is_rubbish() -> Iterator[None]:
    """Declarations stay: to look again and again for what of them could be let go took half the time of reading."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
