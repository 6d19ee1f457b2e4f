"""What is complete is taken aside once, what is not waits, and nothing that came is ever lost."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.claim import claim, claimed, make_folders, unrecognised
from pipelines.declarations import Senders
from pipelines.errors import DeclarationError, StoreError
from pipelines.settings import Settings
from pipelines.store import sha256_of

OWN = "kz/case_counts"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
IN_THE_MAKING = re.compile(r"^\.|^~\$|\.(part|tmp|partial|filepart|crdownload|swp)$", re.IGNORECASE)
BROKEN = DeclarationError([])


def test_a_complete_file_is_taken_aside_under_the_id_of_its_delivery(arrivals: Any) -> None:
    file = arrivals.lay(f"{OWN}/kz.csv")
    digest = sha256_of(file)
    (taken,) = arrivals.takes()
    assert (taken.source, taken.path.name, taken.path.parent.name) == (OWN, "kz.csv", taken.delivery_id)
    assert taken.delivery_id.startswith(f"20261123T120000000000-{digest[:8]}-")
    assert sha256_of(taken.path) == digest
    assert not file.exists()


def test_what_is_taken_aside_is_given_until_it_is_received(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/kz.csv")
    assert arrivals.takes() == arrivals.takes() == claimed(arrivals.settings) != ()


def test_each_source_finds_its_folder(arrivals: Any) -> None:
    assert arrivals.takes() == ()
    assert all((arrivals.folder / source).is_dir() for source in arrivals.senders.sound)
    make_folders(arrivals.settings, arrivals.senders.sound)  # again: nothing is wrong with that


@pytest.mark.parametrize(
    "name",
    [
        *("kz.csv.part", "kz.csv.PART", ".kz.csv.swp", ".kz.csv", "~$kz.csv", "kz.tmp", "kz.csv.filepart"),
        *("kz.csv.partial", "kz.csv.crdownload", ".~tmp~/kz.csv", "kz.csv.part/kz.csv"),
    ],
)
def test_a_file_in_the_making_is_left_alone(arrivals: Any, name: str) -> None:
    arrivals.lay(f"{OWN}/{name}")
    assert arrivals.takes() == ()
    assert arrivals.lying() == {f"{OWN}/{name}"}


def test_a_file_that_grows_is_left_for_the_next_time(arrivals: Any) -> None:
    file = arrivals.lay(f"{OWN}/kz.csv", "a,b\n")

    def grow() -> None:
        with file.open("a", encoding="utf-8") as more:
            more.write("1,2\n")

    assert arrivals.takes(meanwhile=grow) == ()
    (taken,) = arrivals.takes()
    assert taken.path.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_a_file_that_is_written_anew_with_the_same_size_is_left_for_the_next_time(arrivals: Any) -> None:
    file = arrivals.lay(f"{OWN}/kz.csv")
    os.utime(file, ns=(0, 0))
    assert arrivals.takes(meanwhile=lambda: os.utime(file, ns=(1, 1))) == ()
    assert len(arrivals.takes()) == 1


def test_a_file_that_vanishes_between_the_looks_is_no_error(arrivals: Any) -> None:
    file = arrivals.lay(f"{OWN}/kz.csv")
    arrivals.lay(f"{OWN}/kz2.csv")
    assert [a.path.name for a in arrivals.takes(meanwhile=file.unlink)] == ["kz2.csv"]


@pytest.mark.parametrize("fault", ["vanishes", "grows", "is replaced"])
@pytest.mark.parametrize("where", ["before its bytes are read", "after its bytes are read"])
def test_a_file_that_changes_while_it_is_read_is_not_taken(
    arrivals: Any, fault: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = arrivals.lay(f"{OWN}/kz.csv")
    arrivals.lay(f"{OWN}/kz2.csv")

    def change(read: Path) -> None:
        if read != file:
            return
        if fault == "grows":
            file.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
            return
        file.unlink()
        if fault == "is replaced":
            file.write_text("half", encoding="utf-8")

    def read_as_it_changes(read: Path) -> str:
        if where.startswith("before"):
            change(read)
            return sha256_of(read)
        digest = sha256_of(read)
        change(read)
        return digest

    monkeypatch.setattr("pipelines.claim.sha256_of", read_as_it_changes)
    assert [a.path.name for a in arrivals.takes()] == ["kz2.csv"]
    assert arrivals.lying() == (set() if fault == "vanishes" else {f"{OWN}/kz.csv"})


def test_a_file_that_vanishes_before_it_is_moved_leaves_no_folder(
    arrivals: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = arrivals.lay(f"{OWN}/kz.csv"), Path.rename

    def taken_by_its_sender(self: Path, target: Path) -> Path:
        file.unlink(missing_ok=True)
        return real(self, target)

    monkeypatch.setattr(Path, "rename", taken_by_its_sender)
    assert arrivals.takes() == ()
    assert list(arrivals.folder.glob(".claimed/*/*/*")) == []


def test_two_files_of_one_name_are_two_deliveries(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/kz.csv")
    arrivals.takes()
    arrivals.lay(f"{OWN}/kz.csv")
    taken = arrivals.takes()
    assert [a.path.name for a in taken] == ["kz.csv", "kz.csv"]
    assert len({a.delivery_id for a in taken}) == 2


NAMES = ["kz may.csv", "kz мамыр.csv", "kz\nmay.csv", "kz[x].csv", "kz*?.csv", f"kz{'a' * 248}.csv", "kz'\".csv"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_that_the_source_takes_is_taken_as_it_is(arrivals: Any, name: str) -> None:
    arrivals.lay(f"{OWN}/{name}")
    assert [(a.source, a.path.name) for a in arrivals.takes()] == [(OWN, name)]


def test_a_name_that_is_not_utf8_is_taken_under_one_that_the_ledger_can_write(arrivals: Any) -> None:
    folder = os.fsencode(arrivals.folder / OWN)
    arrivals.lay(f"{OWN}/kz.csv").unlink()
    with open(os.path.join(folder, b"kz_\xec\xe0\xe9.csv"), "wb") as file:  # noqa: PTH118, PTH123  bytes, not text
        file.write(b"a\n")
    assert [a.path.name for a in arrivals.takes()] == ["kz_???.csv"]


names = st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=40)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["", OWN, "kz/x", f"{OWN}/2020", "de/nobody"]), names), max_size=5))
def test_every_file_is_taken_or_shown_or_still_lies_there(senders: Senders, laid: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        mine = Settings.from_environment({"SALAMAT_HOME": home})
        there = 0
        for where, name in laid:
            folder = mine.arrivals / where
            folder.mkdir(parents=True, exist_ok=True)
            if name not in {".", ".."} and len(name.encode()) < 200 and not (folder / name).exists():
                (folder / name).write_bytes(name.encode())
                there += 1
        taken = claim(mine, senders, lambda: NOW, lambda _: None)
        shown = unrecognised(mine, senders.sound)
        left = [f for f in mine.arrivals.rglob("*") if f.is_file() and f not in {*shown, *(a.path for a in taken)}]
        assert len(taken) + len(shown) + len(left) == there
        assert all(IN_THE_MAKING.search(f.name) for f in left)
        assert all(f.read_bytes() == f.name.encode() for f in (*shown, *left, *(a.path for a in taken)))


def test_a_file_outside_of_any_folder_goes_to_the_one_source_that_takes_its_name(arrivals: Any) -> None:
    for where in ("kz_may.csv", "kz/kz_june.csv", "nobody/here/kz_july.csv"):
        arrivals.lay(where)
    taken = arrivals.takes()
    assert {a.source for a in taken} == {OWN}
    assert len(taken) == 3


def test_a_file_below_a_sources_folder_is_that_sources(arrivals: Any) -> None:
    arrivals.lay(f"{OWN}/2026/may/kz.csv")
    arrivals.lay(f"{OWN}/2026/may/report.docx")
    assert [a.source for a in arrivals.takes()] == [OWN]
    assert arrivals.unrecognised() == ["report.docx"]


def test_what_no_source_takes_is_moved_and_told_with_the_reason(arrivals: Any) -> None:
    arrivals.lay("letter.docx", "dear all")
    arrivals.lay(f"{OWN}/hu_cases.csv")
    arrivals.lay("hu/cases/kz.csv")
    assert arrivals.takes() == ()
    told = {f.name: why for f, why in unrecognised(arrivals.settings, arrivals.senders.sound).items()}
    assert sorted(told) == ["hu_cases.csv", "kz.csv", "letter.docx"]
    assert "no source takes a file of this name" in told["letter.docx"]
    assert f"{OWN} takes a file of this name" in told["kz.csv"]
    assert {f.read_text(encoding="utf-8") for f in arrivals.folder.glob("unrecognised/*/letter.docx")} == {"dear all"}


def test_a_file_that_several_sources_take_is_told_with_their_names(arrivals: Any, senders: Senders) -> None:
    first = senders.sound[OWN]
    twin = first.model_copy(update={"source": "kz/twin"})
    both = replace(arrivals, senders=Senders({OWN: first, "kz/twin": twin}, {}))
    both.lay("kz.csv")
    assert both.takes() == ()
    (why,) = unrecognised(both.settings, both.senders.sound).values()
    assert f"several sources take it: {OWN}, kz/twin" in why


def test_unrecognised_files_are_not_moved_again(arrivals: Any) -> None:
    arrivals.lay("letter.docx")
    arrivals.takes()
    before = arrivals.lying()
    assert arrivals.takes() == ()
    assert arrivals.lying() == before


def test_a_source_whose_declaration_is_broken_keeps_its_files(arrivals: Any, senders: Senders) -> None:
    sound = {name: source for name, source in senders.sound.items() if name != OWN}
    mended, half = arrivals, replace(arrivals, senders=Senders(sound, {OWN: BROKEN}))
    laid = [f"{OWN}/kz.csv", f"{OWN}/2026/kz.csv", f"{OWN}/letter.docx", "kz_meant_for_it.csv"]
    for where in laid:
        half.lay(where)
    half.lay("hu/cases/letter.docx")  # of a sound source: this one is no question
    assert half.takes() == ()
    assert half.lying() - set(laid) == {f for f in half.lying() if f.startswith("unrecognised/")}
    assert half.unrecognised() == ["letter.docx"]
    assert len(mended.takes()) == 3


def test_links_pipes_and_folders_are_no_files(arrivals: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kz_secret.csv").write_text("not ours", encoding="utf-8")
    folder = arrivals.folder / OWN
    (folder / "kz_folder.csv").mkdir(parents=True)
    (folder / "kz_link.csv").symlink_to(elsewhere / "kz_secret.csv")
    (folder / "kz_dangling.csv").symlink_to(elsewhere / "nothing")
    (folder / "linked").symlink_to(elsewhere, target_is_directory=True)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "kz_pipe.csv")
    assert arrivals.takes() == ()
    assert (elsewhere / "kz_secret.csv").exists()
    assert arrivals.unrecognised() == []


def test_files_are_given_in_the_order_in_which_they_were_written(arrivals: Any) -> None:
    for age, name in enumerate(["kz_c.csv", "hu_cases.csv", "kz_a.csv", "kz_b.csv"]):
        file = arrivals.lay(f"{'hu/cases' if name[0] == 'h' else OWN}/{name}")
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    moments = (NOW + timedelta(microseconds=n) for n in count())
    taken = claim(arrivals.settings, arrivals.senders, lambda: next(moments), lambda _: None)
    order = [a.path.name for a in taken]
    assert [n for n in order if n[0] == "k"] == ["kz_b.csv", "kz_a.csv", "kz_c.csv"]
    assert [a.path.name for a in sorted(taken, key=lambda a: a.delivery_id)] == order, "ids sort alike"


@contextmanager
def as_nobody() -> Iterator[Path]:
    """Give a folder of somebody without any rights, and be that one: nothing is forbidden to root."""
    with tempfile.TemporaryDirectory() as home:
        if os.geteuid():
            yield Path(home)
            return
        os.chown(home, 65534, 65534)
        os.seteuid(65534)
        try:
            yield Path(home)
        finally:
            os.seteuid(0)


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_that_may_not_be_changed_is_told_and_the_others_are_taken_in(senders: Senders, mode: int) -> None:
    with as_nobody() as home:
        mine = Settings.from_environment({"SALAMAT_HOME": str(home)})
        make_folders(mine, senders.sound)
        for where in (f"{OWN}/kz.csv", "tr/rates/tr_rates.csv"):
            (mine.arrivals / where).write_text("a\n", encoding="utf-8")
        (mine.arrivals / "tr/rates/zz_kz.csv").write_text("a\n", encoding="utf-8")
        shut = mine.arrivals / OWN
        shut.chmod(mode)
        try:
            with pytest.raises(StoreError, match=r"cannot be taken in.*Permission denied"):
                claim(mine, senders, lambda: NOW, lambda _: None)
        finally:
            shut.chmod(0o700)
        assert not list((mine.arrivals / "tr/rates").iterdir())
        assert [f.name for f in shut.iterdir()] == ["kz.csv"]


def test_a_file_that_may_not_be_read_holds_up_no_other(senders: Senders) -> None:
    with as_nobody() as home:
        mine = Settings.from_environment({"SALAMAT_HOME": str(home)})
        make_folders(mine, senders.sound)
        for name in ("kz_closed.csv", "kz_open.csv"):
            (mine.arrivals / OWN / name).write_text("a\n", encoding="utf-8")
        (mine.arrivals / OWN / "kz_closed.csv").chmod(0)
        assert [a.path.name for a in claim(mine, senders, lambda: NOW, lambda _: None)] == ["kz_open.csv"]
        ((file, why),) = unrecognised(mine, senders.sound).items()
        assert (file.name, "permission is denied" in why) == ("kz_closed.csv", True)
