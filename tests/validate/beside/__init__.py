"""For every rule that looks beyond the file: what is published, what comes then, and which of it breaks the rule."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.validate.beside.case import Beside

_NAMES = sorted(f.stem for f in Path(__file__).parent.glob("*.py") if f.stem not in {"__init__", "case"})
EVERY: tuple[Beside, ...] = tuple(case for name in _NAMES for case in import_module(f"{__name__}.{name}").CASES)
