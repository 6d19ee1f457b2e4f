"""For every rule of expectations/ that needs only the file: rows that break it, in a module named as its table."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.validate.breaking.case import Case, Row


def _modules() -> dict[str, ModuleType]:
    names = sorted(f.stem for f in Path(__file__).parent.glob("*.py"))
    return {name: import_module(f"{__name__}.{name}") for name in names if name not in {"__init__", "case"}}


_OF_TABLE = _modules()
EVERY: tuple[Case, ...] = tuple(case for module in _OF_TABLE.values() for case in module.CASES)
KEYED: dict[str, Row] = {table: module.KEYED for table, module in _OF_TABLE.items()}
