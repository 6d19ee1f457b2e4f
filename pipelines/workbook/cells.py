"""One cell becomes text: numbers in full, days in the form of their column, texts as they stand."""

from __future__ import annotations

import math
import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from pipelines.workbook.job import Form
from pipelines.workbook.shown import Shown

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DOUBLE = 17  # digits that a spreadsheet program writes at most
_ENDLESS = {math.inf, -math.inf}
_DAY = 86_400_000  # milliseconds
_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook knows no zones
_FALSE_LEAP_DAY = 60  # 29 February 1900, which was none: the days before it count from one day later
_DAYS_TO_1904 = 1462
_LAST = 2_958_465  # 31 December 9999


class NotANumber(ValueError):
    """A cell says that it is a number, and is not."""


def number_text(raw: str, shown: Shown, form: Form, decimal: str, *, since_1904: bool) -> str:
    """Write a number as its column is read: a day, a time, a share of a hundred, or its digits."""
    if not _NUMBER.fullmatch(raw) or (number := float(raw)) in _ENDLESS:
        raise NotANumber(raw)
    if shown == "number" and not form.serial:
        return in_full(raw, number, decimal)
    if shown == "percent":
        return _percent(raw, form, decimal)
    if shown == "time" and 0 <= number < 1:
        return _clock(number)
    moment = _moment(number, since_1904=since_1904) if form.day else None
    return day_text(moment, form) if moment else in_full(raw, number, decimal)


@lru_cache(maxsize=1 << 15)
def day_text(moment: datetime, form: Form) -> str:
    """Write a day in its column's form, or as ISO 8601 where the form cannot say all of it: hours, another century."""
    written = moment.strftime(form.day)
    try:
        whole = datetime.strptime(written, form.day) == moment  # noqa: DTZ007  a workbook knows no zones
    except ValueError:
        whole = False
    if whole:
        return written
    return moment.isoformat() if moment.time() != time.min else moment.date().isoformat()


def day_from_iso(raw: str, form: Form) -> str | None:
    """Write a day that the workbook has as text (ISO 8601) in its column's form; None where it is none."""
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return raw if moment.tzinfo or not form.day else day_text(moment, form)


def in_full(raw: str, number: float, decimal: str) -> str:
    """Write a number without an exponent, without a fraction of zero, and without losing a digit.

    A program writes 1.1 as 1.1000000000000001; the shortest number that is the same to it is what was typed.
    """
    if len(raw) <= _DOUBLE + 1 and "." in raw and "e" not in (text := repr(number)):
        return text.removesuffix(".0").replace(".", decimal)
    return _fraction(_shortest(raw), decimal)


def unescaped(text: str) -> str:
    """Write out the letters that XML cannot hold and a workbook writes as _x000D_; line ends are line feeds."""
    if "_x" in text:
        text = _ESCAPED.sub(_letter, text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _letter(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16))
    return match[0] if "\ud800" <= letter <= "\udfff" else letter


def _shortest(raw: str) -> Decimal:
    exact = Decimal(raw)
    whole = exact == exact.to_integral_value()
    return exact if whole or len(exact.as_tuple().digits) > _DOUBLE else Decimal(repr(float(raw)))


def _fraction(number: Decimal, decimal: str) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", decimal) if decimal != "." else text


def _percent(raw: str, form: Form, decimal: str) -> str:
    sign, digits, exponent = _shortest(raw).as_tuple()
    text = _fraction(Decimal((sign, digits, int(exponent) + 2)), decimal)
    return form.number.replace("#", text) if "%" in form.number else f"{text}%"


def _clock(number: float) -> str:
    return (_ZERO + timedelta(milliseconds=round(number * _DAY))).time().isoformat()


def _moment(number: float, *, since_1904: bool) -> datetime | None:
    """Give the moment that a number stands for; None for what is no day of the calendar."""
    day, rest = divmod(round(number * _DAY), _DAY)
    if since_1904:
        day += _DAYS_TO_1904
    elif day < _FALSE_LEAP_DAY:
        day += 1
    elif day == _FALSE_LEAP_DAY:
        return None
    possible = (0 if since_1904 else 1) <= number and day <= _LAST
    return _ZERO + timedelta(days=day, milliseconds=rest) if possible else None
