"""moment: what somebody means by `--as-of`: UTC unless a zone is said, and a day alone means its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.errors import QueryError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ZONE = re.compile(r"(Z|[+-]\d\d(:?\d\d)?)$")
_FORMS = "2021-03-01 (the end of that day in UTC), 2021-03-01T12:00 (UTC), 2021-03-01T12:00Z or 2021-03-01T12:00+05:00"
_SHORTEST = len("2021-03-01T12:00")


@dataclass(frozen=True)
class Moment:
    """An instant in UTC, and how it was read; what is recorded at this very instant counts."""

    at: datetime
    read_as: str


def moment(text: str, now: datetime) -> Moment:
    """Read the moment that somebody asks about. Raises QueryError where it is none, or has not come yet."""
    read = _read(text.strip())
    if read.at > now:
        raise QueryError(f"{read.read_as} has not come yet: it is {_told(now)}; without --as-of the newest is given")
    return read


def _read(text: str) -> Moment:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        given = None
    if given is None or not (_DAY.match(text) and (_DAY.fullmatch(text) or len(text) >= _SHORTEST)):
        raise QueryError(f"'{text}' is no moment; write one as {_FORMS}")
    if _DAY.fullmatch(text):
        end = given.replace(tzinfo=UTC) + timedelta(days=1, microseconds=-1)
        return Moment(end, f"the end of {text} in UTC")
    if _ZONE.search(text):
        return Moment(given.astimezone(UTC), _told(given))
    return Moment(given.replace(tzinfo=UTC), f"{_told(given)} (no zone is said, so it is UTC)")


def _told(at: datetime) -> str:
    """Such as 2021-03-01 00:00 UTC, with seconds where there are any."""
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return (
        f"{utc.replace(tzinfo=None).isoformat(' ', 'minutes' if not (utc.second or utc.microsecond) else 'auto')} UTC"
    )
