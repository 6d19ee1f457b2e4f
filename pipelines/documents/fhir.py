"""FHIR R4: one type of resource is the row; what it refers to stands beside it, under the name of its own type.

Resources that are referred to are kept in a small database on the disk, so that memory does not grow with the file.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pipelines.artefacts import Finding
from pipelines.documents.flatten import flatten
from pipelines.documents.job import Job
from pipelines.documents.read import Array, lines
from pipelines.documents.strict import Value
from pipelines.documents.table import Table, is_within
from pipelines.errors import Refused

_BUNDLES = ("collection", "searchset", "transaction", "batch")
_ENTRY = {"fullUrl", "resource", "search", "request", "link"}
_MODIFIERS = ("modifierExtension", "implicitRules")
_UNCHANGED = "nothing that changes the meaning of the rest"
_SHOWN = 1000
_NAMED_BY = re.compile(r"\]\.(?:system|url)$")
_CODED_BY = re.compile(r"\[([^\]|]+)\|([^\]]+)\]\.code\.coding\[\1\]\.code$")

Cell = tuple[str, str | None]


class _Resource(NamedTuple):
    """A resource, where it stands, and the address under which others may refer to it."""

    row: int
    kind: str
    identity: str
    content: dict[str, Value]
    address: str = ""


def write_resources(table: Table, job: Job) -> list[Finding]:
    """Write a row for each resource of the declared type. Raises Refused with all that cannot be resolved."""
    kept_in = Path(job.target).with_suffix(".resources")
    kept_in.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(kept_in)) as kept:
            return _Resources(table, job, kept).write()
    finally:
        kept_in.unlink(missing_ok=True)


class _Resources:
    """Two readings: the resources that may be referred to are kept, then each row takes those that it refers to."""

    def __init__(self, table: Table, job: Job, kept: sqlite3.Connection) -> None:
        self.table, self.job, self.kept = table, job, kept
        self.found: list[Finding] = []
        self.kinds: Counter[str] = Counter()
        kept.execute("PRAGMA journal_mode = OFF")
        kept.execute("PRAGMA synchronous = OFF")
        kept.execute("CREATE TABLE resource (name TEXT PRIMARY KEY, address TEXT, cells TEXT, refers TEXT, used INT)")

    def write(self) -> list[Finding]:
        for resource in _resources(self.job):
            self._keep(resource)
        self.table.records = self.kinds.total()
        self.kept.execute("CREATE INDEX by_address ON resource (address)")
        self._stop()
        for resource in _resources(self.job):
            if resource.kind == self.job.rows:
                self.table.put(resource.row, self._joined(resource))
        self._stop()
        return list(self._notes())

    def _keep(self, resource: _Resource) -> None:
        kind = resource.kind
        self.kinds[kind] += 1
        if kind not in {self.job.rows, *self.job.joined, *self.job.left_out}:
            expected = ", ".join((self.job.rows, *self.job.joined, *self.job.left_out))
            self._tell(Finding("unknown-resource", resource.row, value=kind, expected=expected))
        if kind not in self.job.joined:
            return
        cells = self._cells(resource)
        self._modifiers(resource, cells)
        taken = self.table.taken(resource.row, _plain(cells, kind, self.job))
        refers = [*_references(cells)]
        name = f"{kind}/{resource.identity}" if resource.identity else resource.address
        row = (name, resource.address, json.dumps(taken), json.dumps(refers), 0)
        try:
            self.kept.execute("INSERT INTO resource VALUES (?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            self._tell(Finding("duplicate-resource", resource.row, value=name, expected="each resource once"))

    def _joined(self, resource: _Resource) -> Iterator[Cell]:
        """Give the cells of a row, and of all that it leads to."""
        cells = self._cells(resource)
        self._modifiers(resource, cells)
        yield from _plain(cells, resource.kind, self.job)
        taken, asked, names = set[str](), [*_references(cells)], dict[str, str]()
        while asked:
            path, reference = asked.pop()
            found = self._followed(path, reference, resource.row)
            if found is None or found[0] in taken:
                continue
            name, told, refers = found
            kind = name.partition("/")[0]
            if names.setdefault(kind, name) != name:
                value = f"{names[kind]}, {name}"
                self._tell(Finding("ambiguous-reference", resource.row, path, value=value, expected=f"one {kind}"))
            taken.add(name)
            asked += [(str(p), str(r)) for p, r in json.loads(refers)]
            yield from ((c, t) for c, t in zip(self.table.columns, json.loads(told), strict=True) if t is not None)

    def _cells(self, resource: _Resource) -> list[Cell]:
        """Flatten it. A comparator changes what its number says: it stands before it, unless it is a column itself."""
        cells = [*flatten(resource.content, resource.kind, self._name)]
        own = (path for path, _ in cells if path not in self.job.columns)
        bounds = {path.removesuffix("comparator") + "value": path for path in own if path.endswith(".comparator")}
        if not bounds:
            return cells
        said = dict(cells)
        told = {value: f"{said[path]}{said[value]}" for value, path in bounds.items() if said.get(value)}
        gone = {bounds[value] for value in told}
        return [(path, told.get(path, text)) for path, text in cells if path not in gone]

    def _followed(self, path: str, reference: str, row: int) -> tuple[str, str, str] | None:
        """Find what a reference leads to; None where it leads to what is not taken over."""
        kind, identity = _named(reference)
        if kind in self.job.left_out or (kind == self.job.rows and kind not in self.job.joined):
            return None
        found: tuple[str, str, str] | None = self.kept.execute(
            "SELECT name, cells, refers FROM resource WHERE name = ? OR address = ?", (f"{kind}/{identity}", reference)
        ).fetchone()
        if found:
            self.kept.execute("UPDATE resource SET used = 1 WHERE name = ?", (found[0],))
        elif kind in self.job.joined or not is_within(path, self.job.ignored):
            told = "a resource that is in the delivery"
            self._tell(Finding("dangling-reference", row, path, value=reference[:80], expected=told))
        return found

    def _name(self, at: int, element: Value) -> str:
        """Name an element of a list by its code system or extension, a component by its code; else by its place."""
        if isinstance(element, dict):
            said = element.get("system") or element.get("url")
            if isinstance(said, str):
                return self.job.systems.get(said, said)
            for system, code in _codings(element.get("code")):
                if system in self.job.systems:
                    return f"{self.job.systems[system]}|{code}"
        return str(at)

    def _modifiers(self, resource: _Resource, cells: list[Cell]) -> None:
        for path, _ in cells:
            if any(f".{modifier}" in path for modifier in _MODIFIERS):
                self._tell(Finding("modifier-extension", resource.row, path, value=path, expected=_UNCHANGED))
                return

    def _notes(self) -> Iterator[Finding]:
        beside = {kind: n for kind, n in self.kinds.items() if kind != self.job.rows}
        if beside:
            value = ", ".join(f"{kind}: {n}" for kind, n in sorted(beside.items()))
            yield Finding("resources-beside", value=value, facts=sum(beside.values()))
        (unused,) = self.kept.execute("SELECT count(*) FROM resource WHERE used = 0").fetchone()
        if unused:
            yield Finding("resources-unused", value=str(unused), facts=unused)

    def _tell(self, finding: Finding) -> None:
        self.found.append(finding)
        if len(self.found) >= _SHOWN:
            raise Refused(self.found)

    def _stop(self) -> None:
        if self.found:
            raise Refused(self.found)


def _plain(cells: list[Cell], kind: str, job: Job) -> Iterator[Cell]:
    """Give the cells without those that only lead to others: the type, references that are followed, names.

    What is declared as a column is one.
    """
    for path, text in cells:
        followed = path.endswith(".reference") and _named(text or "")[0] in {*job.joined, ""}
        by_code = _CODED_BY.search(path)
        named = (_NAMED_BY.search(path) and text in job.systems) or (by_code and by_code[2] == text)
        if path in job.columns or not (followed or named or path == f"{kind}.resourceType"):
            yield path, text


def _codings(concept: Value) -> Iterator[tuple[str, str]]:
    """Give the codes of a concept, each with its system."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict):
            system, code = coding.get("system"), coding.get("code")
            if isinstance(system, str) and isinstance(code, str):
                yield system, code


def _references(cells: list[Cell]) -> Iterator[tuple[str, str]]:
    yield from ((path, text) for path, text in cells if text and path.endswith(".reference"))


def _named(reference: str) -> tuple[str, str]:
    """Give the type and the id that a reference names; no type where it is an address of another form."""
    parts = reference.partition("/_history/")[0].split("/")
    known = len(parts) > 1 and parts[-2].isalpha() and parts[-2][:1].isupper()
    return (parts[-2], parts[-1]) if known else ("", "")


def _resources(job: Job) -> Iterator[_Resource]:
    if job.form == "fhir-bundle":
        yield from _of_bundle(job)
        return
    rows_in: set[str] = set()
    for document in job.documents:
        for row, content in lines(document, job.most_record, job.most_bytes):
            resource = _resource(row, content)
            rows_in |= {document} if resource.kind == job.rows else set()
            if len(rows_in) > 1:
                raise Refused([Finding("several-row-files", row, value=job.rows, expected="its rows in one file")])
            yield resource


def _of_bundle(job: Job) -> Iterator[_Resource]:
    entries = Array(job.documents[0], ("entry",), job.most_record, job.most_bytes)
    for row, entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
            raise _unfit("an entry without a resource", row)
        request, address = entry.get("request"), entry.get("fullUrl")
        if isinstance(request, dict) and request.get("method") not in {"POST", "PUT"}:
            raise _unfit(f"an entry that asks for {request.get('method')}", row)
        if other := sorted(entry.keys() - _ENTRY):
            raise _unfit(f"an entry with {', '.join(other)}", row)
        yield _resource(row, entry["resource"], address if isinstance(address, str) else "")
    _check_bundle(entries.envelope)


def _resource(row: int, content: Value, address: str = "") -> _Resource:
    kind = content.get("resourceType") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(kind, str):
        raise _unfit("something that is no resource", row)
    identity = content.get("id")
    return _Resource(row, kind, identity if isinstance(identity, str) else "", content, address)


def _check_bundle(envelope: dict[str, Value]) -> None:
    kind = envelope.get("resourceType")
    if kind != "Bundle":
        raise _unfit(f"a {kind}" if kind else "a document without a resourceType")
    if envelope.get("type") not in _BUNDLES:
        raise _unfit(f"a bundle of type {envelope.get('type')}")
    links = envelope.get("link")
    relations = [one.get("relation") for one in links if isinstance(one, dict)] if isinstance(links, list) else []
    if "next" in relations:
        raise Refused([Finding("incomplete-bundle", value="a link to its next page", expected="all pages in one")])
    if any(f"{modifier}" in envelope for modifier in _MODIFIERS):
        raise Refused([Finding("modifier-extension", value="Bundle", expected=_UNCHANGED)])


def _unfit(what: str, row: int | None = None) -> Refused:
    return Refused([Finding("unfit-bundle", row, value=what, expected="a collection of resources (FHIR R4)")])
