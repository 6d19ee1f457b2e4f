"""Workers that are killed lose, double and halve nothing; and faults that are planted are found, each by its figure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crash.deliveries import Plan
from crash.points import DELETED, POINTS, WITHDRAWN

ROOT = Path(__file__).parents[2]
EVERY_DELIVERY = tuple(point for point in POINTS if point not in {DELETED, WITHDRAWN})  # passes these
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


def crash(keep: Path, *how: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crash", "--keep", str(keep / "crash"), *map(str, how)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def at(*points: str) -> list[str]:
    return [word for point in points for word in ("--at", point)]


def test_a_few_kills_lose_double_and_halve_nothing(tmp_path: Path) -> None:
    done = crash(tmp_path, "--kills", 10, "--times", 1, "--seed", 3, *at(*EVERY_DELIVERY))
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    first, *told, last = done.stdout.splitlines()
    assert last == "kills=10 lost=0 duplicated=0 partial=0"
    assert first.startswith("seed 3; ")
    assert f"{len(EVERY_DELIVERY)} deaths at {len(EVERY_DELIVERY)} named points: " in "\n".join(told)
    assert [int(looks) > 5 for looks in re.findall(r"a reader looked (\d+) times", "\n".join(told))] == [True]
    assert [*(tmp_path / "crash").iterdir()] == []


@pytest.mark.parametrize(
    ("plant", "point", "figure"),
    [
        ("no-transaction", "submissions is written", "partial"),
        pytest.param("ledger-first", "the lock is held", "lost", marks=pytest.mark.slow),
        pytest.param("new-receipt", "the receipt is written", "duplicated", marks=pytest.mark.slow),
    ],
)
def test_a_fault_that_is_planted_is_found(tmp_path: Path, plant: str, point: str, figure: str) -> None:
    done = crash(tmp_path, "--kills", 0, "--times", 1, "--seed", 1, "--plant", plant, *at(point))
    counted = {what: int(n) for what, n in re.findall(r"(\w+)=(\d+)", done.stdout.splitlines()[-1])}
    assert (done.returncode, done.stderr.strip()) == (1, "")
    assert {what for what, n in counted.items() if n} == {figure}, done.stdout
    assert f"--plant {plant}" in done.stdout.splitlines()[0]
    assert (tmp_path / "crash/home/ledger.sqlite").is_file()  # what failed can be looked at


@pytest.mark.slow
def test_two_hundred_kills_and_every_point_lose_double_and_halve_nothing(tmp_path: Path) -> None:
    done = crash(tmp_path, "--seed", 3)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "kills=200 lost=0 duplicated=0 partial=0"


def test_the_same_seed_is_the_same_deliveries_of_every_kind() -> None:
    first, second = Plan(5), Plan(5)
    sent = [first[number] for number in range(150)]
    assert sent == [second[number] for number in range(150)]
    assert {s.ends for s in sent} == {"published", "held", "refused", "superseded"}
    assert {(bool(s.lines), bool(s.told.days), bool(s.told.withdraws)) for s in sent} == {
        (True, False, False),  # adds
        (True, True, False),  # replaces
        (False, True, False),  # withdraws days
        (False, False, True),  # withdraws a delivery
    }
    assert any(s.by_hand for s in sent)
    assert any(s.rejected and s.ends == "published" for s in sent)
