"""Print the part of requirements.lock that an image needs, so that there is one lock and not two.

    python deploy/locked.py requirements.lock              what salamat needs with its extras, nothing to develop it
    python deploy/locked.py requirements.lock hatchling    a package with all that it needs

The lock says behind each package who asked for it (`via`); followed the other way round, that is what each one needs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

PROJECT = "salamat (pyproject.toml)"
_HEAD = re.compile(r"^([a-z0-9][a-z0-9.-]*)==", re.MULTILINE)
_VIA = re.compile(r"^    #(?: via| {2})(?: (.+))?$", re.MULTILINE)


def locked(lock: str, roots: Collection[str] = (PROJECT,)) -> str:
    """Give the entries of the lock that these need, themselves included. Raises KeyError for what the lock has not."""
    entries = list(_entries(lock))
    needs: dict[str, set[str]] = {}
    for package, entry in entries:
        needs.setdefault(package, set())
        for asker in _VIA.findall(entry):
            needs.setdefault(asker, set()).add(package)
    needed = _reached(needs, roots)
    return "".join(entry for package, entry in entries if package in needed)


def _entries(lock: str) -> Iterator[tuple[str, str]]:
    starts = list(_HEAD.finditer(lock))
    ends = [*(start.start() for start in starts[1:]), len(lock)]
    for start, end in zip(starts, ends, strict=True):
        yield start[1], lock[start.start() : end]


def _reached(needs: dict[str, set[str]], roots: Collection[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        package = waiting.pop()
        if package not in reached:
            reached.add(package)
            waiting.extend(needs[package])
    return reached


if __name__ == "__main__":
    sys.stdout.write(locked(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2:] or (PROJECT,)))
