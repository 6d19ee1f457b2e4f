"""simulate: the files that ministries would send, written from a known truth by the declarations that read them.

Truth, sheet and bytes are three things: `truth` draws facts in our fields, `lay_out` says them in the sender's words,
`spoil` makes the sender's errors, `write` gives the file. What each delivery must come to stands in the key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipelines.declarations import Declarations
from pipelines.simulate.asked import asked_of
from pipelines.simulate.deliver import Part, deliver
from pipelines.simulate.keep import keep_key
from pipelines.simulate.simulated import Simulated, Written
from pipelines.simulate.spoil import can_be_spoiled
from pipelines.simulate.window import Window
from pipelines.simulate.world import Worlds
from pipelines.simulate.write import put

__all__ = ["Simulated", "Written", "simulate"]

_STRAY, _OF_NO_SOURCE = "covid_final_v2 (1).csv", b"date,region,cases\n2021-02-14,North,1\n"


def simulate(
    folder: Path,
    truth: Path,
    declared: Declarations,
    seed: int = 1,
    weeks: int = 12,
    progress: Callable[[str], None] = print,
) -> Simulated:
    """Write a file of every source into `folder/<iso2>/<name>/`, and the truth and the key into the folder `truth`.

    One source sends nothing, one sends rows that are rejected, one so many of them that it is held; and one file is of
    no source. The same seed and weeks give the same bytes on every machine.
    """
    worlds, parts, written = Worlds(declared, Window(weeks), seed), _parts(declared, seed), []
    for name, source in sorted(declared.sources.items()):
        if parts[name] != "late":
            progress(f"simulate {name}")
            written.append(deliver(asked_of(source, worlds), parts[name], folder, truth))
    late = tuple(name for name, part in parts.items() if part == "late")
    simulated = Simulated(tuple(written), late, (_stray(folder),), truth)
    keep_key(simulated, folder, seed, weeks)
    return simulated


def _parts(declared: Declarations, seed: int) -> dict[str, Part]:
    """Draw who is late, who is held, who has a few rows rejected. Of who is late the state sends something else."""
    names = sorted(declared.sources)
    states = Counter(declared.sources[name].country for name in names)
    drawn = [names[int(i)] for i in np.random.default_rng(seed).permutation(len(names))]
    spoilable = [name for name in drawn if can_be_spoiled(declared.sources[name], declared)]
    not_alone = [name for name in drawn if states[declared.sources[name].country] > 1]
    parts: dict[str, Part] = dict.fromkeys(names, "clean")
    able: tuple[tuple[Part, list[str]], ...] = (("held", spoilable), ("some-rejected", spoilable), ("late", not_alone))
    for part, candidates in able:
        chosen = next((name for name in candidates if parts[name] == "clean"), None)
        parts |= {chosen: part} if chosen else {}
    return parts


def _stray(folder: Path) -> Path:
    put(_OF_NO_SOURCE, folder / _STRAY)
    return folder / _STRAY
