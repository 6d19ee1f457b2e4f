"""A date is read in its declared form and in no other; what has another form is a problem, never a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .conftest import CONSTANTS, MAP, Run, values

DATES = [
    ("dd.MM.yyyy", "14.07.2020", date(2020, 7, 14)),
    ("dd.MM.yyyy", "31.06.2020", "not-a-date"),
    ("dd.MM.yyyy", "14.07.20", "not-a-date"),
    ("dd.MM.yyyy", "44026", "not-a-date"),
    ("dd.MM.yyyy", "2020-07-14", "not-a-date"),
    ("d.M.yyyy", "4.7.2020", date(2020, 7, 4)),
    ("M/d/yy", "7/4/20", date(2020, 7, 4)),
    ("M/d/yyyy H:mm", "7/4/2020 9:05", date(2020, 7, 4)),
    ("M/d/yyyy H:mm", "7/4/2020 24:05", "not-a-date"),
    ("yyyy. MM. dd.", "2020. 07. 14.", date(2020, 7, 14)),
    ("d MMMM yyyy", "14 шілде 2020", date(2020, 7, 14)),
    ("d MMMM yyyy", "1 Қараша 2020", date(2020, 11, 1)),
    ("d MMMM yyyy", "14 июля 2020", date(2020, 7, 14)),
    ("d MMMM yyyy", "14 juillet 2020", "not-a-date"),
    ("yyyy-'W'ww", "2020-W53", date(2020, 12, 28)),
    ("yyyy-'W'ww", "2021-W53", "not-a-date"),
    ("yyyy'W'w", "2021W5", date(2021, 2, 1)),
    ("yyyy'W'w", "2020W53", date(2020, 12, 28)),
    ("yyyy'W'w", "2021W53", "not-a-date"),
    ("yyyyMM", "202102", date(2021, 2, 1)),
    ("yyyyMM", "202113", "not-a-date"),
    ("yyyyMM", "20210201", "not-a-date"),
    ("yyyyMMdd", "20210204", date(2021, 2, 4)),
    ("yyyy-MM-dd HH:mm:ss", "2020-07-14 23:59:59", date(2020, 7, 14)),
]


@pytest.mark.parametrize(("form", "written", "meant"), DATES, ids=[f"{f} {w}" for f, w, _ in DATES])
def test_a_date_is_read_in_its_declared_form_and_in_no_other(run: Run, form: str, written: str, meant: Any) -> None:
    read = form.replace("'", "''")
    found = run(CONSTANTS + MAP.replace("read: yyyy-MM-dd", f"read: '{read}'"), f"d,r,v\n{written},Астана,1\n")
    assert values(found, "period_start") == [(meant, None) if isinstance(meant, date) else (None, meant)]


def test_an_instant_becomes_a_day_in_the_declared_zone(run: Run) -> None:
    reading = MAP.replace("read: yyyy-MM-dd", "read: instant, zone: Asia/Almaty")
    found = run(CONSTANTS + reading, "d,r,v\n2020-06-30T17:59:59Z,Астана,1\n2020-06-30T18:00:00Z,Астана,2\n")
    assert [day for day, _ in values(found, "period_start")] == [date(2020, 6, 30), date(2020, 7, 1)]
