"""How a number of a workbook is written: in full, as the day or the share that its format shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from pipelines.workbook.cells import NotANumber, number_text, unescaped
from pipelines.workbook.job import Form
from pipelines.workbook.shown import Shown, shown

ISO, DOTS = Form(), Form(day="%d.%m.%Y")


def text(raw: str, kind: Shown = "number", form: Form = ISO, decimal: str = ".", *, since_1904: bool = False) -> str:
    return number_text(raw, kind, form, decimal, since_1904=since_1904)


NUMBERS = [
    ("1234", "1234"), ("1234.0", "1234"), ("1.2E+5", "120000"), ("1.2345E-3", "0.0012345"), ("0.1", "0.1"),
    ("1.1000000000000001", "1.1"), ("0.30000000000000004", "0.30000000000000004"), ("-5", "-5"), ("-0.5", "-0.5"),
    ("12345678901234567890", "12345678901234567890"), ("1E+22", "1" + "0" * 22), (".5", "0.5"), ("100", "100"),
    ("9007199254740993", "9007199254740993"), ("0", "0"), ("1E-7", "0.0000001"),
    ("123456789.12345679", "123456789.12345679"),
    ("123456789.1234567891", "123456789.1234567891"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "full"), NUMBERS)
def test_a_number_is_written_in_full(raw: str, full: str) -> None:
    assert text(raw) == full
    assert text(raw, decimal=",") == full.replace(".", ",")


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(5e-324)
@example(1.7976931348623157e308)
def test_no_digit_of_a_number_is_lost(number: float) -> None:
    for raw in (repr(number), f"{number:.17g}", f"{number:.16E}"):
        written = text(raw)
        assert "e" not in written.lower()
        assert float(written) == number
        assert not (number.is_integer() and "." in written)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**11), max_value=10**11, places=4))
def test_a_share_of_a_hundred_is_written_as_it_is_shown(share: Decimal) -> None:
    assert Decimal(text(format(share, "f"), "percent").removesuffix("%")) == share * 100
    assert text("0.455", "percent", Form(number="%#"), ",") == "%45,5"


@pytest.mark.parametrize(
    "raw", ["", "x", "1e999", "-1e999", "nan", "inf", "0x10", "1_000", "٣", "1,5", " 5", "1e99999"]
)
def test_what_is_no_number_is_told(raw: str) -> None:
    with pytest.raises(NotANumber):
        text(raw)


DAYS = st.dates(date(1900, 1, 1), date(9999, 12, 31))


def serial(day: date, epoch: datetime) -> str:
    return f"{to_excel(day, epoch):.0f}"  # type: ignore[no-untyped-call]


@given(DAYS)
@example(date(1900, 1, 1))
@example(date(1900, 2, 28))
@example(date(1900, 3, 1))
def test_a_day_is_the_one_that_was_written_in_either_epoch(day: date) -> None:
    assert text(serial(day, CALENDAR_WINDOWS_1900), "day") == f"{day:%Y-%m-%d}"
    if day.year >= 1904:
        assert text(serial(day, CALENDAR_MAC_1904), "day", DOTS, since_1904=True) == f"{day:%d.%m.%Y}"


@given(st.datetimes(datetime(1900, 3, 1), datetime(2200, 1, 1)))  # noqa: DTZ001  a workbook knows no zones
def test_a_moment_is_kept_to_the_millisecond(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    days = (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001  the same
    expected = f"{moment:%Y-%m-%d}" if moment == datetime(*moment.timetuple()[:3]) else moment.isoformat()  # noqa: DTZ001  the same
    assert text(repr(days), "day") == expected


ODD_DAYS = [
    ("60", ISO, False, "60"),  # 29 February 1900, which was none
    ("0", ISO, False, "0"),
    ("0", ISO, True, "1904-01-01"),
    ("-1", ISO, False, "-1"),
    ("2958466", ISO, False, "2958466"),  # behind the last day
    ("2958465", ISO, True, "2958465"),
    ("44025", Form(day=""), False, "44025"),  # a moment needs a zone, and no day has one
    ("44025.5", DOTS, False, "2020-07-13T12:00:00"),  # the form has no hours: nothing is cut off
    ("44025.5", Form(day="%d.%m.%Y %H:%M"), False, "13.07.2020 12:00"),
    ("7307", Form(day="%d.%m.%y"), False, "1920-01-02"),  # `20` would be read as 2020
    ("44025", Form(day="%d.%m.%y"), False, "13.07.20"),
    ("44025", Form(serial=True), False, "2020-07-13"),
]


@pytest.mark.parametrize(("raw", "form", "since_1904", "written"), ODD_DAYS)
def test_what_a_form_cannot_say_is_never_cut_to_fit(raw: str, form: Form, since_1904: bool, written: str) -> None:  # noqa: FBT001  a parameter of the test
    assert text(raw, "day", form, since_1904=since_1904) == written


def test_a_plain_number_is_a_day_where_that_is_declared_and_only_there() -> None:
    assert text("44025", "number", Form(serial=True)) == "2020-07-13"
    assert text("44025", "number", DOTS) == "44025"


def test_a_time_of_the_day_is_written_as_one() -> None:
    assert text("0.5", "time") == "12:00:00"
    assert text("44025.5", "time") == "2020-07-13T12:00:00"


FORMATS: dict[Shown, tuple[str, ...]] = {
    "day": ("yyyy-mm-dd", "dd/mm/yy;@", "[$-419]d mmmm yyyy;@", "mmm-yy", "m/d/yy h:mm", "mmmm"),
    "time": ("h:mm:ss", "mm:ss.0"),
    "percent": ("0.00%", "0%;[Red]-0%"),
    "number": (
        *("General", "@", "0.00", "#,##0.00_);[Red](#,##0.00)", '0" days"', r"0\d", "0.00E+00", "[Red]0", "[h]:mm:ss"),
        '_-* #,##0\\ "₽"_-',
    ),
}


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in FORMATS.items() for code in codes])
def test_a_format_says_what_a_number_is(code: str, kind: Shown) -> None:
    assert shown("164", code) == kind


def test_the_formats_that_every_program_knows_say_what_a_number_is() -> None:
    kinds = {n: shown(str(n), None) for n in (0, 1, 9, 14, 17, 18, 21, 22, 45, 46, 47, 49, 9999)}
    assert [n for n, kind in kinds.items() if kind == "day"] == [14, 17, 22]
    assert [n for n, kind in kinds.items() if kind == "time"] == [18, 21, 45, 47]
    assert [n for n, kind in kinds.items() if kind == "percent"] == [9]


ESCAPES = [
    ("a_x000D_\nb", "a\nb"),
    ("_x005F_x000D_", "_x000D_"),
    ("_xD83D_", "_xD83D_"),
    ("a\r\nb\rc", "a\nb\nc"),
    ("x_", "x_"),
]


@pytest.mark.parametrize(("written", "meant"), ESCAPES)
def test_letters_that_xml_cannot_hold_are_written_out(written: str, meant: str) -> None:
    assert unescaped(written) == meant
