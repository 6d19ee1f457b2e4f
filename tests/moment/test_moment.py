"""What is meant by a moment: UTC unless a zone is said, and a day alone means its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import QueryError
from pipelines.moment import moment

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant", "read_as"),
    [
        ("2021-03-01T00:00Z", datetime(2021, 3, 1, tzinfo=UTC), "2021-03-01 00:00 UTC"),
        ("2021-03-01T05:00+05:00", datetime(2021, 3, 1, tzinfo=UTC), "2021-03-01 00:00 UTC"),
        ("2021-03-01 05:30:15+0500", datetime(2021, 3, 1, 0, 30, 15, tzinfo=UTC), "2021-03-01 00:30:15 UTC"),
        (
            "2021-03-01T12:00",
            datetime(2021, 3, 1, 12, tzinfo=UTC),
            "2021-03-01 12:00 UTC (no zone is said, so it is UTC)",
        ),
        ("2021-03-01", datetime(2021, 3, 1, 23, 59, 59, 999999, tzinfo=UTC), "the end of 2021-03-01 in UTC"),
    ],
)
def test_a_moment_is_in_utc_and_says_how_it_was_read(text: str, meant: datetime, read_as: str) -> None:
    assert (moment(text, NOW).at, moment(text, NOW).read_as) == (meant, read_as)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2021", "2021-03", "20210301", "2021-W09", "2021-03-01T12", "01.03.2021", "2021-02-30"]
)
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(QueryError, match=r"is no moment; write one as 2021-03-01 \(the end of that day in UTC\)"):
        moment(text, NOW)


@pytest.mark.parametrize("text", ["2026-11-23T12:30:01Z", "2026-11-23T12:31", "2026-11-23", "2030-01-01"])
def test_a_moment_that_has_not_come_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="has not come yet: it is 2026-11-23 12:30 UTC"):
        moment(text, NOW)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2026, 11, 22)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001  drawn
def test_a_zone_never_changes_the_instant(at: datetime, minutes: int) -> None:
    there = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=minutes)))
    assert moment(there.isoformat(), NOW).at == at.replace(tzinfo=UTC)
