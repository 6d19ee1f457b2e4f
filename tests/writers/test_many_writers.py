"""Many writers on one PostgreSQL, which is killed under them: what they come to is what one writer alone comes to."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import flow, lake
from pipelines.declarations import Declarations
from pipelines.errors import LakeError
from pipelines.steps import Steps, utc_now
from tests.servers.postgres import Postgres
from tests.writers.conftest import Home, Rows, Sent, Writing, check_written, of_one_source, written_alone

if TYPE_CHECKING:
    from tests.writers.conftest import NewHome

STEPS = 4  # of a delivery: decode, harmonise, validate, publish


def handed(sent: Sequence[Sent], writers: int, times: int = 1) -> list[list[str]]:
    """Hand each delivery to so many writers, one after the other, as tasks are handed out."""
    hands: list[list[str]] = [[] for _ in range(writers)]
    for n, delivery in enumerate(each for each in sent for _ in range(times)):
        hands[n % writers].append(delivery.delivery_id)
    return hands


def mixed(sent: Sequence[Sent], writers: int) -> list[list[str]]:
    """Hand what one source sent to two writers each, and the rest to one."""
    shared, others = handed(sent[:3], writers, times=2), handed(sent[3:], writers)
    return [twice + once for twice, once in zip(shared, others[::-1], strict=True)]


def killed_under(writing: Writing, home: Home, server: Postgres, times: int, steps: int) -> None:
    """Kill the server so many times while so many steps are taken: as evenly as they go, each at a chance moment."""
    chance = random.Random(times)  # noqa: S311  repeatable
    for nth in range(1, times + 1):
        while home.steps_done() < steps * nth // (times + 1):
            assert writing.goes_on(), "the writers ended before their steps were done"
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.2))
        server.kill()
        time.sleep(chance.uniform(0, 0.5))
        server.start()


@pytest.fixture(scope="module")
def four(postgres: Postgres, new_home: NewHome, sent: list[Sent]) -> Home:
    """A home in which four writers were at work; what one source sent, two of them took at once."""
    home = new_home(**postgres.settings("four"))
    home.writes(sent, mixed(sent, 4)).ends()
    return home


def test_four_writers_come_to_what_one_comes_to(four: Home, sent: list[Sent], alone: dict[str, Rows]) -> None:
    check_written(four, sent, alone)


def test_where_the_lock_locks_nothing_what_two_publish_at_once_counts_once(
    four: Home, postgres: Postgres, declared: Declarations
) -> None:
    """A shared file system may not lock. The second publishes when the first has looked and has not yet written."""
    home = four.with_another_lake(postgres.settings("unlocked")["SALAMAT_CATALOGUE"])
    one, twice = "kz-00", "az-case_counts"  # of one table: what DuckLake would put together by itself

    def when_another_has_published_it() -> datetime:
        (home.settings.home / "lake.lock").unlink()
        steps.publish(twice)
        return utc_now()

    steps = Steps(declared, home.settings)
    first = replace(steps, clock=when_another_has_published_it)
    with closing(steps.ledger), closing(first.ledger):
        steps.publish(one)
        with pytest.raises(LakeError, match="another process published at the same moment"):
            first.publish(twice)
        again = first.publish(twice)
    assert again is not None
    assert again.repeated
    assert [delivery for delivery, _ in home.publications()] == [one, twice]
    assert home.in_the_register() == home.publications()


def test_a_lake_that_is_lost_is_built_anew_from_what_is_kept(
    four: Home, postgres: Postgres, declared: Declarations, alone: dict[str, Rows]
) -> None:
    home = four.with_another_lake(postgres.settings("anew")["SALAMAT_CATALOGUE"])
    steps = Steps(declared, home.settings)
    with closing(steps.ledger):
        assert flow.rebuild(steps) == len(four.publications())
        assert home.says() == alone
        assert home.publications() == four.publications()
        with pytest.raises(LakeError, match="there is a lake at"):
            flow.rebuild(steps)


@pytest.mark.parametrize("told", ["postgres:dbname=lake password=quiet", "postgres:postgresql://who:quiet@db/lake"])
def test_a_catalogue_with_a_password_is_refused_without_showing_it(told: str, new_home: NewHome) -> None:
    home = new_home(SALAMAT_CATALOGUE=told)
    with pytest.raises(LakeError, match="PGPASSWORD") as refused, lake.opened(home.settings):
        pass
    assert "quiet" not in str(refused.value)


@pytest.mark.slow
def test_eight_writers_whose_server_dies_come_to_the_same(
    postgres: Postgres, new_home: NewHome, sent: list[Sent], alone: dict[str, Rows]
) -> None:
    home = new_home(**postgres.settings("eight"))
    writing = home.writes(sent, mixed(sent, 8))
    killed_under(writing, home, postgres, 5, STEPS * len(sent))
    assert any(writing.ends())
    check_written(home, sent, alone)


@pytest.mark.slow
def test_a_server_that_dies_twenty_times_loses_and_doubles_nothing(
    postgres: Postgres, new_home: NewHome, sent: list[Sent], tmp_path: Path
) -> None:
    more = of_one_source(tmp_path, 9) + sent[3:]
    alone, home = written_alone(new_home(), more), new_home(**postgres.settings("twenty"))
    writing = home.writes(more, handed(more, 8, times=2))
    killed_under(writing, home, postgres, 20, STEPS * len(more))
    assert any(writing.ends())
    check_written(home, more, alone)
