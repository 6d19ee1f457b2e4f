"""Deliveries that are wrong only beside what lies in the lake: earlier ones and those of others are published first.

Each of them is looked at beside the same lake, and none is published: the next would meet it there.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from accuracy.faulty import Places, places_of, scored, wrongly_rejected
from accuracy.score import Score
from pipelines import flow
from pipelines.artefacts import Verdict
from pipelines.settings import Settings
from pipelines.simulate.asked import Asked
from pipelines.simulate.faults import (
    Faulty,
    clean_file,
    faults_beside,
    keep_faults,
    last_sending,
    read_faults,
    sent_before,
    told_last,
)
from pipelines.simulate.send import file_name, send
from pipelines.simulate.sendings import Sending, sent_at
from pipelines.simulate.write import write
from pipelines.steps import silent

_LATER = timedelta(hours=1)  # what others sent on that day came before


def deliveries_beside(asked: Asked, folder: Path, settings: Settings) -> Score:
    """Publish what comes before; then look at every faulty last delivery of a source beside it."""
    clean = clean_file(asked, told_last(asked)) if sent_before(asked) else None
    if clean is None:
        return Score()
    mine = folder / "beside" / asked.source.source
    _publish_before(asked, mine, settings)
    write(clean.sheet, asked.source.decode, target := mine / "clean" / file_name(asked, asked.as_of))
    usual, score = _looked_at(target, asked, settings)[1], Score(files=1)
    for faulty in read_faults(keep_faults(faults_beside(clean, mine), mine)):
        score.add(_scored(faulty, usual, asked, settings))
    return score


def _publish_before(asked: Asked, folder: Path, settings: Settings) -> None:
    for other, sending in sent_before(asked):
        if sent := send(other, sending, folder / "before", folder / "truth"):
            flow.run(sent.path, sent.source, asked.declared, settings, _At(sending), silent)


def _scored(faulty: Faulty, usual: Places, asked: Asked, settings: Settings) -> Score:
    """A fault is found where one of its rules finds more rows than in the clean file."""
    verdict, places = _looked_at(faulty.path, asked, settings)
    more = Counter(rule for rule, row in places if row) - Counter(rule for rule, row in usual if row)
    score = scored(faulty, [fault for fault in faulty.faults if {*more} & {*fault.rules}])
    wrongly = wrongly_rejected(faulty, verdict, places, asked)
    score.rejections = len(wrongly)
    score.told += [f"{faulty.source}: {faulty.name}: {told}" for told in wrongly[:5]]
    return score


def _looked_at(file: Path, asked: Asked, settings: Settings) -> tuple[Verdict, Places]:
    at, source = _At(last_sending(asked), _LATER), asked.source.source
    with tempfile.TemporaryDirectory() as work:
        seen = flow.check(file, source, asked.declared, settings, Path(work), at, silent, against_lake=True)
        return seen.verdict, places_of(seen.verdict)


class _At:
    """A clock that stands at the moment at which a file arrives."""

    def __init__(self, sending: Sending, later: timedelta = timedelta()) -> None:
        """Set the clock."""
        self.moment = sent_at(sending) + later

    def __call__(self) -> datetime:
        return self.moment
