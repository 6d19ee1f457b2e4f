"""Four weekly releases of one table of ECDC: what a release revised is a correction, and what it said before stays."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import flow, lake
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.declarations import Declarations

SOURCE = "xe/consultation_rates"
STATES = {"Hungary", "Norway", "Estonia", "Slovenia"}  # the states of the sample: together 3 600 rows of 40 000
Rates = dict[tuple[str, ...], str]


def part_of(release: Path, folder: Path) -> tuple[Path, Rates]:
    """Write a release's rows of some states; give them as Python's own reader has them."""
    lines = io.StringIO(gzip.decompress(release.read_bytes()).decode())
    header, *rows = [r for i, r in enumerate(csv.reader(lines)) if i == 0 or r[1] in STATES]
    part = folder / release.name.removesuffix(".gz")
    part.write_text("".join(",".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")
    return part, {tuple(row[:-1]): row[-1] for row in rows}


@pytest.fixture
def releases(real_data: Path, tmp_path: Path) -> list[tuple[Path, Rates]]:
    found = sorted((real_data / "ecdc_erviss" / "snapshots").glob("*_ILIARIRates.csv.gz"))
    assert len(found) == 4
    return [part_of(release, tmp_path) for release in found]


def test_each_release_inserts_what_is_new_and_updates_what_it_revised(
    releases: list[tuple[Path, Rates]], declared: Declarations, tmp_path: Path
) -> None:
    settings = Settings.from_environment({"SALAMAT_HOME": str(tmp_path / "home")})
    start, before, revised = datetime(2026, 4, 17, tzinfo=UTC), Rates(), 0
    for week, (part, rates) in enumerate(releases):
        at = start + timedelta(weeks=week)
        outcome = flow.run(part, SOURCE, declared, settings, lambda at=at: at, lambda _: None)  # type: ignore[misc]
        assert outcome.publication is not None
        added = rates.keys() - before.keys()
        changed = [key for key in rates.keys() & before.keys() if rates[key] != before[key]]
        assert before.keys() <= rates.keys()
        told = outcome.publication
        assert (told.inserted, told.updated, told.unchanged) == (
            len(added),
            len(changed),
            len(rates) - len(added) - len(changed),
        )
        revised, before = revised + (len(changed) if week else 0), rates
    assert revised > 0
    with lake.opened(settings) as opened:
        (held,) = opened.con.execute("SELECT count(*) FROM lake.rates").fetchone() or (0,)
    assert held == len(before)
