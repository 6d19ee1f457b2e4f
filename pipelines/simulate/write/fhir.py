"""FHIR R4: a resource for each row, and behind them those that it refers to, each once. Elements are never null.

The resources of the rows come first, so the row of the sheet is the row of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pipelines.declarations.decoding import Decode, Fhir
from pipelines.errors import SalamatError
from pipelines.simulate.lay_out import Row, Sheet
from pipelines.simulate.write.nested import Record, nested, said

# By which element a resource refers to another, where it is not the usual one.
_REFERS_BY = {"Patient": "subject", "Encounter": "encounter", "Specimen": "specimen", "Location": "location"}
_OF_THEIR_OWN = {("Immunization", "Patient"): "patient"}
_BOUND = re.compile(r"(?P<sign>[<>]=?) ?(?P<number>(0|[1-9][0-9]*)(\.[0-9]+)?)")


def as_bundle(sheet: Sheet, decode: Decode) -> bytes:
    """Give a bundle of type collection."""
    entries = [{"fullUrl": _address(one), "resource": one} for one in _resources(sheet, decode)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return f"{json.dumps(bundle, ensure_ascii=False, indent=1)}\n".encode()


def as_bulk(sheet: Sheet, decode: Decode) -> bytes:
    """Give a resource in each line."""
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in _resources(sheet, decode)).encode()


def by_type(bulk: bytes) -> dict[str, bytes]:
    """Part a bulk export into its types, that of the rows first."""
    parts = dict[str, list[bytes]]()
    for line in bulk.splitlines(keepends=True):
        parts.setdefault(json.loads(line)["resourceType"], []).append(line)
    return {kind: b"".join(lines) for kind, lines in parts.items()}


def _address(resource: Record) -> str:
    return f"http://salamat.invalid/fhir/{resource['resourceType']}/{resource['id']}"


def _resources(sheet: Sheet, decode: Decode) -> Iterator[Record]:
    fhir = decode.fhir or Fhir(rows="Observation")
    beside: dict[str, Record] = {}
    for number, row in enumerate(sheet.rows, start=1):
        told = {kind: _content(row, sheet.columns, kind, fhir) for kind in (*fhir.joined, fhir.rows)}
        resource = {"resourceType": fhir.rows, "id": f"{fhir.rows.lower()}-{number}", **told.pop(fhir.rows)}
        for kind, content in told.items():
            if content:
                resource |= {_element(fhir.rows, kind): {"reference": _kept(kind, content, number, beside)}}
        yield resource
    yield from beside.values()


def _content(row: Row, columns: tuple[str, ...], kind: str, fhir: Fhir) -> Record:
    """Give what a row says of one kind of resource."""
    own = [column for column in columns if column.startswith(f"{kind}.")]
    cells = [(column.removeprefix(f"{kind}."), said(row.cells.get(column))) for column in own]
    return nested((told for path, value in cells if value is not None for told in _quantity(path, value)), fhir.systems)


def _quantity(path: str, value: str | float) -> Iterator[tuple[str, str | float]]:
    """Give a number that is a bound as its comparator and the number: in a Quantity `<0.5` is no value."""
    bound = _BOUND.fullmatch(str(value)) if path.endswith("Quantity.value") else None
    if bound is not None:
        yield f"{path.removesuffix('value')}comparator", bound["sign"]
    yield path, value if bound is None else json.loads(bound["number"])


def _kept(kind: str, content: Record, row: int, beside: dict[str, Record]) -> str:
    """Give the reference to a resource. Rows that say the same of it, its identifier too, refer to the same one."""
    same = f"{kind} {json.dumps(content, sort_keys=True) if 'identifier' in content else row}"
    known = beside.setdefault(same, {"resourceType": kind, "id": f"{kind.lower()}-{len(beside) + 1}", **content})
    return f"{kind}/{known['id']}"


def _element(rows: str, kind: str) -> str:
    found = _OF_THEIR_OWN.get((rows, kind), _REFERS_BY.get(kind))
    if found is None:
        told = f"the simulation does not know by what a {rows} refers to a {kind}"
        raise SalamatError(f"{told}; teach it to, in {__name__}")
    return found
