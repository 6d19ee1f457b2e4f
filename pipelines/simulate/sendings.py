"""When a sender sends, and of which days: the moments of its `cron` in the window, and how far back a file goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.declarations import Declarations
from pipelines.declarations.source import Source
from pipelines.simulate.window import Window

_DAYS_BACK = 28  # a file of figures repeats the last weeks, so that what came late and what was wrong is mended
_LONGER = {"M": 92, "Y": 731}  # or the last months, or years


@dataclass(frozen=True)
class Sending:
    """A moment at which a sender sends: what it knows by the end of the day `as_of`, of the days since `since`."""

    on: date
    as_of: date
    since: date


def sendings(source: Source, declared: Declarations, window: Window) -> tuple[Sending, ...]:
    """Give the moments at which a source sends something of the window; the last one lies just behind it.

    A line list is sent whole every time, with everything that is known by then of everybody; and so are figures in
    which a column means another thing from some day on. Other figures go four weeks back,
    or three months where they are of months.
    """
    days = _due(source, window)
    return tuple(Sending(day, day - timedelta(days=1), _since(source, declared, window, day)) for day in days)


def _due(source: Source, window: Window) -> list[date]:
    """Give the days in the window, behind its first week, and one behind its end, on which the source is due."""
    from croniter import croniter  # noqa: PLC0415  heavy

    end = window.last + timedelta(days=1)
    if source.arrives.cron is None:
        return [end]
    zone = ZoneInfo(source.arrives.timezone)
    begin = datetime.combine(window.first + timedelta(days=7), datetime.min.time(), zone)
    moments, due = croniter(source.arrives.cron, begin - timedelta(seconds=1)), list[date]()
    while (day := moments.get_next(datetime).astimezone(zone).date()) < end:
        due += [day] if day not in due[-1:] else []
    return [*due, end]


def _since(source: Source, declared: Declarations, window: Window, day: date) -> date:
    columns = source.unpivot.columns if source.unpivot else ()
    meanings = [m for several in columns.values() for m in several] if isinstance(columns, dict) else []
    whole = declared.tables[source.table].fact == "row" or any(m.from_ or m.until for m in meanings)
    return window.first if whole else max(window.first, day - timedelta(days=_days_back(source)))


def _days_back(source: Source) -> int:
    mapped = source.map["period_type"].codes.values() if "period_type" in source.map else ()
    return max(_LONGER.get(str(kind), _DAYS_BACK) for kind in (source.constants.get("period_type"), *mapped))


def sent_at(sending: Sending) -> datetime:
    """Give a moment at which the file arrives: noon of its day, in UTC."""
    return datetime.combine(sending.on, datetime.min.time(), UTC) + timedelta(hours=12)
