"""overdue: who is late, and since when, by each source's own declared rhythm."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter

from pipelines.declarations.arrives import Arrives

__all__ = ["overdue"]


def overdue(arrives: Arrives, last_received: datetime | None, now: datetime) -> datetime | None:
    """Give the moment (UTC) at which a delivery was due that has not come, its grace over; None if nothing is late.

    The newest due moment counts whose grace has passed: a delivery received at or after it answers it.
    """
    if arrives.cron is None:
        return None
    zone = ZoneInfo(arrives.timezone)
    due = croniter(arrives.cron, (now - arrives.grace).astimezone(zone)).get_prev(datetime).astimezone(now.tzinfo)
    return due if last_received is None or last_received < due else None
