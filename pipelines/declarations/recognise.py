"""Which source a file is from: the one that is named, or the one whose `matching` takes the file's name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path

from pipelines.declarations.source import Source
from pipelines.errors import UnknownSource


def recognise(file: Path, named: str | None, sources: Mapping[str, Source]) -> Source:
    """Find the source that is named, or the one whose `matching` takes the file's name.

    Raises UnknownSource with the nearest names, or with all that would take the file.
    """
    if named is not None:
        if named in sources:
            return sources[named]
        near = get_close_matches(named, sources, n=3, cutoff=0.4) or sorted(sources)[:8]
        told = f"no source is called '{named}'; known are, nearest first: {', '.join(near)}"
        raise UnknownSource(f"unknown-source: {told}")
    taking = [s for s in sources.values() if fnmatch(file.name, s.arrives.matching)]
    if len(taking) != 1:
        found = ", ".join(s.source for s in taking)
        why = f"several sources take it: {found}" if taking else "no source takes a file of this name"
        raise UnknownSource(f"unknown-source: {file.name}: {why}; say which with --source")
    return taking[0]
