"""Words in cells that are known by their figures: `18-24 years` is the code whose name has the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.draft.known import Known

_FIGURES = re.compile(r"\d+")


def by_figures(cells: Iterable[str], field: str, known: Known) -> dict[str, str]:
    """Read `18-24 years` as the code whose name has the same figures, where one has and no other."""
    entry = known.declared.fields[field]
    if not entry.codes:
        return {}
    by_figures: dict[tuple[str, ...], list[str]] = {}
    for code in known.declared.codes[entry.codes].codes:
        figures = tuple(_FIGURES.findall(code.labels.get("en", code.code)))
        by_figures.setdefault(figures, []).append(code.code)
    found = {}
    for cell in cells:
        figures = tuple(_FIGURES.findall(cell))
        same = by_figures.get(figures, [])
        if figures and not cell.isdigit() and len(same) == 1 and all(int(f) > 3 for f in figures[-1:]):  # noqa: PLR2004
            found[cell] = same[0]
    return found
