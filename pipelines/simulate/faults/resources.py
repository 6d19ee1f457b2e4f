"""Faults of FHIR: bundles that are not whole, and resources that are lost, doubled, or lead to others than they may."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.declarations.decoding import Decode, Fhir
from pipelines.simulate.faults.injected import FileFault

Resource = dict[str, Any]
Resources = list[Resource]
Spoil = Callable[[bytes, Decode], bytes]

_NEXT = {"link": [{"relation": "next", "url": "http://salamat.invalid/fhir?page=2"}]}


def resource_faults(decode: Decode, fhir: Fhir) -> Iterator[FileFault]:
    """Give every fault that resources of FHIR can have, beside those of any JSON."""
    if decode.format == "fhir-bundle":
        yield FileFault("page-of-several", ("incomplete-bundle",), bytes_=_bundled(_NEXT))
        yield FileFault("bundle-of-another-type", ("unfit-bundle",), bytes_=_bundled({"type": "history"}))
    changes: dict[tuple[str, str], Callable[[Resources], Resources]] = {
        ("resource-of-another-type", "unknown-resource"): _with({"resourceType": "Medication", "id": "m"}),
        ("resource-twice", "duplicate-resource"): lambda every: [*every, every[-1]],
        ("resource-lost", "dangling-reference"): lambda every: every[:-1],
        ("resource-of-no-row", "resources-unused"): lambda every: [*every, {**every[-1], "id": "of-no-row"}],
        ("meaning-changed", "modifier-extension"): _of_the_first({"implicitRules": "http://x"}),
    }
    if fhir.joined:
        changes["row-that-leads-to-two", "ambiguous-reference"] = _leading_to_two
    if fhir.left_out:
        left_out = _with({"resourceType": fhir.left_out[0], "id": "left-out"})
        changes["resource-that-is-not-taken-over", "resources-beside"] = left_out
    yield from (FileFault(fault, (rule,), bytes_=_resources(change)) for (fault, rule), change in changes.items())


def _with(another: Resource) -> Callable[[Resources], Resources]:
    return lambda every: [*every, another]


def _of_the_first(said: Resource) -> Callable[[Resources], Resources]:
    return lambda every: [{**every[0], **said}, *every[1:]]


def _leading_to_two(every: Resources) -> Resources:
    """Let the first row refer to the last resource too, such as to a second patient who took the sample."""
    last = every[-1]
    return _of_the_first({"performer": [{"reference": f"{last['resourceType']}/{last['id']}"}]})(every)


def _bundled(said: Resource) -> Spoil:
    return lambda content, _: json.dumps({**json.loads(content), **said}, ensure_ascii=False).encode()


def _resources(change: Callable[[Resources], Resources]) -> Spoil:
    def changed(content: bytes, decode: Decode) -> bytes:
        if decode.format == "fhir-ndjson":
            every = change([json.loads(line) for line in content.splitlines()])
            return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in every).encode()
        bundle = json.loads(content)
        entries = [{"resource": one} for one in change([entry["resource"] for entry in bundle["entry"]])]
        address = {e["resource"]["id"]: e["fullUrl"] for e in bundle["entry"]}
        told = [{"fullUrl": address.get(e["resource"]["id"], "urn:uuid:1"), **e} for e in entries]
        return json.dumps({**bundle, "entry": told}, ensure_ascii=False).encode()

    return changed
