"""YAML read with the C loader, every value with the line where it stands, so that an error can point at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.errors import Contradiction, DeclarationError

T = TypeVar("T", bound=BaseModel)
Wrong = tuple[str, tuple[str | int, ...]]
"""What is wrong, and the path to where the document says it."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A parsed YAML file and the tree of its nodes, kept for their line numbers; `base` is what it extends."""

    file: Path
    value: dict[str, Any]
    node: yaml.Node | None
    base: Document | None = None

    def line(self, path: Sequence[str | int]) -> int:
        """Give the line, counted from 1, of the deepest node on the path."""
        return self._found(path)[1]

    def contradiction(self, what: str, *path: str | int) -> Contradiction:
        """Say what is wrong at a place of this document, or of the one that it extends where only that says it."""
        depth, line = self._found(path)
        if self.base and self.base._found(path)[0] > depth:  # noqa: SLF001  a document too
            return self.base.contradiction(what, *path)
        return Contradiction(self.file, line, what)

    def _found(self, path: Sequence[str | int]) -> tuple[int, int]:
        """How far the path leads in this document, and to which line."""
        node, line = self.node, 1
        for depth, step in enumerate(path):
            found = _child(node, step)
            if found is None:
                return depth, line
            line, node = found
        return len(path), line


def read_yaml(file: Path) -> Document:
    """Read one YAML mapping; a file that has not changed since is not parsed again, and nobody may change its value.

    Raises DeclarationError with the line for a syntax error or a key that stands twice.
    """
    try:
        told = file.stat()
    except OSError as error:
        raise DeclarationError([_unreadable(file, error)]) from error
    return _parsed(file, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=512)
def _parsed(file: Path, _changed_ns: int, _size_bytes: int) -> Document:
    text = _text(file)
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


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeclarationError([Contradiction(file, line, "is not UTF-8: save it anew as UTF-8")]) from error
    except OSError as error:
        raise DeclarationError([_unreadable(file, error)]) from error


def _unreadable(file: Path, error: OSError) -> Contradiction:
    return Contradiction(file, 0, f"cannot be read: {error.strerror}")


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
