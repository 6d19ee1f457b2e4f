"""What may be declared about the coming of a source: who brings it, from where it is fetched, when it is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from pipelines.declarations.model import Declared


class Arrives(Declared):
    """How and when the extract comes."""

    by: Literal["upload", "pull"] = Field(
        "upload",
        description="upload: the sender brings it. pull: it is fetched when `cron` says. Example: `by: pull`",
    )
    over: Literal["https", "http", "sftp"] | None = Field(
        None, description="how it is fetched, for `by: pull`. Example: `over: sftp`"
    )
    connection: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9_]*$",
        description="the name of its address and secrets, which the operator keeps. Example: `connection: ministry`",
    )
    path: str | None = Field(
        None,
        description="where it lies on that host. Over sftp the file's name may have * and ?; all that it takes is "
        "brought. Example: `path: /out/covid_*.csv`",
    )
    give_up_after: str = Field(
        "10m",
        pattern=r"^[1-9]\d*[smh]$",
        description="a file that is not whole so long after it was asked for is given up until the next time. "
        "Example: `give_up_after: 30m`",
    )
    matching: str = Field(description='the file\'s name, with * and ?. Example: `matching: "covid_*.csv"`')
    cron: str | None = Field(
        None, description='when it is due, and with `by: pull` when it is fetched. Example: `cron: "0 12 * * 1"`'
    )
    timezone: str = Field("UTC", description="the zone that cron is meant in. Example: `timezone: Asia/Almaty`")
    late_after: str = Field(
        "24h", pattern=r"^\d+[hd]$", description="it is late so long after. Example: `late_after: 36h`"
    )

    @field_validator("cron")
    @classmethod
    def _has_moments(cls, value: str | None) -> str | None:
        if value is not None and (error := _no_rhythm(value)):
            raise ValueError(f"'{value}' is no rhythm: {error}; say minute, hour, day, month, day of week")
        return value

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone '{value}'; name one such as Europe/London") from error
        return value

    @property
    def grace(self) -> timedelta:
        """How long after it is due the extract is late."""
        amount = int(self.late_after[:-1])
        return timedelta(hours=amount) if self.late_after.endswith("h") else timedelta(days=amount)

    @property
    def patience(self) -> timedelta:
        """How long a file that is pulled may take."""
        unit = {"s": "seconds", "m": "minutes", "h": "hours"}[self.give_up_after[-1]]
        return timedelta(**{unit: int(self.give_up_after[:-1])})

    @property
    def last_part(self) -> str:
        """The end of `path`: the name of the file that is pulled, or over sftp the pattern of such names."""
        path = self.path or ""
        return path.rpartition("/")[2] if self.over == "sftp" else unquote(path.partition("?")[0].rpartition("/")[2])


@lru_cache(maxsize=256)
def _no_rhythm(cron: str) -> str | None:
    """Say what is wrong with a rhythm; many sources have the same."""
    from croniter import CroniterError, croniter  # noqa: PLC0415  not every source has a rhythm

    try:
        croniter(cron, datetime(2024, 1, 1, tzinfo=UTC)).get_prev()
    except (CroniterError, ValueError) as error:
        return str(error)
    return None
