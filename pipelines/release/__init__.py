"""release: the lake at one snapshot becomes an immutable folder that anybody can query without us."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.artefacts import Release
from pipelines.errors import LakeError
from pipelines.release.audit import OF_THE_LAKE, audit_files, audit_rows, audit_totals
from pipelines.release.cut import Cut, countries
from pipelines.release.database import database
from pipelines.release.made import Made, release_id
from pipelines.release.package import identity, write_citation, write_manifest
from pipelines.release.parquet import write_parquet
from pipelines.release.queries import as_file
from pipelines.release.readme import readme
from pipelines.release.schema import schema
from pipelines.released import CHECKSUMS, MANIFEST, SCHEMA, checksums, digest_of, listing

if TYPE_CHECKING:
    from pipelines.declarations import Declarations
    from pipelines.declarations.model import Tier
    from pipelines.lake import Lake

__all__ = ["release"]


def release(folder: Path, lake: Lake, declared: Declarations, now: datetime, tier: Tier = "network") -> Release:
    """Cut a release of the newest snapshot into `folder/<release_id>`, and name it in `folder/latest`.

    The tier `state` makes `folder/<release_id>/<country>` for each reporting country, named in `latest-state`. The id
    comes from the content: the same snapshot has the same id whenever it is cut. Where neither lake nor declarations
    have changed, the release that is there already is given. Readers never see a part: the folder is built beside its
    place, audited, and renamed. Raises AuditFailed where its rows are not the lake's, and LakeError where nothing is
    published yet.
    """
    tables = frozenset(lake.tables())  # the tables first: they were there in the snapshot
    if not (newest := lake.published_by()):
        raise LakeError("nothing has been published yet, so there is nothing to release")
    cut = Cut(lake, declared, newest.snapshot, newest.recorded_at, tables, tier)
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
    told = {file: t for file, t in told.items() if "digest" in t}  # one of an earlier version cannot be verified
    same = {f: t for f, t in told.items() if {**identity(cut), "country": t["country"]}.items() <= t.items()}
    if not same:
        return None
    place = next(iter(same))
    whole = place.parent if cut.tier == "network" else place.parent.parent
    parts = [t["rows"] for f, t in same.items() if whole in f.parents]
    rows = {t: sum(p[t] for p in parts) for t in parts[0]}
    return Release(whole.name, whole, rows, repeated=True)


def _new(folder: Path, cut: Cut, now: datetime) -> Release:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".cutting-") as beside:
        built = Path(beside) / "built"
        if cut.tier == "network":
            parts = [_cut(cut, built)]
        else:
            parts = [_cut(replace(cut, country=country), built / country) for country in countries(cut)]
        counts = audit_totals(cut, [part.counts for part in parts])
        for part in parts:
            _describe(part, now)
        final = folder / _named(cut, parts)
        if final.exists():  # declarations have changed, and nothing that a reader sees
            return Release(final.name, final, counts, repeated=True)
        built.rename(final)
    return Release(final.name, final, counts)


def _named(cut: Cut, parts: Sequence[Made]) -> str:
    """Name the whole: that of all countries by the digests of theirs."""
    if cut.tier == "network":
        return parts[0].release_id
    together = "".join(f"{part.digest}  {part.cut.country}\n" for part in parts)
    return release_id(cut, hashlib.sha256(together.encode()).hexdigest())


def _cut(cut: Cut, folder: Path) -> Made:
    """Write the content of one folder and prove it."""
    folder.mkdir(parents=True)
    with database(cut, folder) as con:
        files = [written for content in cut.contents for written in write_parquet(con, content, folder)]
        counts = audit_rows(cut, files, folder)
    (folder / "queries.sql").write_text(as_file(), encoding="utf-8", newline="\n")
    (folder / SCHEMA).write_text("".join(f"{s};\n\n" for s in schema(cut.contents)), encoding="utf-8", newline="\n")
    return Made(cut, folder, files, counts, digest_of(checksums(folder)))


def _describe(made: Made, now: datetime) -> None:
    """Write what tells of the content, and what protects every byte of the folder."""
    (made.folder / "README.md").write_text(readme(made), encoding="utf-8", newline="\n")
    write_citation(made)
    counted = {c.table: made.counts[c.table] for c in made.cut.contents if c.kind in OF_THE_LAKE}
    write_manifest(made, counted, now)
    (made.folder / CHECKSUMS).write_text(listing(checksums(made.folder)), encoding="utf-8", newline="\n")
    audit_files(made.folder)


def _point(pointer: Path, release_id: str) -> None:
    """Name the newest release in a small file, which is replaced as a whole."""
    beside = pointer.with_name(f".{pointer.name}-{release_id}")
    beside.write_text(f"{release_id}\n", encoding="utf-8")
    beside.replace(pointer)
