"""What every test may ask for. Where the real files lie is said here once."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

# A property that is slow for once is not broken; what breaks one is printed so that it can be repeated. Under CI the
# examples are the same every time: a change is judged by what it changed.
os.environ["SALAMAT_LANG"] = "en"  # tests read what they check; the languages have tests of their own
same = bool(os.environ.get("CI"))
hypothesis.settings.register_profile("salamat", deadline=None, print_blob=not same, derandomize=same)
hypothesis.settings.load_profile("salamat")

# Side by side, the workers take every core already: a query that wants all of them too burns a third more in waiting.
# Tests that run alone, as the slow ones do, give DuckDB the whole machine.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("SALAMAT_THREADS", "1")
    threads = int(os.environ["SALAMAT_THREADS"])
    pytest.MonkeyPatch().setattr(os, "cpu_count", lambda: threads)  # what settings made for a test take


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: some tests wait, for other processes, servers and locks."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real files: `real` in SALAMAT_TEST_DATA, by default in ../shared/data."""
    folder = (ROOT / os.environ.get("SALAMAT_TEST_DATA", "../shared/data") / "real").resolve()
    if folder.is_dir():
        return folder
    sentence = f"the real files are not at {folder}; SALAMAT_TEST_DATA says where they are"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking through modules, declarations and tests again and again."""
    gc.collect()
    gc.freeze()
