"""Written forms of dates (Unicode CLDR letters) as what DuckDB and Python need to read them strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

SERIAL = "serial"
_TOKEN = re.compile(r"'[^']*'|yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|H|mm|ss|ww|w|[A-Za-z]+|[^A-Za-z]")
_MEANING = {
    "yyyy": (r"\d{4}", "%Y"),
    "yy": (r"\d{2}", "%y"),
    "MM": (r"\d{2}", "%m"),
    "M": (r"\d{1,2}", "%m"),
    "dd": (r"\d{2}", "%d"),
    "d": (r"\d{1,2}", "%d"),
    "HH": (r"\d{2}", "%H"),
    "H": (r"\d{1,2}", "%H"),
    "mm": (r"\d{2}", "%M"),
    "ss": (r"\d{2}", "%S"),
    "ww": (r"\d{2}", "%V"),
    "w": (r"\d{1,2}", "%V"),
    "MMMM": (r"\p{L}+\.?", "%m"),
    "MMM": (r"\p{L}+\.?", "%m"),
}


@dataclass(frozen=True)
class DateForm:
    """A written form: the pattern that the whole cell must match, the format to parse it, whether months are words."""

    pattern: str
    format: str
    month_words: bool
    iso_week: bool


@cache
def date_form(read: str) -> DateForm | None:
    """Understand a form such as `dd.MM.yyyy`; None if it is not one. A quoted part stands for itself.

    A month without a day is its first day, a week its Monday.
    """
    if read == SERIAL:
        read = "yyyy-MM-dd"  # decode has made a day of it, for only the workbook knows from which day it counts
    pattern, form = "", ""
    for token in _TOKEN.findall(read):
        quoted = token.startswith("'")
        if not quoted and token[0].isalpha() and token not in _MEANING:
            return None
        text = token.strip("'") if quoted else token
        meaning = None if quoted else _MEANING.get(token)
        pattern += meaning[0] if meaning else re.escape(text)
        form += meaning[1] if meaning else text.replace("%", "%%")
    week = "%V" in form
    if "%" not in form or not (week or {"%m", "%Y"} <= _parts(form) or {"%m", "%d"} <= _parts(form)):
        return None
    return DateForm(pattern, form.replace("%Y", "%G") + "-%u" if week else form, "\\p{L}" in pattern, week)


def _parts(form: str) -> set[str]:
    return set(re.findall("%.", form))


def reads_as_date(text: str, read: str) -> bool:
    """Whether a column's name is a date in this form. A month's name is looked up later, in the source's languages."""
    form = date_form(read)
    if form is None or not re.fullmatch(form.pattern.replace(r"\p{L}", r"[^\W\d_]"), text):
        return False
    if form.month_words:
        text = re.sub(r"[^\W\d_]+\.?", "01", text, count=1)
    try:
        datetime.strptime(text + ("-1" if form.iso_week else ""), form.format)  # noqa: DTZ007  a day has no zone
    except ValueError:
        return False
    return True
