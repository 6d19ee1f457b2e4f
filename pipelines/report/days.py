"""Days as people read them: a day in words, a form of days by an example of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from pipelines.declarations.dates import SERIAL, date_form
from pipelines.declarations.model import Language

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EXAMPLE = datetime(2020, 12, 31, 14, 30)  # noqa: DTZ001  of a form; its day can be taken for no month


def days_in_words(text: str, in_words: Callable[[date], str]) -> str | None:
    """Write a day, or a period such as `2021-03-01/2021-03-07`; None where the text is neither."""
    days = text.split("/")
    if len(days) > 2 or not all(map(_DAY.fullmatch, days)):  # noqa: PLR2004  the first and the last
        return None
    try:
        return " – ".join(in_words(date.fromisoformat(day)) for day in days)
    except ValueError:  # such as 2020-02-30
        return None


def example_of(read: str, language: Language) -> str | None:
    """Write a day in a form: `31.12.2020` for dd.MM.yyyy; None where the text is no form of letters."""
    form = date_form(read) if read != SERIAL else None
    if form is None:
        return None
    months = language.months if "MMMM" in read else language.months_short
    shown = form.format.removesuffix("-%u") if form.iso_week else form.format
    return _EXAMPLE.strftime(shown.replace("%m", months[-1]) if form.month_words and months else shown)
