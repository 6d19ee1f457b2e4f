"""How a number format shows a number: as a day, as a time of the day, as a share of a hundred, or as it is."""

from __future__ import annotations

import re
from typing import Literal

Shown = Literal["number", "day", "time", "percent"]

# The formats that have a number and no code in the file. ECMA-376, part 1, 18.8.30; from 27 on those of East Asia.
_KNOWN: dict[Shown, set[int]] = {
    "day": {*range(14, 18), 22, *range(27, 37), *range(50, 59)},
    "time": {*range(18, 22), 45, 47},
    "percent": {9, 10},
}
_SILENT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # words, single letters, gaps, colours and conditions
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def shown(identity: str, code: str | None) -> Shown:
    """Say what a format shows. Hours, minutes or seconds that were counted together ([h]:mm) are a number."""
    if code is None:
        number = int(identity) if identity.isascii() and identity.isdigit() else 0
        return next((kind for kind, numbers in _KNOWN.items() if number in numbers), "number")
    if _ELAPSED.search(code):
        return "number"
    spoken = _SILENT.sub("", code).lower().replace("general", "")
    if "%" in spoken:
        return "percent"
    if any(letter in spoken for letter in "yd") or ("m" in spoken and not any(letter in spoken for letter in "hs")):
        return "day"
    return "time" if any(letter in spoken for letter in "hms") else "number"
