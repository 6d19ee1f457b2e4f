"""Each file ends as exactly one delivery with its bytes: with many processes at once, and however often one dies."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.ledger import Ledger
from pipelines.settings import Settings
from pipelines.store import sha256_of

OWN = "kz/case_counts"


def laid(home: Path, files: int) -> list[str]:
    """Lay files, two of them with the same bytes; give the digests that are to be received."""
    texts = [f"file {max(n, 1)}\n" * 50 for n in range(files)]
    folder = home / "arrivals" / OWN
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"kz_{number}.csv").write_text(text, encoding="utf-8")
    return sorted(hashlib.sha256(text.encode()).hexdigest() for text in texts)


def take_in(home: Path, *how: object) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).parent / "take_in.py"
    return subprocess.run(
        [sys.executable, script, home, *map(str, how)], capture_output=True, text=True, timeout=120, check=False
    )


def check_each_is_one_delivery(home: Path, digests: list[str]) -> None:
    received = Ledger(Settings.from_environment({"SALAMAT_HOME": str(home)})).standings()
    assert sorted(s.delivery.sha256 for s in received) == digests
    assert len({s.delivery.file_name for s in received}) == len(digests)
    assert all(sha256_of(s.delivery.path) == s.delivery.sha256 for s in received)
    assert all([e.state for e in s.entries] == ["received"] for s in received)
    assert [f for f in (home / "arrivals").rglob("*") if f.is_file()] == []


def test_processes_that_claim_at_once_take_each_file_once(tmp_path: Path) -> None:
    digests = laid(tmp_path, 12)
    ended = take_in(tmp_path, "together", 4)
    assert (ended.returncode, ended.stderr) == (0, "")
    check_each_is_one_delivery(tmp_path, digests)


@pytest.mark.parametrize("seed", range(3))
def test_a_process_that_is_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    digests = laid(tmp_path, 8)
    ended = take_in(tmp_path, "killed", seed)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) >= 4  # so often it was indeed killed
    check_each_is_one_delivery(tmp_path, digests)
