"""Reads schemas/codes. A folder that is given adds lists of its own, or says one that is there in more languages."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from pipelines.declarations.model import Code, CodeList
from pipelines.errors import Contradiction, DeclarationError


def read_code_lists(files: Iterable[Path]) -> dict[str, CodeList]:
    """Read every list. Raises DeclarationError for a code that stands twice, and for a language that does."""
    found: dict[str, CodeList] = {}
    for file in files:
        listed = _code_list(file)
        found[file.stem] = _in_more_languages(found[file.stem], listed, file) if file.stem in found else listed
    return found


def _in_more_languages(there: CodeList, more: CodeList, file: Path) -> CodeList:
    by_code, spoken = {c.code: c for c in more.codes}, {x for c in there.codes for x in (*c.labels, *c.synonyms)}
    unknown = sorted(by_code.keys() - {c.code for c in there.codes})
    again = sorted({x for c in more.codes for x in (*c.labels, *c.synonyms)} & spoken)
    if unknown or again:
        what = f"has no code {', '.join(unknown)}" if unknown else f"has its words in {', '.join(again)} already"
        raise DeclarationError(
            [Contradiction(file, 0, f"'{there.name}' {what}; here it is only said in more languages")]
        )
    return CodeList(name=there.name, codes=tuple(_said_too(code, by_code.get(code.code)) for code in there.codes))


def _said_too(code: Code, more: Code | None) -> Code:
    if more is None:
        return code
    words = {"labels": {**code.labels, **more.labels}, "synonyms": {**code.synonyms, **more.synonyms}}
    return code.model_copy(update=words)


def _code_list(file: Path) -> CodeList:
    codes = tuple(_code(row) for row in _rows(file))
    if len({c.code for c in codes}) < len(codes):
        raise DeclarationError([Contradiction(file, 0, "a code stands twice")])
    return CodeList(name=file.stem, codes=codes)


def _code(row: dict[str, str]) -> Code:
    labels = {k.removeprefix("label_"): v for k, v in row.items() if k.startswith("label_") and v}
    synonyms = {
        k.removeprefix("synonyms_"): tuple(v.split("|")) for k, v in row.items() if k.startswith("synonyms_") and v
    }
    return Code(code=row["code"], standard_code=row.get("standard_code", ""), labels=labels, synonyms=synonyms)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
