"""A record of nested keys becomes cells, each named by the path that leads to it; every text as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from pipelines.artefacts import Finding
from pipelines.documents.strict import Value
from pipelines.errors import Refused

Name = Callable[[int, Value], str]
MOST_DEPTH = 32
_PLAIN = re.compile(r"[^.\[\]\"]+")


def numbered(at: int, _: Value) -> str:
    """Name an element of an array by its place, counted from 0."""
    return str(at)


def flatten(value: Value, path: str, name: Name = numbered, depth: int = 0) -> Iterator[tuple[str, str | None]]:
    """Give each path with its text; None for null, for an empty object and an empty array."""
    if isinstance(value, str):
        yield path, value
    elif value is None or not (value or value is False):
        yield path, None
    elif depth > MOST_DEPTH:
        raise Refused([Finding("nested-too-deep", value=path[:80], expected=f"{MOST_DEPTH} levels at most")])
    elif isinstance(value, dict):
        for key, inner in value.items():
            said = key if _PLAIN.fullmatch(key) else json.dumps(key, ensure_ascii=False)
            yield from flatten(inner, f"{path}.{said}" if path else said, name, depth + 1)
    elif isinstance(value, list):
        seen: dict[str, int] = {}
        for at, inner in enumerate(value):
            said = name(at, inner)
            seen[said] = seen.get(said, 0) + 1
            again = f":{seen[said]}" if seen[said] > 1 else ""
            yield from flatten(inner, f"{path}[{said}{again}]", name, depth + 1)
    else:
        yield path, "true" if value else "false"
