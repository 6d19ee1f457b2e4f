"""Facts that are drawn one by one, as columns; and the words of the sender's language for texts that nobody counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipelines.simulate.asked import Asked

Told = Mapping[str, str | int | float | date | None]


def in_columns(rows: Iterable[Told]) -> dict[str, list[str | int | float | date | None]]:
    """Turn facts into columns; what one of them does not say is absent there."""
    told = list(rows)
    fields = dict.fromkeys(f for row in told for f in row)
    return {f: [row.get(f) for row in told] for f in fields}


def label(asked: Asked, codes: str, code: str, language: str | None = None) -> str:
    """Give what a code is called in the source's first language, or in another; in English where it has no label."""
    labels = next(c.labels for c in asked.declared.codes[codes].codes if c.code == code)
    return labels.get(language or asked.source.language[0], labels.get("en", code))


def until(day: date, asked: Asked) -> date | None:
    """Give a day that has come, and None for one that nobody knows yet."""
    return day if day <= asked.as_of else None
