"""JSON, NDJSON, DHIS2, FHIR and Parquet: which of them a file is, where its records stand, what its columns are called.

Only where the records stand is looked for here, in the first part of the text; the columns are those that the path's
own reader meets.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipelines.artefacts import Finding
from pipelines.draft.drafted import Said, Sniffed
from pipelines.errors import Refused

Decoding = dict[str, Any]
Read = Callable[[Decoding], object]  # read the file so, every column undeclared. Raises Refused, with their names

_HEAD, _CHUNK, _DEPTH = 1 << 20, 1 << 18, 64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_KIND = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]+)"')
_BUNDLE = re.compile(r'"resourceType"\s*:\s*"Bundle"')
_SYSTEM = re.compile(r"\[((?:https?|urn):[^\]]+)\]")
_OF_DHIS2 = {"dataElement", "period", "orgUnit", "value"}
_OF_PERSONS = {"Patient", "Practitioner", "PractitionerRole", "Organization", "Location"}  # referred to by the rows
_NOWHERE = "an array of records; where each stands under a name of its own, write decode: records: {keyed_by: ...}"


def is_document(start: bytes) -> bool:
    """Whether the first bytes are those of Parquet or of JSON."""
    return start.startswith(b"PAR1") or start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def document(files: Sequence[Path], read: Read) -> Sniffed:
    """Find out how a document is decoded, and which columns it has; a bulk export of FHIR may be several files.

    Raises Refused where no records are found.
    """
    with files[0].open("rb") as stream:
        start = stream.read(_HEAD)
    if start.startswith(b"PAR1"):
        return _sniffed({"format": Said("parquet", "certain", "begins and is read as Parquet")}, read)
    text = start.decode("utf-8-sig", errors="ignore")
    first = _first_line(text)
    if first is not None:
        return _of_lines(files, first, read)
    if _BUNDLE.search(text[:4096]):
        return _of_resources("fhir-bundle", files, read)
    return _of_records(text, read)


def _of_lines(files: Sequence[Path], first: dict[str, Any], read: Read) -> Sniffed:
    if "resourceType" in first:
        return _of_resources("fhir-ndjson", files, read)
    return _sniffed({"format": Said("ndjson", "certain", "a record in each line")}, read)


def _of_records(text: str, read: Read) -> Sniffed:
    found = _arrays(text)
    if not found:
        raise Refused([Finding("no-rows", value="none in its first part", expected=_NOWHERE)])
    at, seen = found.most_common(1)[0]
    if at == "dataValues" and all(f'"{key}"' in text for key in _OF_DHIS2):
        return _sniffed({"format": Said("dhis2", "certain", "its values have the keys of a data value set")}, read)
    others = f"; others stand under {', '.join(other for other in found if other != at)}" if len(found) > 1 else ""
    records: dict[str, Any] = {"at": at} if at else {}
    if beside := _beside({"format": "json", "records": records}, read):
        records["beside"] = beside
    told = f"{seen} records are seen under {at or 'no key'}{others}"
    more = {"records": Said(records, "likely" if others else "certain", told)} if records else {}
    return _sniffed({"format": Said("json", "certain", "an array of records"), **more}, read)


def _beside(decoding: Decoding, read: Read) -> list[str]:
    """Give the keys beside the records, which the reader refuses as long as nobody names them."""
    try:
        read(decoding)
    except Refused as refused:
        return [str(f.value) for f in refused.findings if f.rule == "unexpected-key"]
    return []


def _of_resources(form: str, files: Sequence[Path], read: Read) -> Sniffed:
    """Take the resource that is there most often, without persons and places, for the row; the others stand beside."""
    kinds = Counter(kind for file in files for kind in _kinds(file) if kind != "Bundle")
    rows = max(kinds, key=lambda kind: (kind not in _OF_PERSONS, kinds[kind], kind), default="")
    if not rows:
        raise Refused([Finding("no-rows", expected="resources")])
    fhir: dict[str, Any] = {"rows": rows}
    if joined := sorted(kind for kind in kinds if kind != rows):
        fhir["joined"] = joined
    if systems := _systems(_columns({"format": form, "fhir": fhir}, read)):
        fhir["systems"] = systems
    told = ", ".join(f"{kind}: {n}" for kind, n in kinds.most_common())
    more = {"fhir": Said(fhir, "likely" if len(set(kinds) - _OF_PERSONS) > 1 else "certain", told)}
    return _sniffed({"format": Said(form, "certain", "resources of FHIR"), **more}, read)


def _kinds(file: Path) -> Iterator[str]:
    with file.open("rb") as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            end = 0
            for match in _KIND.finditer(text):
                yield match[1].decode()
                end = match.end()
            rest = text[max(end, len(text) - 200) :]


def _systems(columns: tuple[str, ...]) -> dict[str, str]:
    """Call each code system by the last name in its address, so that the names of columns are short."""
    found = dict[str, str]()
    for address in dict.fromkeys(a for column in columns for a in _SYSTEM.findall(column)):
        parts = [part for part in re.split(r"[^A-Za-z0-9]+", address) if part not in {"", "org", "com", "int", "net"}]
        called = "".join(parts[-1:]).lower()
        called = f"id{called}" if called.isdigit() else called
        found[called if called not in found else f"{called}{len(found)}"] = address
    return found


def _sniffed(decode: dict[str, Said], read: Read) -> Sniffed:
    return Sniffed(decode, _columns({key: said.value for key, said in decode.items()}, read))


def _columns(decoding: Decoding, read: Read) -> tuple[str, ...]:
    """Give the columns that the reader meets: as none is declared, it names each of them as unexpected."""
    try:
        read(decoding)
    except Refused as refused:
        found = [f.column for f in refused.findings if f.rule == "unexpected-column" and f.column]
        if len(found) < len(refused.findings):
            raise
        return tuple(dict.fromkeys(found))
    return ()


def _first_line(text: str) -> dict[str, Any] | None:
    """Give the first line where it is a whole object, and not the whole of a document."""
    lines = [line for line in text.split("\n", 3)[:3] if line.strip()]
    try:
        found = json.loads(lines[0])
    except (ValueError, RecursionError):
        return None
    alone = len(lines) == 1 and (_arrays(text) or _BUNDLE.search(text))
    return found if isinstance(found, dict) and not alone else None


def _arrays(text: str) -> Counter[str]:
    """Count the objects in each array to which keys alone lead."""
    found, stack, said = Counter[str](), list[list[str]](), ""
    for match in _TOKEN.finditer(text):
        mark = match[0]
        if mark in "{[":
            if mark == "{" and stack and stack[-1][0] == "[" and all(opened == "{" for opened, _ in stack[:-1]):
                found[".".join(key for _, key in stack[:-1])] += 1
            stack.append([mark, ""])
            if len(stack) > _DEPTH:
                break
        elif mark in "}]":
            del stack[-1:]
        elif mark == ":" and stack:
            stack[-1][1] = said
        elif mark.startswith('"'):
            said = mark[1:-1]
    return found
