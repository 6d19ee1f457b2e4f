"""Columns of a workbook in which some days are days and others are texts.

The path writes real days in the form that the column's `read` names. So one form reads both, if one form reads the
texts; where several do, no real day may decide between them, as it would be written in whichever is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipelines.declarations.dates import date_form
from pipelines.draft.drafted import Column, Form
from pipelines.draft.measure import date_forms, date_sql

if TYPE_CHECKING:
    import duckdb

    from pipelines.declarations.source import Source

_WRITTEN = "yyyy-MM-dd"  # of real days, as long as no form is declared


def forms_of_texts(columns: Iterable[Column], con: duckdb.DuckDBPyConnection, shell: Source) -> dict[str, list[Form]]:
    """Give for each column of days and texts the forms that read the texts, one of each that sees other days."""
    found = {}
    for column in (c for c in columns if c.dates):
        texts = [cell for cell, _ in column.common if not _is_day(cell)]
        if 0 < len(texts) < len(column.common) and (forms := _apart(date_forms(texts, con, shell), con, shell)):
            found[column.name] = forms
    return found


def as_questions(columns: Sequence[Column], forms: dict[str, list[Form]]) -> list[Column]:
    """Give the columns, those of texts that are read in several ways without the form of their real days."""
    return [replace(c, dates=tuple(of)) if len(of := forms.get(c.name, [])) > 1 else c for c in columns]


def _apart(forms: Sequence[Form], con: duckdb.DuckDBPyConnection, shell: Source) -> list[Form]:
    """Keep the forms that read most, the first of those that see the same days; `cells` are the texts."""
    kept = list[Form]()
    for form in (f for f in forms if f.cells == forms[0].cells and _is_written(f.read)):
        differs = (f"({date_sql('cell', one.read, shell)}) <> ({date_sql('cell', form.read, shell)})" for one in kept)
        if all(con.execute(f"SELECT count(*) FROM cells WHERE {sql}").fetchone() != (0,) for sql in differs):
            kept.append(form)
    return kept


def _is_written(read: str) -> bool:
    form = date_form(read)
    return form is not None and not form.month_words and not form.iso_week


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False
