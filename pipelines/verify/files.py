"""Every file of a release is there with the bytes that SHA256SUMS lists, and no other file is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.released import CHECKSUMS, listing
from pipelines.verify.problem import Problem

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def of_the_files(folder: Path, sums: Mapping[str, str]) -> Iterator[Problem]:
    """Give what is wrong with the files; `sums` are the SHA-256 of those that are there."""
    if not (folder / CHECKSUMS).is_file():
        yield Problem(CHECKSUMS, "is missing, so that nothing says which bytes were released")
        return
    text = (folder / CHECKSUMS).read_bytes().decode("utf-8", errors="replace")
    if text == listing(sums):
        return
    lines = [_LINE.fullmatch(line) for line in text.removesuffix("\n").split("\n")]
    yield from (
        Problem(CHECKSUMS, f"line {number} is not a digest, two spaces and a path")
        for number, line in enumerate(lines, 1)
        if line is None
    )
    listed = {line[2]: line[1] for line in lines if line}
    yield from (Problem(path, what) for path, what in _differences(listed, sums))
    if listed == sums:
        yield Problem(CHECKSUMS, "is not one line for each file in the order of their paths, the last one ended")


def _differences(listed: Mapping[str, str], sums: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path in sorted(listed.keys() | sums.keys()):
        if path not in listed:
            yield path, f"lies in the folder and is not listed in {CHECKSUMS}"
        elif path not in sums:
            yield path, f"is listed in {CHECKSUMS} and missing"
        elif listed[path] != sums[path]:
            yield path, f"does not have the bytes that {CHECKSUMS} lists: one of the two was changed"
