"""Who has become late is told once, who has come after all is told once, and one mistake spoils no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.artefacts import PLAIN, Delivery, Envelope
from pipelines.declarations import Senders, read_senders
from pipelines.declarations.arrives import Arrives
from pipelines.declarations.source import Source
from pipelines.errors import DeclarationError
from pipelines.ledger import Ledger
from pipelines.overdue import overdue
from pipelines.remind import Change, remind
from pipelines.settings import Settings

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # due at nine, late from noon on


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Settings.from_environment({"SALAMAT_HOME": str(tmp_path)}))


def rhythm(cron: str = "0 9 * * 1", zone: str = "UTC", late_after: str = "3h") -> Arrives:
    return Arrives(matching="x", cron=cron, timezone=zone, late_after=late_after)


def senders(arrives: Arrives | None = None, *, name: str = "kz/weekly") -> Senders:
    source: Source = next(iter(read_senders().sound.values()))
    return Senders({name: source.model_copy(update={"source": name, "arrives": arrives or rhythm()})}, {})


def came(ledger: Ledger, at: datetime, name: str = "kz/weekly", envelope: Envelope = PLAIN) -> None:
    ledger.receive(Delivery(f"{at:%Y%m%dT%H%M%S}-{name}", name, "f", Path("f"), "0" * 64, 1, at, envelope))


def test_what_has_not_come_when_its_grace_is_over_is_late_once(ledger: Ledger) -> None:
    came(ledger, MONDAY - DAY)
    assert remind(senders(), ledger, MONDAY + timedelta(hours=2)) == ()
    (change,) = remind(senders(), ledger, MONDAY + timedelta(hours=4))
    assert change == Change("kz/weekly", MONDAY, is_late=True)
    assert str(change) == "kz/weekly is late: its delivery was due on 2026-11-23 09:00Z"
    assert remind(senders(), ledger, MONDAY + DAY) == ()


def test_a_zero_report_has_come_as_any_other_report(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    came(ledger, MONDAY + DAY, envelope=Envelope("zero_report", ((MONDAY - 7 * DAY).date(), (MONDAY - DAY).date())))
    assert remind(senders(), ledger, MONDAY + 2 * DAY) == (Change("kz/weekly", MONDAY, is_late=False),)


def test_what_has_come_after_all_is_told_once(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    came(ledger, MONDAY + DAY)
    (change,) = remind(senders(), ledger, MONDAY + 2 * DAY)
    assert change == Change("kz/weekly", MONDAY, is_late=False)
    assert "is late no longer" in str(change)
    assert remind(senders(), ledger, MONDAY + 2 * DAY) == ()


def test_what_is_missed_twice_keeps_the_first_date(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    assert remind(senders(), ledger, MONDAY + 8 * DAY) == ()
    assert ledger.late() == {"kz/weekly": MONDAY}


def test_what_came_late_and_is_late_again_is_told_as_both(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    came(ledger, MONDAY + 2 * DAY)  # and nobody looked before the next one was missed
    changes = remind(senders(), ledger, MONDAY + 8 * DAY)
    assert [(c.due, c.is_late) for c in changes] == [(MONDAY, False), (MONDAY + 7 * DAY, True)]
    assert remind(senders(), ledger, MONDAY + 8 * DAY) == ()


def test_what_never_came_is_late_at_once(ledger: Ledger) -> None:
    assert [c.is_late for c in remind(senders(), ledger, MONDAY + DAY)] == [True]


def test_a_source_without_a_rhythm_is_never_late(ledger: Ledger) -> None:
    assert remind(senders(Arrives(matching="x")), ledger, MONDAY) == ()


def test_a_source_that_is_no_longer_declared_is_awaited_no_longer(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    assert [c.is_late for c in remind(Senders({}, {}), ledger, MONDAY + DAY)] == [False]
    assert remind(Senders({}, {}), ledger, MONDAY + DAY) == ()


def test_a_source_that_is_declared_again_is_told_once_again(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    remind(Senders({}, {}), ledger, MONDAY + DAY)
    assert [c.is_late for c in remind(senders(), ledger, MONDAY + DAY)] == [True]
    assert remind(senders(), ledger, MONDAY + DAY) == ()
    assert ledger.late() == {"kz/weekly": MONDAY}


def test_a_source_whose_declaration_is_broken_stays_as_it_was(ledger: Ledger) -> None:
    remind(senders(), ledger, MONDAY + DAY)
    broken = Senders({}, {"kz/weekly": DeclarationError([]), "kz/other": DeclarationError([])})
    assert remind(broken, ledger, MONDAY + DAY) == ()
    assert ledger.late() == {"kz/weekly": MONDAY}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-29T12:00", "2026-03-29T07:00"),  # the clock went forward in the night: nine is seven in UTC
        ("2026-03-28T12:00", "2026-03-28T08:00"),
        ("2026-10-25T12:00", "2026-10-25T08:00"),  # and back again
        ("2026-10-24T12:00", "2026-10-24T07:00"),
    ],
)
def test_nine_is_nine_at_the_senders_in_summer_and_in_winter(now: str, due: str) -> None:
    daily = rhythm("0 9 * * *", "Europe/Budapest", "1h")
    found = overdue(daily, None, datetime.fromisoformat(f"{now}+00:00"))
    assert found == datetime.fromisoformat(f"{due}+00:00")


moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis adds it
ZONES = st.sampled_from(["Europe/Budapest", "Asia/Almaty", "Europe/Istanbul", "Asia/Tashkent", "UTC"])


@given(moments, ZONES, st.sampled_from(["30 2 * * *", "0 3 * * *", "0 9 * * 1", "0 0 1 * *"]))
def test_what_is_due_has_passed_and_is_answered_by_a_delivery_at_that_moment(
    now: datetime, zone: str, cron: str
) -> None:
    arrives = rhythm(cron, zone)
    due = overdue(arrives, None, now)
    assert due is not None
    assert now - timedelta(days=32) < due <= now - arrives.grace
    assert overdue(arrives, due, now) is None
    assert overdue(arrives, due - timedelta(seconds=1), now) == due
