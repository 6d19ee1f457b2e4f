"""YAML read with the C loader, every value with the line where it stands, so that an error can point at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.errors import Contradiction, DeclarationError

T = TypeVar("T", bound=BaseModel)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A parsed YAML file and the tree of its nodes, kept for their line numbers."""

    file: Path
    value: dict[str, Any]
    node: yaml.Node | None

    def line(self, path: Sequence[str | int]) -> int:
        """Give the line, counted from 1, of the deepest node on the path."""
        node, line = self.node, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def contradiction(self, what: str, *path: str | int) -> Contradiction:
        """Say what is wrong at a place of this document."""
        return Contradiction(self.file, self.line(path), what)


def read_yaml(file: Path) -> Document:
    """Read one YAML mapping. Raises DeclarationError with the line for a syntax error or a key that stands twice."""
    text = file.read_text(encoding="utf-8")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = loader.construct_document(node) if node else None  # the same text, parsed once
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DeclarationError([Contradiction(file, mark.line + 1 if mark else 0, f"is not YAML: {error}")]) from error
    if not isinstance(value, dict):
        raise DeclarationError([Contradiction(file, 1, "must be a mapping of keys to values")])
    if doubled := _doubled_keys(node):
        raise DeclarationError([Contradiction(file, line, f"key '{key}' stands twice") for key, line in doubled])
    return Document(file, value, node)


def typed(model: type[T], document: Document, value: Any = None, at: Sequence[str | int] = ()) -> T:
    """Check a document, or a part of it, against its model. Raises DeclarationError with every line that is wrong."""
    try:
        return model.model_validate(document.value if value is None else value)
    except ValidationError as error:
        raise DeclarationError([_explained(document, e, at) for e in error.errors()]) from error


def _explained(document: Document, error: Any, at: Sequence[str | int]) -> Contradiction:
    path = (*at, *error["loc"])
    shown = ".".join(str(p) for p in error["loc"] if not str(p).startswith(("dict[", "tuple[", "literal[")))
    return document.contradiction(f"{shown}: {error['msg']}", *path)


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None


def _doubled_keys(node: yaml.Node | None) -> list[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        return [found for item in node.value for found in _doubled_keys(item)]
    if not isinstance(node, yaml.MappingNode):
        return []
    seen: set[str] = set()
    found: list[tuple[str, int]] = []
    for key, value in node.value:
        if str(key.value) in seen:
            found.append((str(key.value), key.start_mark.line + 1))
        seen.add(str(key.value))
        found += _doubled_keys(value)
    return found
