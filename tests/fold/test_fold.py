"""Replace, withdraw, late, again: the lake is the fold of what counts, now and as of every step before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.declarations import Declarations, load_declarations
from tests.fold.lake_of_one_source import LakeOfOneSource
from tests.fold.model import Told, table, versions

A, B = "KZ-71", "KZ-79"


@pytest.fixture(scope="module")
def declared() -> Declarations:
    return load_declarations()


@pytest.fixture
def lake(tmp_path: Path, declared: Declarations) -> Iterator[LakeOfOneSource]:
    made = LakeOfOneSource(tmp_path, declared)
    yield made
    made.close()


@pytest.fixture
def after(lake: LakeOfOneSource) -> Callable[..., dict[tuple[int, str], tuple[int, str]]]:
    """Publish what is told in the order of receipt, and give the rows, which are those of the model."""

    def rows(*told: Told) -> dict[tuple[int, str], tuple[int, str]]:
        for nth, one in enumerate(told):
            lake.publish(one, nth)
        assert lake.rows() == table(told)
        return lake.rows()

    return rows


FOUR = {(0, A): 1, (0, B): 2, (1, A): 3, (2, A): 4}


def test_a_replacement_deletes_what_it_no_longer_says_in_its_days_and_nothing_else(
    after: Callable[..., object],
) -> None:
    replaced = after(Told("one", FOUR), Told("two", {(0, A): 1, (1, B): 9}, days=(0, 1)))
    assert replaced == {(0, A): (1, "one"), (1, B): (9, "two"), (2, A): (4, "one")}


@pytest.mark.parametrize("files_named", [0, 1, 100])
def test_a_correction_finds_its_rows_in_whatever_files_they_lie(
    after: Callable[..., object], lake: LakeOfOneSource, monkeypatch: pytest.MonkeyPatch, files_named: int
) -> None:
    monkeypatch.setattr("pipelines.fold.said._FILES_NAMED", files_named)
    two_years = {(day, A): day for day in range(290, 320)}
    few = {(300, A): 1, (301, A): 1}
    third = {day: {(day, A): 2, (day, B): 3} for day in (290, 300, 319)}
    after(Told("one", two_years), Told("two", few), Told("three", third[290] | third[300] | third[319]))
    files = lake.lake.con.execute("SELECT DISTINCT filename FROM lake.case_counts").fetchall()
    assert len(files) >= 3  # a file for each year, and what is too little for a file


def test_a_replacement_never_deletes_a_key_whose_new_version_was_rejected(after: Callable[..., object]) -> None:
    unsure = Told("two", {(0, A): 1}, doubts=frozenset({(0, B)}), days=(0, 2))
    assert after(Told("one", FOUR), unsure) == {(0, A): (1, "one"), (0, B): (2, "one")}


def test_a_rejected_fact_whose_region_could_not_be_read_protects_its_day(after: Callable[..., object]) -> None:
    unsure = Told("two", {(0, A): 1}, doubts=frozenset({(0, None)}), days=(0, 2))
    assert after(Told("one", FOUR), unsure) == {(0, A): (1, "one"), (0, B): (2, "one")}


def test_what_a_row_deletes_is_gone_and_the_rest_stays(after: Callable[..., object]) -> None:
    deleting = Told("two", {(1, B): 5}, deletes=frozenset({(0, A), (3, B)}))
    assert after(Told("one", FOUR), deleting) == {
        (0, B): (2, "one"),
        (1, A): (3, "one"),
        (1, B): (5, "two"),
        (2, A): (4, "one"),
    }


def test_a_replacement_may_delete_outside_its_days(after: Callable[..., object]) -> None:
    outside = Told("two", {(1, A): 3}, days=(1, 1), deletes=frozenset({(0, A)}))
    assert after(Told("one", FOUR), outside) == {(0, B): (2, "one"), (1, A): (3, "one"), (2, A): (4, "one")}


def test_a_deletion_that_is_published_late_does_not_take_out_what_was_said_after_it(lake: LakeOfOneSource) -> None:
    late = Told("late", deletes=frozenset({(0, A), (1, A)}))
    lake.publish(Told("one", FOUR), 0)
    lake.publish(Told("two", {(0, A): 8}), 2)
    made = lake.publish(late, 1)
    assert lake.rows() == {**table([Told("one", FOUR), late, Told("two", {(0, A): 8})])}
    assert made is not None
    assert (made.deleted, lake.rows()[0, A]) == (1, (8, "two"))


def test_withdrawing_brings_back_what_was_said_before_also_where_it_was_only_confirmed(
    after: Callable[..., object],
) -> None:
    told = (
        Told("one", {(0, A): 1, (1, A): 3}),
        Told("two", {(0, A): 1, (1, A): 5}),
        Told("three", {(1, A): 5, (2, A): 7}),
    )
    assert after(*told, Told("w", withdraws="two")) == {(0, A): (1, "one"), (1, A): (5, "three"), (2, A): (7, "three")}


def test_withdrawing_the_first_leaves_what_a_later_one_confirmed(after: Callable[..., object]) -> None:
    told = (Told("one", {(0, A): 1, (1, A): 3}), Told("two", {(0, A): 1}))
    assert after(*told, Told("w", withdraws="one")) == {(0, A): (1, "two")}


def test_withdrawing_a_replacement_brings_back_what_it_had_deleted(after: Callable[..., object]) -> None:
    told = (Told("one", FOUR), Told("two", {(0, A): 8}, days=(0, 2)), Told("w", withdraws="two"))
    assert after(*told) == {key: (value, "one") for key, value in FOUR.items()}


def test_a_withdrawal_can_be_withdrawn(after: Callable[..., object]) -> None:
    told = (Told("one", FOUR), Told("two", {(0, A): 8}), Told("w", withdraws="two"), Told("v", withdraws="w"))
    assert after(*told) == {**{key: (value, "one") for key, value in FOUR.items()}, (0, A): (8, "two")}


def test_days_are_withdrawn_and_come_back_when_that_is_withdrawn(after: Callable[..., object]) -> None:
    assert after(Told("one", FOUR), Told("w", days=(0, 1))) == {(2, A): (4, "one")}
    assert after(Told("one", FOUR), Told("w", days=(0, 1)), Told("v", withdraws="w")) == {
        key: (value, "one") for key, value in FOUR.items()
    }


def test_what_is_published_late_does_not_overtake_what_came_after_it(lake: LakeOfOneSource) -> None:
    late = Told("late", {(0, A): 5, (1, B): 6})
    lake.publish(Told("one", FOUR), 0)
    lake.publish(Told("two", {(0, A): 8}), 2)
    made = lake.publish(late, 1)
    assert lake.rows() == {**table([Told("one", FOUR), late, Told("two", {(0, A): 8})])}
    assert made is not None
    assert (made.inserted, made.updated, made.unchanged, made.overtaken) == (1, 0, 0, 1)


def test_old_bytes_after_their_correction_are_superseded_unless_that_is_meant(lake: LakeOfOneSource) -> None:
    lake.publish(Told("one", FOUR), 0)
    lake.publish(Told("two", {**FOUR, (0, A): 8}), 1)
    assert lake.publish(Told("again", FOUR), 2, meant=False) is None
    assert lake.rows()[0, A] == (8, "two")
    assert lake.publish(Told("once more", FOUR), 3) is not None
    assert lake.rows()[0, A] == (1, "once more")


def test_old_bytes_that_change_nothing_are_a_confirmation(lake: LakeOfOneSource) -> None:
    lake.publish(Told("one", FOUR), 0)
    lake.publish(Told("two", {(7, A): 8}), 1)
    made = lake.publish(Told("again", FOUR), 2, meant=False)
    assert made is not None
    assert (made.inserted, made.updated, made.unchanged) == (0, 0, 4)


def test_old_bytes_after_they_were_withdrawn_are_superseded(lake: LakeOfOneSource) -> None:
    lake.publish(Told("one", FOUR), 0)
    lake.publish(Told("w", withdraws="one"), 1)
    assert lake.rows() == {}
    assert lake.publish(Told("again", FOUR), 2, meant=False) is None


def test_what_was_withdrawn_before_it_was_published_is_not_published(lake: LakeOfOneSource) -> None:
    lake.publish(Told("one", FOUR), 0)
    lake.publish(Told("w", withdraws="held"), 2)
    assert lake.publish(Told("held", {(0, A): 9}), 1) is None
    assert lake.rows()[0, A] == (1, "one")


def test_what_stood_since_when_is_told_of_files_that_maintenance_wrote_anew(lake: LakeOfOneSource) -> None:
    every = {(day, region): 1 for day in range(30) for region in (A, B)}
    told = [
        Told("one", every),
        Told("two", {key: 2 for key in every if key[0] < 10}),
        Told("three", {key: 3 for key in every if key[0] < 5}, days=(0, 6)),
        Told("four", withdraws="three"),
        Told("five", {(0, A): 5, (7, A): 5, (20, B): 5}),
    ]
    seen, before = [], set[str]()
    for nth, one in enumerate(told):
        lake.publish(one, nth)
        seen.append((lake.moment, table(told[: nth + 1])))
        assert lake.versions() == versions(seen)
        before = lake.files()
        lake.lake.tend()
        assert lake.versions() == versions(seen)
    assert lake.files() != before, "maintenance had nothing to write anew"


def test_each_of_several_versions_that_maintenance_wrote_into_one_file_has_its_own_end(lake: LakeOfOneSource) -> None:
    values = [1, 2, 3, 2]
    told = [Told(f"d{nth}", {(0, A): value, (1, B): 0}) for nth, value in enumerate(values)]
    told += [Told("none", deletes=frozenset({(0, A)}))]
    seen = []
    for nth, one in enumerate(told):
        lake.publish(one, nth)
        seen.append((lake.moment, table(told[: nth + 1])))
    lake.lake.tend()
    assert lake.versions() == versions(seen)
