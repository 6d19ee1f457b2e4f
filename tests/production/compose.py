"""What docker-compose.yml and the Dockerfile say, read as Docker reads them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\})")


def composed(given: Mapping[str, str]) -> dict[str, Any]:
    """Give docker-compose.yml with its variables filled in. Raises LookupError for one that must be set and is not."""
    return _filled(yaml.safe_load(COMPOSE), given)  # type: ignore[no-any-return]  # YAML's top level is a mapping


def as_written() -> dict[str, Any]:
    """Give docker-compose.yml with its variables as they stand."""
    return yaml.safe_load(COMPOSE)  # type: ignore[no-any-return]  # YAML's top level is a mapping


def variables(env: str) -> dict[str, str]:
    """Give the variables of an .env file."""
    return dict(line.split("=", 1) for line in env.splitlines() if line and not line.startswith("#"))


def example() -> dict[str, str]:
    """Give the variables of .env.example."""
    return variables(EXAMPLE)


def instructions() -> Iterator[tuple[str, list[str]]]:
    """Give the Dockerfile's instructions with their words, in order."""
    joined = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    for line in joined.splitlines():
        if line:
            word, _, rest = line.partition(" ")
            yield word, shlex.split(rest)


def copies() -> Iterator[tuple[Path, str]]:
    """Give each path of the checkout that the Dockerfile copies, with its absolute place in the image, or ''."""
    for word, words in instructions():
        if word == "COPY" and not words[0].startswith("--from"):
            *sources, target = words
            for source in sources:
                place = f"{target}{Path(source).name}" if target.endswith("/") else target
                yield ROOT / source, place if place.startswith("/") else ""


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, known) for inner in value]
    return VARIABLE.sub(lambda found: _one(found, known), value) if isinstance(value, str) else value


def _one(found: re.Match[str], known: Mapping[str, str]) -> str:
    if found["dollar"]:
        return "$"
    given = known.get(found["name"], "")
    if found["kind"] == "?" and not given:
        raise LookupError(f"{found['name']}: {found['rest']}")
    return given or (found["rest"] if found["kind"] == "-" else "")
