"""One source's delivery: the truth, the sheet, its faults, the file, and what must become of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from pipelines.artefacts import Decision
from pipelines.declarations.source import Source
from pipelines.errors import SalamatError
from pipelines.simulate.asked import Asked
from pipelines.simulate.keep import keep_truth
from pipelines.simulate.lay_out import Sheet, as_sheet, lay_out
from pipelines.simulate.simulated import Written
from pipelines.simulate.spoil import Fault, spoil, spoil_until_held
from pipelines.simulate.truth import truth
from pipelines.simulate.window import Window
from pipelines.simulate.write import write

Part = Literal["clean", "some-rejected", "held", "late"]


def deliver(asked: Asked, part: Part, folder: Path, truth_folder: Path) -> Written:
    """Write one source's file and keep its truth."""
    source, facts = asked.source, truth(asked)
    if not facts.num_rows:
        raise SalamatError(f"{source.source}: the simulation has no fact for it in {asked.window.weeks} weeks")
    keep_truth(facts, source, truth_folder)
    sheet, faults = as_sheet(lay_out(facts, asked.pen("words"))), tuple[Fault, ...]()
    if part in {"some-rejected", "held"}:
        spoiling = spoil if part == "some-rejected" else spoil_until_held
        sheet, faults = spoiling(sheet, source, asked.declared, asked.chance("faults"))
    path = folder / source.source / file_name(source, asked.window)
    write(sheet, source.decode, path)
    fates = _fates(sheet, faults)
    return Written(source.source, path, len(sheet.rows), fates, _decision(fates, source), faults)


def file_name(source: Source, window: Window) -> str:
    """Give a name that the source takes: the last day stands for the first star, nothing for the others."""
    return source.arrives.matching.replace("*", f"{window.last:%Y%m%d}", 1).replace("*", "").replace("?", "0")


def _fates(sheet: Sheet, faults: tuple[Fault, ...]) -> dict[str, int]:
    """Count what must become of the facts. The sheet knows what it says, and a fault what it spoils."""
    fates: Counter[str] = Counter()
    for row in sheet.rows:
        fates[row.aside or ("counted" if row.counted else "accepted")] += len(row.reported)
        fates[row.aside or "not-reported"] += row.absent
    rejected = sum(fault.rejects for fault in faults)
    fates.update({"rejected": rejected, "accepted": -rejected})
    return {fate: n for fate, n in sorted(fates.items()) if n}


def _decision(fates: dict[str, int], source: Source) -> Decision:
    rejected, accepted = fates.get("rejected", 0), fates.get("accepted", 0)
    if not accepted:
        return "refused"
    if rejected / (rejected + accepted) > source.hold_above_rejected_share:
        return "held"
    return "partly-accepted" if rejected else "accepted"
