"""Faults of whole documents: JSON as a careless program writes it, and bundles of FHIR that are not whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.declarations.decoding import Decode
from pipelines.simulate.faults.injected import FileFault

Resources = list[dict[str, Any]]

_DEEP = 100
_TOLD = re.compile(r'("(?:[^"\\]|\\.)*": )("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|null)(?=[,}\s])')  # a key and its value
_NEXT = {"link": [{"relation": "next", "url": "http://salamat.invalid/fhir?page=2"}]}


def document_faults(decode: Decode) -> Iterator[FileFault]:
    """Give every fault that a document can have as a whole."""
    yield FileFault("web-page", ("not-json",), bytes_=lambda _, __: b"<!DOCTYPE html><html><body>502</body></html>")
    yield FileFault("broken-off", ("broken-json",), bytes_=lambda content, _: content.rstrip()[:-1])
    yield FileFault("key-twice", ("duplicate-key",), bytes_=_last(lambda key, value: f"{key}{value}, {key}{value}"))
    yield FileFault("number-that-is-none", ("no-json-number",), bytes_=_last(lambda key, _: f"{key}NaN"))
    deep = "[" * _DEEP + "]" * _DEEP
    yield FileFault("lists-without-end", ("nested-too-deep",), bytes_=_last(lambda key, _: f"{key}{deep}"))
    if decode.format == "dhis2" or (decode.records and decode.records.at):
        yield FileFault("key-beside-the-records", ("unexpected-key",), bytes_=_with_another_key)
    if decode.fhir:
        yield from _of_resources(decode)


def _last(said: Callable[[str, str], str]) -> Callable[[bytes, Decode], bytes]:
    """Say the last key and value of the document in another way."""

    def changed(content: bytes, _: Decode) -> bytes:
        text = content.decode()
        *__, last = _TOLD.finditer(text)
        return f"{text[: last.start()]}{said(last[1], last[2])}{text[last.end() :]}".encode()

    return changed


def _with_another_key(content: bytes, _: Decode) -> bytes:
    return content.replace(b"{", b'{"qqzzx": 1, ', 1)


def _of_resources(decode: Decode) -> Iterator[FileFault]:
    if decode.format == "fhir-bundle":
        yield FileFault("page-of-several", ("incomplete-bundle",), bytes_=_bundled(_NEXT))
        yield FileFault("bundle-of-another-type", ("unfit-bundle",), bytes_=_bundled({"type": "history"}))
    medication = {"resourceType": "Medication", "id": "m"}
    changes: dict[tuple[str, str], Callable[[Resources], Resources]] = {
        ("resource-of-another-type", "unknown-resource"): lambda every: [*every, medication],
        ("resource-twice", "duplicate-resource"): lambda every: [*every, every[-1]],
        ("resource-lost", "dangling-reference"): lambda every: every[:-1],
        ("resource-of-no-row", "resources-unused"): lambda every: [*every, {**every[-1], "id": "of-no-row"}],
        ("meaning-changed", "modifier-extension"): lambda every: [
            {**every[0], "implicitRules": "http://x"},
            *every[1:],
        ],
    }
    for (fault, rule), change in changes.items():
        yield FileFault(fault, (rule,), bytes_=_resources(change))


def _bundled(said: dict[str, Any]) -> Callable[[bytes, Decode], bytes]:
    return lambda content, _: json.dumps({**json.loads(content), **said}, ensure_ascii=False).encode()


def _resources(change: Callable[[Resources], Resources]) -> Callable[[bytes, Decode], bytes]:
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
