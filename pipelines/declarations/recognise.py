"""Which source a file is from: the one that is named, or the one whose `matching` takes the file's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatch, fnmatchcase
from pathlib import Path
from re import sub

from pipelines.declarations.source import Source
from pipelines.errors import UnknownSource

_ENDINGS = {
    *("csv", "tsv", "txt", "dat", "json", "ndjson", "jsonl", "xml", "html", "htm", "pdf", "parquet"),
    *("xls", "xlsx", "xlsm", "xlsb", "ods", "gz", "zip", "7z", "rar"),
}  # under which tables are sent, rightly or not
_A_DAY = "20210104"  # stands for a star in a file name that is shown as an example


def recognise(file: Path, named: str | None, sources: Mapping[str, Source]) -> Source:
    """Find the source that is named, or the one whose `matching` takes the file's name.

    Raises UnknownSource with the nearest names, or with all that would take the file.
    """
    if named is not None:
        if named in sources:
            return sources[named]
        near = tuple(get_close_matches(named, sources, n=3, cutoff=0.4) or sorted(sources)[:8])
        told = f"no source is called '{named}'; known are, nearest first: {', '.join(near)}"
        raise UnknownSource(f"unknown-source: {told}", named, near)
    taking = [s for s in sources.values() if fnmatch(file.name, s.arrives.matching)]
    if len(taking) == 1:
        return taking[0]
    raise _unrecognised(file.name, taking, sources)


def by_stem(file: Path, sources: Mapping[str, Source]) -> Source | None:
    """Find the one source that would take a file but for its ending or its capitals.

    Only endings under which tables are sent count: what lies beside a file, such as its check sum, is no delivery.
    """
    stem = _stem(file.name)
    fitting = [s for s in sources.values() if stem and fnmatchcase(stem, _stem(s.arrives.matching) or "")]
    return fitting[0] if len(fitting) == 1 else None


def example_name(source: Source) -> str:
    """Give a file name that the source takes: `covid_20210104.csv` for `covid_*.csv`."""
    shown = source.arrives.matching.rstrip("*").replace("*", _A_DAY).replace("?", "1")
    return shown if fnmatch(shown, source.arrives.matching) else source.arrives.matching


def _unrecognised(name: str, taking: Iterable[Source], sources: Mapping[str, Source]) -> UnknownSource:
    if found := tuple(s.source for s in taking):
        why = f"several sources take it: {', '.join(found)}"
        return UnknownSource(f"unknown-source: {name}: {why}; say which with --source", name, several=found)
    fitting = by_stem(Path(name), sources)
    near = [fitting] if fitting else _nearest(name, sources)
    shown = tuple(f"{example_name(s)} ({s.source})" for s in near)
    why = "no source takes a file of this name" + (f"; nearest are {', '.join(shown)}" if shown else "")
    return UnknownSource(f"unknown-source: {name}: {why}; say which with --source", name, shown)


def _nearest(name: str, sources: Mapping[str, Source]) -> list[Source]:
    """Give the sources whose files have names most like this one, whatever their day and ending."""
    known: dict[str, list[Source]] = {}
    for source in sources.values():
        known.setdefault(_letters(source.arrives.matching), []).append(source)
    return [s for near in get_close_matches(_letters(name), known, n=3, cutoff=0.6) for s in known[near]][:3]


def _letters(name: str) -> str:
    return sub(r"[\W\d_]", "", _stem(name) or name.casefold())


def _stem(name: str) -> str | None:
    """Give a name or a pattern without its endings; None where it ends otherwise than tables do."""
    stem, _, ending = name.casefold().rstrip("*").rpartition(".")
    if ending not in _ENDINGS:
        return None
    return _stem(stem) or stem
