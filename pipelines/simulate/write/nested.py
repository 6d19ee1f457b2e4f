"""Cells become a nested record: the path that names a column is the way to its value. It is `flatten`, backwards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.simulate.lay_out import Cell

Record = dict[str, Any]

_STEP = re.compile(r'\[(?P<named>[^\]]*)\]|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^.\[\]"]+)')
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def nested(cells: Iterable[tuple[str, Any]], systems: Mapping[str, str] | None = None) -> Record:
    """Give one record of all cells. An element of a list is named by place, system, extension or code."""
    record: Record = {}
    for path, value in cells:
        _set(record, list(_STEP.finditer(path)), value, systems or {})
    return record


def said(cell: Cell | None) -> str | int | float | None:
    """Give what a cell says as JSON has it: a number as a number, unless it is spoiled; null where it says nothing."""
    if cell is None or not cell.text:
        return None
    if isinstance(cell.value, int | float) and _NUMBER.fullmatch(cell.text):
        return float(cell.text) if "." in cell.text else int(cell.text)
    return cell.text


def _set(record: Record, steps: list[re.Match[str]], value: Any, systems: Mapping[str, str]) -> None:
    here: Any = record
    for at, step in enumerate(steps):
        rest = steps[at + 1 :]
        inner: Any = value if not rest else [] if rest[0]["named"] is not None else {}
        here = _down(here, step, inner, systems)


def _down(here: Any, step: re.Match[str], inner: Any, systems: Mapping[str, str]) -> Any:
    """Go to what stands behind a step, and make it first where it is not there yet."""
    if step["named"] is None:
        key = json.loads(f'"{step["quoted"]}"') if step["quoted"] is not None else step["plain"]
        return here.setdefault(key, inner)
    if step["named"].isdigit():
        here.extend({} for _ in range(int(step["named"]) - len(here)))
        if len(here) == int(step["named"]):
            here.append(inner)
        return here[int(step["named"])]
    short, _, code = step["named"].partition("|")
    address = systems.get(short, short)
    said = {"code": {"coding": [{"system": address, "code": code}]}} if code else {_kind_of(step): address}
    found = next((one for one in here if said.items() <= one.items()), None)
    if found is None:
        found = inner
        here.append(found)
        found.update(said)
    return found


def _kind_of(step: re.Match[str]) -> str:
    """Say by what a list tells its elements apart: extensions by their url, codes and identifiers by their system."""
    return "url" if step.string[: step.start()].lower().endswith("extension") else "system"
