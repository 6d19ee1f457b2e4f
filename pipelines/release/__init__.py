"""release: the lake at one snapshot becomes an immutable folder that anybody can query without us."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.artefacts import Release
from pipelines.errors import LakeError
from pipelines.release.audit import OF_THE_LAKE, audit_files, audit_rows, audit_totals
from pipelines.release.cut import Cut, countries
from pipelines.release.database import database
from pipelines.release.package import MANIFEST, identity, write_citation, write_manifest
from pipelines.release.parquet import write_parquet
from pipelines.release.queries import as_file
from pipelines.release.readme import readme

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.model import Tier
    from pipelines.lake import Lake

__all__ = ["release"]


def release(folder: Path, lake: Lake, declared: Declarations, now: datetime, tier: Tier = "network") -> Release:
    """Cut a release of the newest snapshot into `folder/<release_id>`, and name it in `folder/latest`.

    The tier `state` makes `folder/<release_id>-state/<country>` for each reporting country, named in `latest-state`.
    Where neither lake nor declarations have changed, the release that is there already is given. Readers never see
    a part: the folder is built beside its place, audited, and renamed. Raises AuditFailed where its rows are not the
    lake's, and LakeError where nothing is published yet.
    """
    cut = Cut(lake, declared, snapshot=0, tables=frozenset(lake.tables()), tier=tier)
    cut = replace(cut, snapshot=lake.snapshot())  # the tables first: they were there in this snapshot
    if not cut.count("submissions"):
        raise LakeError("nothing has been published yet, so there is nothing to release")
    folder.mkdir(parents=True, exist_ok=True)
    made = _existing(folder, cut) or _new(folder, cut, now.astimezone(UTC))
    _point(folder / ("latest" if tier == "network" else "latest-state"), made.folder.name)
    return made


def _existing(folder: Path, cut: Cut) -> Release | None:
    """The release of the same snapshot under the same declarations, if there is one."""
    pattern = f"[0-9]*/{MANIFEST}" if cut.tier == "network" else f"[0-9]*-state/*/{MANIFEST}"
    told = {file: json.loads(file.read_text(encoding="utf-8"))["salamat"] for file in sorted(folder.glob(pattern))}
    same = {f: t for f, t in told.items() if {**identity(cut), "country": t["country"]}.items() <= t.items()}
    if not same:
        return None
    place = next(iter(same))
    whole = place.parent if cut.tier == "network" else place.parent.parent
    parts = [t["rows"] for f, t in same.items() if whole in f.parents]
    rows = {t: sum(p[t] for p in parts) for t in parts[0]}
    return Release(next(iter(same.values()))["release_id"], whole, rows, repeated=True)


def _new(folder: Path, cut: Cut, now: datetime) -> Release:
    release_id = _release_id(folder, cut, now)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".cutting-") as beside:
        built, final = Path(beside) / release_id, folder / release_id
        if cut.tier == "network":
            cuts = {built: cut}
        else:
            cuts = {built / country: replace(cut, country=country) for country in countries(cut)}
        counts = audit_totals(cut, [_cut(part, place, release_id, now) for place, part in cuts.items()])
        built.rename(final)
    return Release(release_id, final, counts)


def _release_id(folder: Path, cut: Cut, now: datetime) -> str:
    """Such as `2026-11-23-s12`; where declarations have changed on one day over one snapshot, their digest is added."""
    tier = "-state" if cut.tier == "state" else ""
    release_id = f"{now:%Y-%m-%d}-s{cut.snapshot}"
    taken = (folder / f"{release_id}{tier}").exists()
    return f"{release_id}-d{cut.declared.digest[:8]}{tier}" if taken else f"{release_id}{tier}"


def _cut(cut: Cut, folder: Path, release_id: str, now: datetime) -> dict[str, int]:
    """Make one folder and prove it; give its rows per table of the lake."""
    folder.mkdir(parents=True)
    with database(cut, folder) as con:
        files = [written for content in cut.contents for written in write_parquet(con, content, folder)]
        counts = audit_rows(cut, files, folder)
    (folder / "README.md").write_text(readme(cut, release_id, now, counts), encoding="utf-8")
    (folder / "queries.sql").write_text(as_file(), encoding="utf-8")
    write_citation(cut, folder, release_id, now)
    counted = _of_the_lake(cut, counts)
    write_manifest(cut, folder, release_id, now, files, counted)
    audit_files(folder)
    return dict(counted)


def _of_the_lake(cut: Cut, counts: Mapping[str, int]) -> Mapping[str, int]:
    return {c.table: counts[c.table] for c in cut.contents if c.kind in OF_THE_LAKE}


def _point(pointer: Path, release_id: str) -> None:
    """Name the newest release in a small file, which is replaced as a whole."""
    beside = pointer.with_name(f".{pointer.name}-{release_id}")
    beside.write_text(f"{release_id}\n", encoding="utf-8")
    beside.replace(pointer)
