"""Dates and numbers as a sender writes them: what reads a cell, the other way round."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from pipelines.declarations.dates import date_form
from pipelines.declarations.decoding import THOUSANDS, Decode
from pipelines.declarations.model import Language
from pipelines.declarations.units import READ_DIGITS, Conversion, converted
from pipelines.errors import SalamatError


def written_date(day: date, read: str, zone: str | None, language: Language) -> str:
    """Write a day in the form in which the source declares it. An instant is the noon of that day."""
    if read == "instant":
        noon = datetime.combine(day, time(12), ZoneInfo(zone or "UTC"))
        return noon.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
    week_year, week, _ = day.isocalendar()
    digits = {"Y": f"{day.year:04}", "m": f"{day.month:02}", "d": f"{day.day:02}", "y": f"{day.year % 100:02}"}
    return _filled(read, language, day.month, {**digits, "G": f"{week_year:04}", "V": f"{week:02}"})


def last_day(first: date, period_type: str) -> date:
    """Give the day by which a source names a period that names its last one."""
    if period_type == "M":
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = {"D": 0, "W": 6}.get(period_type)
    if days is None:
        raise SalamatError(f"names: last-day is written for one constant period_type, and this is {period_type}")
    return first + timedelta(days=days)


def impossible_date(year: int, read: str, language: Language) -> str:
    """Write a day that no calendar has: the 31st of February, or week 54."""
    digits = {"Y": f"{year:04}", "m": "02", "d": "31", "y": f"{year % 100:02}"}
    return _filled(read, language, 2, {**digits, "G": f"{year:04}", "V": "54"})


def written_number(value: float, decode: Decode, read: str | None) -> str:
    """Write a number in full, with the marks that the source declares, inside the form of its column."""
    if read in {"range-low", "range-high"}:
        raise SalamatError(f"the simulation writes no {read}; teach it to, in pipelines/simulate/written.py")
    whole, _, fraction = format(abs(Decimal(repr(value))), ",f").removesuffix(".0").partition(".")
    digits = whole.replace(",", THOUSANDS[decode.thousands]) + (decode.decimal + fraction if fraction else "")
    return (read or "#").replace("#", ("-" if value < 0 else "") + digits)


def in_unit(value: float, how: Conversion) -> float:
    """Give a number in the sender's unit, as short as it can be, that is read back as this one in ours."""
    there = Fraction(repr(value)) * Fraction(how.divide) / Fraction(how.multiply) - Fraction(how.add)
    for digits in range(READ_DIGITS + 1):
        shown = Decimal(round(there * 10**digits)).scaleb(-digits)
        if converted(shown, how) == value:
            return float(shown)
    raise SalamatError(f"no number in {how.unit} is read as {value} {how.into}")


def _filled(read: str, language: Language, month: int, parts: dict[str, str]) -> str:
    form = date_form(read)
    if form is None:
        raise SalamatError(f"'{read}' is not a form of dates")
    words = language.months if "MMMM" in read else language.months_short
    month_said = words[month - 1] if form.month_words else parts["m"]
    known = {**parts, "m": month_said, "H": "12", "M": "00", "S": "00", "%": "%"}
    pattern = form.format.removesuffix("-%u") if form.iso_week else form.format
    return re.sub("%(.)", lambda directive: known[directive[1]], pattern)
