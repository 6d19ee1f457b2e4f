"""Which files change, and how: only the lines that are about a changed text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pipelines.declarations import Declarations
from pipelines.declarations.checked import CHECKED, CHECKED_HEADER, checked_rows
from pipelines.declarations.vocabulary import english
from pipelines.declarations.wordings import HEADER, Key, rows_of
from pipelines.labels.entries import Entry

Changes = Mapping[Key, Entry]


def changed_files(declared: Declarations, changes: Mapping[str, Changes]) -> Iterator[tuple[Path, str]]:
    """Give each file that changes, with its new text. Labels of all languages stand in one file: it comes once."""
    for language, found in changes.items():
        yield from _words(declared, language, {k: e for k, e in found.items() if k[0] not in {"code", "place"}})
    yield from _codes(declared, changes)
    yield from _places(declared, changes)
    yield from _checks(declared, changes)


def _words(declared: Declarations, language: str, found: Changes) -> Iterator[tuple[Path, str]]:
    """Write the rows of each folder's file in the order of the texts; a new row goes into the last folder's."""
    order = {key: at for at, key in enumerate(english(declared, language))}
    files = [root / f"schemas/words/{language}.csv" for root in declared.roots]
    standing = {row.key: file for file in files for row in rows_of(file)}
    for file in files:
        own = {k: e for k, e in found.items() if standing.get(k, files[-1]) == file}
        if own:
            rows = {r.key: (r.english, r.text, r.checked_by, r.checked_on, r.remarks) for r in rows_of(file)}
            rows |= {k: (e.english, e.text, e.checked_by, e.checked_on, e.remarks) for k, e in own.items()}
            ordered = sorted(rows, key=lambda key: order.get(key, len(order)))
            yield file, _csv([HEADER, *((*key, *rows[key]) for key in ordered)])


def _codes(declared: Declarations, changes: Mapping[str, Changes]) -> Iterator[tuple[Path, str]]:
    labels = _texts(changes, "code")
    for file in (f for root in declared.roots for f in sorted((root / "schemas/codes").glob("*.csv"))):
        own = {
            (code, lang): text
            for (name, lang), text in labels.items()
            for list_, code in [name.split(":", 1)]
            if list_ == file.stem
        }
        if own:
            yield file, _with_labels(file.read_text(encoding="utf-8"), own)


def _with_labels(text: str, labels: Mapping[tuple[str, str], str]) -> str:
    """Change the cells of labels; a language that has no column gets one behind the last label."""
    lines = text.splitlines()
    heads = _cells(lines[0])
    for language in dict.fromkeys(language for _, language in labels):
        if f"label_{language}" not in heads:
            at = max(n for n, head in enumerate(heads) if head.startswith("label_")) + 1
            lines = [
                _line([*cells[:at], "" if n else f"label_{language}", *cells[at:]])
                for n, cells in enumerate(map(_cells, lines))
            ]
            heads = _cells(lines[0])
    for n, cells in enumerate(map(_cells, lines)):
        for (code, language), label in labels.items():
            if n and cells[heads.index("code")] == code and cells[heads.index(f"label_{language}")] != label:
                cells[heads.index(f"label_{language}")] = label
                lines[n] = _line(cells)
    return "\n".join(lines) + "\n"


def _places(declared: Declarations, changes: Mapping[str, Changes]) -> Iterator[tuple[Path, str]]:
    names = _texts(changes, "place")
    for file in (f for root in declared.roots for f in sorted((root / "schemas/places").glob("*.names.csv"))):
        state = file.name.partition(".")[0]
        own = {key: text for key, text in names.items() if declared.places[key[0]].country == state}
        if own:
            yield file, _with_names(file.read_text(encoding="utf-8"), own)


def _with_names(text: str, names: Mapping[tuple[str, str], str]) -> str:
    """Change the current name of a place in a language, or add it behind the place's other names."""
    lines, left = text.splitlines(), dict(names)
    heads = _cells(lines[0])
    for n, cells in enumerate(map(_cells, lines)):
        row = dict(zip(heads, cells, strict=True))
        if row["kind"] == "name" and (key := (row["place_id"], row["language"])) in left:
            name = left.pop(key)
            lines[n] = (
                _line([name if head == "name" else cell for head, cell in row.items()])
                if row["name"] != name
                else lines[n]
            )
    for (place, language), name in left.items():
        new = {"place_id": place, "language": language, "name": name, "kind": "name", "source": "a native speaker"}
        at = max((n for n, line in enumerate(lines) if _cells(line)[0] == place), default=len(lines) - 1)
        lines.insert(at + 1, _line([new.get(head, "") for head in heads]))
    return "\n".join(lines) + "\n"


def _checks(declared: Declarations, changes: Mapping[str, Changes]) -> Iterator[tuple[Path, str]]:
    """Keep who has checked which label or name, with the text that was checked; without a check or remark, nothing."""
    file = declared.roots[-1] / CHECKED
    rows = {tuple(row[:3]): tuple(row) for row in checked_rows(file)}
    before = dict(rows)
    for language, found in changes.items():
        for (kind, identity), e in found.items():
            if kind in {"code", "place"} and (e.checked_by or e.remarks or (language, kind, identity) in rows):
                rows[language, kind, identity] = (
                    language,
                    kind,
                    identity,
                    e.text,
                    e.checked_by,
                    e.checked_on,
                    e.remarks,
                )
    if rows != before:
        yield file, _csv([CHECKED_HEADER, *(rows[key] for key in sorted(rows))])


def _texts(changes: Mapping[str, Changes], kind: str) -> dict[tuple[str, str], str]:
    """Give the text of each changed entry of a kind, by id and language."""
    return {
        (key[1], lang): e.text
        for lang, found in changes.items()
        for key, e in found.items()
        if key[0] == kind and e.text
    }


def _cells(line: str) -> list[str]:
    return next(csv.reader([line]))


def _line(cells: Iterable[str]) -> str:
    return _csv([cells]).rstrip("\n")


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
