"""The key of the faults: a table beside the files that says of every fault where it is and which rule must find it.

Whoever looks whether faults are found reads it, and nothing of how they were made.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.simulate.faults.injected import Faulty, Injected

KEY = "faults.csv"
_PLACE = ("delivery", "source", "file", "row", "also", "column", "field")
_COLUMNS = (*_PLACE, "fault", "rules", "consequence", "truth", "written")
_PARTED, _LONG = "|", 10_000_000


def keep_faults(faulty: Iterable[Faulty], folder: Path) -> Path:
    """Write the key of these files, which lie in the folder, into it; a file is written when its turn comes."""
    target = folder / KEY
    folder.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, _COLUMNS)
        rows.writeheader()
        for made in faulty:
            rows.writerows(_row(made, fault, folder) for fault in made.faults)
    return target


def read_faults(key: Path) -> list[Faulty]:
    """Read a key: the files in the order in which they were written, each with its faults."""
    found = dict[str, list[Mapping[str, str]]]()
    csv.field_size_limit(_LONG)
    with key.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["delivery"], []).append(row)
    return [
        Faulty(name, rows[0]["source"], key.parent / rows[0]["file"], tuple(map(_fault, rows)))
        for name, rows in found.items()
    ]


def _row(made: Faulty, fault: Injected, folder: Path) -> dict[str, str | int]:
    return {
        "delivery": made.name,
        "source": made.source,
        "file": made.path.relative_to(folder).as_posix(),
        "row": fault.row or "",
        "column": fault.column or "",
        "field": fault.field or "",
        "fault": fault.fault,
        "rules": _PARTED.join(fault.rules),
        "consequence": fault.consequence,
        "truth": fault.truth,
        "written": fault.written,
        "also": " ".join(map(str, fault.also)),
    }


def _fault(row: Mapping[str, str]) -> Injected:
    place = int(row["row"]) if row["row"] else None
    rules = tuple(row["rules"].split(_PARTED))
    named = (row["column"] or None, row["field"] or None)
    also = tuple(map(int, row["also"].split()))
    return Injected(row["fault"], rules, row["consequence"], place, *named, row["truth"], row["written"], also)
