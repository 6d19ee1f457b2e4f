"""Faults of whole documents: JSON as a careless program writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from pipelines.declarations.decoding import Decode
from pipelines.simulate.faults.injected import FileFault
from pipelines.simulate.faults.resources import resource_faults

_DEEP = 100
_INDENT = {"json": 1, "ndjson": None}  # as the simulation writes them: what has no such key stays as it is
_TOLD = re.compile(r'("(?:[^"\\]|\\.)*": )("(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|null)(?=[,}\s])')  # a key and its value


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
    if decode.format in {"json", "ndjson"}:
        yield FileFault("keys-of-nothing-left-out", ("missing-key",), bytes_=_without_nulls)
    if decode.fhir:
        yield from resource_faults(decode, decode.fhir)


def _last(said: Callable[[str, str], str]) -> Callable[[bytes, Decode], bytes]:
    """Say the last key and value of the document in another way."""

    def changed(content: bytes, _: Decode) -> bytes:
        text = content.decode()
        *__, last = _TOLD.finditer(text)
        return f"{text[: last.start()]}{said(last[1], last[2])}{text[last.end() :]}".encode()

    return changed


def _with_another_key(content: bytes, _: Decode) -> bytes:
    return content.replace(b"{", b'{"qqzzx": 1, ', 1)


def _without_nulls(content: bytes, decode: Decode) -> bytes:
    """Leave out every key that says nothing, as some programs do."""
    documents = content.decode().splitlines() if decode.format == "ndjson" else [content.decode()]
    told = (json.loads(one, object_pairs_hook=_said) for one in documents)
    return "".join(f"{json.dumps(one, ensure_ascii=False, indent=_INDENT[decode.format])}\n" for one in told).encode()


def _said(keys: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in keys if value is not None}
